"""Where a person is signed in: browsers and devices, and signing each or all of them out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.session import Session, SessionId
from mooring.server.identity.ports.accounts import SignedIn
from mooring.server.web.http.requests import Answer
from mooring.server.web.identity_services import IdentityServices
from mooring.server.web.pages.security.sections import Section, back
from mooring.server.web.pages.visiting.door import SECURITY, SIGN_IN, PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.security_services import SecurityServices

NAME: Final = "sessions"
END: Final = f"{SECURITY}/sessions/end"
END_OTHERS: Final = f"{SECURITY}/sessions/end-others"
END_DEVICES: Final = f"{SECURITY}/devices/end-all"
DONE: Final = {
    "session-ended": mark("That browser is signed out."),
    "others-ended": mark("Every other browser is signed out."),
    "devices-ended": mark("Every device is signed out. What is activated on them stays activated."),
}
METHODS: Final = {
    "password": mark("with the password"),
    "passkey": mark("with a passkey"),
}
ELSEWHERE: Final = mark("at {provider}")


class SessionPages:
    """Lists browsers and devices, and signs them out."""

    def __init__(
        self,
        services: SecurityServices,
        identity: IdentityServices,
        providers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``providers`` are what people call the providers of this server, by their names."""
        self._services = services
        self._identity = identity
        self._providers = providers

    def section(self) -> Section:
        """Return the section of the page on security."""
        return Section(NAME, "security/sessions/section.html", self._values, DONE)

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the forms."""
        return (
            PageRoute("POST", END, self.end, signed_in=True),
            PageRoute("POST", END_OTHERS, self.end_others, signed_in=True),
            PageRoute("GET", END_DEVICES, self.ask_end_devices, signed_in=True),
            PageRoute("POST", END_DEVICES, self.end_devices, signed_in=True),
        )

    async def end(self, visit: Visit) -> Answer:
        """Sign one browser out; where it is this one, it leaves."""
        session_id = SessionId(visit.form.get("session", ""))
        await self._services.end_session(session_id, account_id=visit.account.id, at=visit.at)
        if session_id == _here(visit).session.id:
            visit.headers.append(visit.cookies.drop_session())
            return visit.go_to(SIGN_IN)
        return back(visit, "session-ended", NAME)

    async def end_others(self, visit: Visit) -> Answer:
        """Sign every other browser out."""
        await self._services.end_other_sessions(keep=_here(visit).session, at=visit.at)
        return back(visit, "others-ended", NAME)

    async def ask_end_devices(self, visit: Visit) -> Answer:
        """Ask whether every device shall be signed out."""
        return visit.page(
            "security/confirm.html",
            title=visit.say("Sign every device out?"),
            text=visit.say(
                "Programs on your devices can no longer ask for your licenses until you sign in there again. "
                "What is activated on them stays activated."
            ),
            action=END_DEVICES,
            hidden={},
            yes=visit.say("Sign every device out"),
            careful=True,
            wrong="",
        )

    async def end_devices(self, visit: Visit) -> Answer:
        """Sign every device out."""
        await self._services.end_all_grants(visit.account.id, at=visit.at)
        return back(visit, "devices-ended", NAME)

    async def _values(self, visit: Visit) -> Mapping[str, object]:
        sessions = await self._services.list_sessions(visit.account.id, at=visit.at)
        here = _here(visit).session.id
        return {
            "sessions": [
                {
                    "id": session.id,
                    "browser": session.browser,
                    "place": coarse_place(session.place),
                    "method": self._method(visit, session),
                    "since": session.created_at,
                    "last_seen_at": session.last_seen_at,
                    "here": session.id == here,
                }
                for session in sorted(sessions, key=lambda session: session.id != here)
            ],
            "devices": len(await self._identity.list_grants(visit.account.id)),
        }

    def _method(self, visit: Visit, session: Session) -> str:
        if session.method in METHODS:
            return visit.say(METHODS[session.method])
        provider = session.method.partition(":")[2] or session.method
        return visit.say(ELSEWHERE, provider=self._providers.get(provider, provider))


def coarse_place(address: str | None) -> str:
    """Return where a browser was, as exactly as a person needs to know it again.

    >>> coarse_place("203.0.113.7")
    '203.0.113.x'
    """
    if not address:
        return ""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + ":x"
    return address.rpartition(".")[0] + ".x" if "." in address else address


def _here(visit: Visit) -> SignedIn:
    assert visit.session is not None  # noqa: S101 - the door lets nobody in who is not signed in
    return visit.session
