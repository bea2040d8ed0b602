"""Signing in with an account that one has elsewhere: to the provider, and back."""

from collections.abc import Callable
from typing import Final

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.federation.refusals import (
    AnswerNotOurs,
    ProviderDeclined,
    ProviderUnavailable,
    ProviderUnknown,
    TokenRefused,
)
from mooring.server.identity.ports.identities import IdentityTaken
from mooring.server.identity.use_cases.federation.messages import Callback, Finished
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.cookies import CookieNames, read_cookies
from mooring.server.web.pages.visiting.door import SIGN_IN, PageRoute
from mooring.server.web.pages.visiting.entering import Entrance
from mooring.server.web.pages.visiting.next_page import own_page
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.watch.logs import logger

CALLBACK: Final = "/cb"
BY_PROVIDER: Final = "/sign-out/by-provider"
HOME: Final = "/account"

_BAD_GATEWAY: Final = 502
_BY_THE_PERSON: Final = frozenset({"access_denied", "consent_required", "interaction_required"})


class ElsewherePages:
    """Sends people to a provider, and takes them in when they come back."""

    def __init__(
        self,
        services: FederationServices,
        *,
        addresses: tuple[str, ...],
        cookies: CookieNames,
        entrance: Entrance,
        is_ours: Callable[[str], bool],
    ) -> None:
        """``addresses`` are the server's own; ``is_ours`` tells whether a path has a page of ours."""
        self.services = services
        self._addresses = addresses
        self._cookies = cookies
        self._entrance = entrance
        self._is_ours = is_ours

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", f"{SIGN_IN}/with/{{provider}}", self.show_sign_in),
            PageRoute("POST", f"{SIGN_IN}/with/{{provider}}", self.begin),
            PageRoute("GET", f"{CALLBACK}/{{provider}}", self.come_back, once=True),
            PageRoute("GET", BY_PROVIDER, self.sign_out, for_anybody=True),
        )

    async def show_sign_in(self, visit: Visit) -> Answer:
        """Show where one begins, to somebody who loads the page between here and there again."""
        return visit.go_to(SIGN_IN)

    async def begin(self, visit: Visit) -> Answer:
        """Send the browser to the provider."""
        home = HOME if self._is_ours(HOME) else "/"
        onward = own_page(visit.form.get("next"), self._is_ours, home)
        return await self.leave(visit, visit.request.params["provider"], onward, again=visit.signed_in)

    async def leave(
        self, visit: Visit, name: str, onward: str, *, links: bool = False, again: bool
    ) -> Answer:
        """Send the browser to the provider ``name``; afterwards to ``onward``.

        With ``links`` the identity is added to the account that is signed in.

        Raises:
            NotFound: there is no such provider.
            NotFresh: whoever adds an identity must prove first who they are.
        """
        session = visit.session.session if links and visit.session else None
        try:
            begun = await self.services.begin(
                name,
                redirect_uri=f"{self._own_address(visit)}{CALLBACK}/{name}",
                onward=onward,
                links=session,
                again=again,
                at=visit.at,
            )
        except ProviderUnknown:
            raise NotFound from None
        except ProviderUnavailable as refusal:
            return self._unavailable(visit, name, onward, refusal)
        visit.headers.append(self._cookies.set_elsewhere(begun.carried))
        # Not by a redirect: browsers hold those of a form, and all that follow, to the pages' own policy.
        visit.headers.append((b"refresh", f"0;url={begun.address}".encode("ascii")))
        return visit.page("sign_in/going.html", provider=begun.label, address=begun.address)

    async def come_back(self, visit: Visit) -> Answer:
        """Sign in whom the provider sends back, or say why not."""
        name = visit.request.params["provider"]
        label = self.services.labels.get(name)
        if label is None:
            raise NotFound
        onward = HOME if self._is_ours(HOME) else "/"
        try:
            finished = await self.services.finish(self._callback(visit, name), at=visit.at)
        except AnswerNotOurs:
            visit.request.refused_with = "answer_not_ours"
            return self._back_page(visit, "not_ours", label, status=403)
        except ProviderUnavailable as refusal:
            return self._unavailable(visit, name, onward, refusal)
        except ProviderDeclined as refusal:
            return self._declined(visit, name, refusal)
        except TokenRefused as refusal:
            visit.request.refused_with = "token_refused"
            logger().warning("token_refused", provider=name, why=refusal.why, request=visit.request.id)
            self._forget(visit)
            return self._back_page(visit, "refused", label, status=403, why=refusal.why)
        except IdentityTaken:
            visit.request.refused_with = "identity_taken"
            self._forget(visit)
            return self._back_page(visit, "taken", label, status=409)
        return self._finished(visit, finished)

    async def sign_out(self, visit: Visit) -> Answer:
        """End the sessions that one at a provider opened; it asks for this address in a hidden frame."""
        await self.services.sign_out_by_provider(visit.query.get("iss"), visit.query.get("sid"), at=visit.at)
        return Answer(200, b"", ((b"content-type", b"text/plain; charset=utf-8"),))

    def _finished(self, visit: Visit, finished: Finished) -> Answer:
        self._forget(visit)
        if finished.opened is not None:
            return self._entrance.enter(visit, finished.opened, finished.onward)
        return visit.go_to(finished.onward)

    def _callback(self, visit: Visit, name: str) -> Callback:
        cookies = read_cookies(visit.request.all_of(b"cookie"))
        return Callback(
            provider=name,
            carried=cookies.get(self._cookies.elsewhere),
            code=visit.query.get("code"),
            state=visit.query.get("state"),
            issuer=visit.query.get("iss"),
            error=visit.query.get("error"),
            arrival=visit.arrival,
            session=visit.session,
        )

    def _unavailable(self, visit: Visit, name: str, onward: str, refusal: ProviderUnavailable) -> Answer:
        visit.request.refused_with = "provider_unavailable"
        logger().warning("provider_unavailable", provider=name, why=refusal.why, request=visit.request.id)
        label = self.services.labels.get(name, name)
        return self._back_page(visit, "unavailable", label, status=_BAD_GATEWAY, onward=onward)

    def _declined(self, visit: Visit, name: str, refusal: ProviderDeclined) -> Answer:
        visit.request.refused_with = "provider_declined"
        logger().info("provider_declined", provider=name, why=refusal.error[:80], request=visit.request.id)
        self._forget(visit)
        kind = "cancelled" if refusal.error in _BY_THE_PERSON else "declined"
        return self._back_page(visit, kind, self.services.labels[name], status=403)

    def _back_page(
        self, visit: Visit, kind: str, label: str, *, status: int, onward: str = "", why: str = ""
    ) -> Answer:
        shown = {"kind": kind, "provider": label, "next": onward, "code": visit.request.refused_with}
        return visit.page("sign_in/came_back.html", status=status, why=why, **shown)

    def _forget(self, visit: Visit) -> None:
        visit.headers.append(self._cookies.drop_elsewhere())

    def _own_address(self, visit: Visit) -> str:
        """Return by which of its addresses the server was asked: there the cookie is that comes back."""
        host = visit.request.one_of(b"host")
        named = (each for each in self._addresses if each.partition("://")[2].partition("/")[0] == host)
        return next(named, self._addresses[0])
