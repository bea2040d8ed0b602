"""Every page on security and sign-in, in one table."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from mooring.server.web.federation_services import FederationServices
from mooring.server.web.identity_services import IdentityServices
from mooring.server.web.pages.security.again.pages import AgainPages
from mooring.server.web.pages.security.authenticator.pages import AuthenticatorPages
from mooring.server.web.pages.security.overview import SecurityPage
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking
from mooring.server.web.pages.security.passkeys.pages import PasskeyPages
from mooring.server.web.pages.security.password.pages import PasswordPages
from mooring.server.web.pages.security.second_factor.pages import Elsewhere, SecondFactorPages
from mooring.server.web.pages.security.sections import Section
from mooring.server.web.pages.security.sessions.pages import SessionPages
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.entering import Entrance


class More(NamedTuple):
    """A section that other pages bring, and their routes."""

    section: Section
    routes: tuple[PageRoute, ...]


def security_routes(
    identity: IdentityServices,
    *,
    federation: FederationServices | None,
    entrance: Entrance,
    passkeys: PasskeyAsking,
    address: str,
    is_ours: Callable[[str], bool],
    elsewhere: Elsewhere | None = None,
    more: tuple[More, ...] = (),
) -> tuple[PageRoute, ...]:
    """Return the pages of a server known by ``address``; ``more`` are sections before the sessions.

    ``elsewhere`` tells where somebody goes on at sign-in who has no code to type.
    """
    services = identity.security
    password = PasswordPages(services)
    keys = PasskeyPages(services, passkeys)
    authenticator = AuthenticatorPages(services, host=urlsplit(address).hostname or "Mooring")
    sessions = SessionPages(services, identity, {} if federation is None else federation.labels)
    again = AgainPages(services, identity.sign_in, entrance, passkeys, federation=federation, is_ours=is_ours)
    sections = (
        password.section(),
        keys.section(),
        authenticator.section(),
        *(each.section for each in more),
        sessions.section(),
    )
    return (
        *SecurityPage(sections).routes(),
        *again.routes(),
        *password.routes(),
        *keys.routes(),
        *authenticator.routes(),
        *sessions.routes(),
        *SecondFactorPages(services.pass_second_factor, entrance, elsewhere).routes(),
        *(route for each in more for route in each.routes),
    )
