"""Asking a browser for a passkey, and taking its answer out of a form."""

from urllib.parse import urlsplit

from mooring.core.identifiers import AccountId
from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.use_cases.accounts.messages import OpenedSession
from mooring.server.identity.use_cases.passkeys.messages import AskedPasskey, ShownPasskey
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.security_services import PasskeyServices


class PasskeyAsking:
    """Offers passkeys where the visitor's browser can use them: at the one origin they are for."""

    def __init__(self, services: PasskeyServices | None) -> None:
        self._services = services

    def offered_to(self, visit: Visit) -> PasskeyServices | None:
        """Return the services if this visitor is where passkeys are for."""
        services = self._services
        if services is None:
            return None
        is_there = services.is_own_name or visit.request.one_of(b"host") == urlsplit(services.origin).netloc
        return services if is_there else None

    @property
    def origin(self) -> str | None:
        """The origin that passkeys are for, where there is one."""
        return None if self._services is None else self._services.origin

    async def asked(self, visit: Visit, *, of_account: AccountId | None = None) -> AskedPasskey | None:
        """Return what this browser is asked for to sign in; none where it cannot."""
        services = self.offered_to(visit)
        if services is None:
            return None
        return await services.sign_in.ask(visit.holder, of_account=of_account, at=visit.at)

    async def taken(self, visit: Visit, *, of_account: AccountId | None = None) -> OpenedSession:
        """Return the session that the passkey in the visitor's form opened.

        Raises:
            PasskeyRefused: it opens none.
        """
        services = self.offered_to(visit)
        if services is None:
            raise PasskeyRefused("there are no passkeys at this address")
        return await services.sign_in(shown(visit), visit.arrival, of_account=of_account, at=visit.at)


def shown(visit: Visit) -> ShownPasskey:
    """Return what came back in the visitor's form."""
    return ShownPasskey(visit.form.get("answer", ""), visit.form.get("carried", ""), visit.holder)
