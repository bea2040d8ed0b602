"""The door of the pages: who visits, whether the form they send is ours, and what their browser may do."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from mooring.core.refusals import InvalidRequest, NotFound, Refusal, ServiceUnavailable
from mooring.core.wording.reasons import reason_document
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.identity.domain.staff.admission import opens_console
from mooring.server.identity.domain.staff.roles import Permission, role_of
from mooring.server.identity.use_cases.accounts.choose_language import ChooseLanguage
from mooring.server.identity.use_cases.accounts.find_session import FindSession
from mooring.server.web.http.dispatcher import RETRY_AFTER
from mooring.server.web.http.forms import read_form, read_query
from mooring.server.web.http.limits import retry_headers
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer, ClientGone, Network, Request, client_address
from mooring.server.web.pages.design.rendering import Renderer
from mooring.server.web.pages.visiting.cookies import CookieNames, read_cookies
from mooring.server.web.pages.visiting.form_tokens import FormTokens
from mooring.server.web.pages.visiting.visit import LANGUAGE, Visit
from mooring.server.web.watch.logs import logger
from mooring.server.wording.languages import known_language

FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
SIGN_IN: Final = "/sign-in"
SIGN_UP: Final = "/sign-up"
SECURITY: Final = "/account/security"
SIGN_IN_AGAIN: Final = f"{SECURITY}/again"

_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    # Our own pages may learn where one came from: without, browsers hide a form's origin from us as well.
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class FormNotOurs(Exception):
    """A form came that we did not show to this browser, or showed to it in another session."""


class Hidden(Exception):
    """There is no such page for this visitor: they are answered as everywhere where nothing is."""


class PageRoute(NamedTuple):
    """One page, or what a form of it does."""

    method: str
    path: str
    handler: Callable[[Visit], Awaitable[Answer]]
    signed_in: bool = False
    """Must the visitor be signed in? Who is not signs in first, and comes back."""
    for_anybody: bool = False
    """Is it the same for everybody? Then nobody asks who visits."""
    fresh: bool = False
    """Must the visitor have proved just now who they are? Who has not does so first, and comes back."""
    staff: Permission | None = None
    """What the visitor's role must include; for who does not work here there is no such page."""
    once: bool = False
    """Does it do what cannot be done twice? Then it runs again by itself what met another's transaction."""


class PageDoor:
    """Answers visits: behind it no form is a stranger's, and nobody is where one must sign in first."""

    def __init__(
        self,
        *,
        addresses: tuple[str, ...],
        trusted_proxies: tuple[Network, ...],
        form_key: bytes,
        find_session: FindSession,
        choose_language: ChooseLanguage,
    ) -> None:
        """Serve the pages of a server known by ``addresses``, the first of which is its own name."""
        self._cookies = CookieNames.of(addresses[0])
        self._renderer = Renderer(urlsplit(addresses[0]).path)
        self._origins = {_origin(address) for address in addresses}
        self._trusted_proxies = trusted_proxies
        self._tokens = FormTokens(form_key)
        self._find_session = find_session
        self._choose_language = choose_language

    @property
    def cookies(self) -> CookieNames:
        """The cookies that this door reads."""
        return self._cookies

    async def answer(self, routes: Mapping[str, PageRoute], request: Request) -> Answer:
        """Return the page asked for, or the one that says why not."""
        visit = Visit(
            request=request,
            renderer=self._renderer,
            query={},
            form={},
            token=None,
            session=None,
            held=None,
            known_browser=None,
            tokens=self._tokens,
            cookies=self._cookies,
            address=client_address(request.scope, self._trusted_proxies),
        )
        answer = await self._safely(routes, visit)
        chosen = {name for name, _ in answer.headers}
        usual = (*_ALWAYS, _content_security_policy(visit.form_targets))
        added = (header for header in usual if header[0] not in chosen)
        return answer._replace(headers=(*answer.headers, *added, *visit.headers))

    async def _safely(self, routes: Mapping[str, PageRoute], visit: Visit) -> Answer:
        try:
            return await self._judged(routes, visit)
        except FormNotOurs:
            visit.request.refused_with = "form_not_ours"
            return visit.page("errors/form_not_ours.html", status=403, path=visit.request.path)
        except Refusal as refusal:
            return _refused(visit, refusal)
        except DatabaseUnavailable:
            return _refused(visit, ServiceUnavailable(retry_after=RETRY_AFTER))
        except (ClientGone, Hidden):
            raise
        except Exception:  # noqa: BLE001 - the last one who can answer with a page
            logger().exception("fault", request=visit.request.id)
            visit.request.refused_with = "fault"
            return visit.page("errors/fault.html", status=500, number=visit.request.id)

    async def _judged(self, routes: Mapping[str, PageRoute], visit: Visit) -> Answer:
        request = visit.request
        route = routes.get(request.method)
        if route is None:
            if any(each.staff for each in routes.values()):
                raise Hidden
            visit.headers.append((b"allow", ", ".join(sorted({*routes, "OPTIONS"})).encode()))
            if request.method == "OPTIONS":
                return Answer(204, b"", ())
            raise InvalidRequest(member="method", status=405)
        cookies = read_cookies(request.all_of(b"cookie"))
        visit.query = read_query(request)
        visit.can_be_shown_again = "GET" in routes
        visit.kept_language = cookies.get(self._cookies.language)
        if not route.for_anybody:
            await through_conflicts(lambda: self._recognize(visit, cookies))
        if route.staff is not None and (barred := self._barred(visit, route.staff)) is not None:
            return barred
        await self._note_language(visit)
        if route.method == "POST":
            await request.read_body()
            visit.form = read_form(request)
            token = visit.form.get(FORM_TOKEN)
            if not (self._is_from_here(request) and self._tokens.is_good(token, visit.held)):
                raise FormNotOurs
        if route.signed_in and visit.session is None:
            return visit.go_to(sign_in_address(_address_of(request)))
        if route.fresh and visit.signed_in and not visit.fresh:
            return visit.go_to(sign_in_again_address(_address_of(request)))
        if route.once:
            return await route.handler(visit)
        headers = tuple(visit.headers)

        async def handled() -> Answer:
            visit.headers[:] = headers
            return await route.handler(visit)

        return await through_conflicts(handled)

    def _barred(self, visit: Visit, permission: Permission) -> Answer | None:
        """Return what is shown in place of a page of the staff, if this visitor may not see it (now)."""
        role = role_of(visit.account.staff_role if visit.signed_in else None)
        if role is None:
            raise Hidden
        if not opens_console(visit.own_session, at=visit.at):
            return visit.go_to(sign_in_again_address(_address_of(visit.request)))
        if not role.may(permission):
            visit.request.refused_with = "not_permitted"
            return visit.page("console/not_permitted.html", status=403, role=role)
        return None

    async def _note_language(self, visit: Visit) -> None:
        """Keep the language that ``?language=`` chooses: in this browser, and for who is signed in."""
        chosen = known_language(visit.query.get(LANGUAGE))
        if chosen is None:
            return
        visit.asked_language = chosen
        visit.headers.append(self._cookies.set_language(chosen))
        # A link on a stranger's page may show a page in another language, but it decides nothing for long.
        if visit.signed_in and visit.account.language != chosen and self._is_from_here(visit.request):
            account_id = visit.account.id
            await through_conflicts(lambda: self._choose_language(account_id, chosen))

    async def _recognize(self, visit: Visit, cookies: Mapping[str, str]) -> None:
        """Find out who visits, and by what their forms are known."""
        visit.token = cookies.get(self._cookies.session)
        visit.known_browser = cookies.get(self._cookies.known)
        visit.session = await self._find_session(visit.token, at=visit.at)
        # With a session its forms are its own: one shown before sign-in is worth nothing after it.
        visit.held = visit.token if visit.session else cookies.get(self._cookies.seed) or None

    def _is_from_here(self, request: Request) -> bool:
        """Was the form sent from a page of ours, by the browser's own word where it gives one?"""
        site = request.one_of(b"sec-fetch-site")
        origin = request.one_of(b"origin")
        return site in {None, "same-origin"} and (origin is None or origin in self._origins)


def sign_in_address(wish: str) -> str:
    """Return the address of the sign-in page that leads on to ``wish``."""
    return f"{SIGN_IN}?next={quote(wish, safe='')}"


def sign_in_again_address(wish: str) -> str:
    """Return the address of the page to prove again who one is, which leads on to ``wish``."""
    return f"{SIGN_IN_AGAIN}?next={quote(wish, safe='')}"


def sign_up_address(wish: str) -> str:
    """Return the address of the page to make an account, which leads on to ``wish``."""
    return f"{SIGN_UP}?next={quote(wish, safe='')}"


def _address_of(request: Request) -> str:
    """Return where the visitor was going; what a form carried is gone."""
    query = bytes(request.scope["query_string"]).decode("latin-1")
    return f"{request.raw_path}?{query}" if query else request.raw_path


def _refused(visit: Visit, refusal: Refusal) -> Answer:
    visit.request.refused_with = refusal.code
    document = reason_document(refusal.code, refusal.members, language=visit.language)
    visit.headers.extend(retry_headers(refusal))
    template = "errors/not_there.html" if isinstance(refusal, NotFound) else "errors/refused.html"
    return visit.page(template, status=status_of(refusal), reason=document)


def _content_security_policy(form_targets: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return the policy that lets a page load our own files, and nothing of a stranger's run."""
    targets = " ".join(("'self'", *form_targets))
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action {targets}; frame-ancestors 'none'"
    )
    return b"content-security-policy", policy.encode("ascii")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
