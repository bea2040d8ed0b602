"""One visit of one page: what was asked, by whom, and how it can be answered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.browser_name import browser_name
from mooring.server.identity.domain.session import Session
from mooring.server.identity.domain.staff.roles import role_of
from mooring.server.identity.ports.accounts import SignedIn
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.web.http.forms import Fields
from mooring.server.web.http.preferences import preferred_language
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.pages.design.rendering import Renderer
from mooring.server.web.pages.visiting.cookies import CookieNames
from mooring.server.web.pages.visiting.form_tokens import FormTokens, new_seed
from mooring.server.wording.languages import LANGUAGES, known_language, site_translator

LANGUAGE: Final = "language"
"""What a query calls the language that it asks for."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request for a page, read and judged, and what its answer will carry."""

    request: Request
    renderer: Renderer
    query: Fields
    form: Fields
    token: str | None
    """The session's token, as the browser sent it; it may be no session's."""
    session: SignedIn | None
    held: str | None
    """What the browser holds for its forms to be known by; none before it was shown one."""
    known_browser: str | None
    """What the browser shows to be recognized by, good or not."""
    asked_language: str | None = None
    """The language that this very request asks for, if it does."""
    kept_language: str | None = None
    """The language that was chosen in this browser before, as the browser says."""
    can_be_shown_again: bool = True
    """Is there a page at this address, and not only what a form does?"""
    tokens: FormTokens
    cookies: CookieNames
    address: str
    """Where the visitor is, as far as that can be believed."""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    form_targets: tuple[str, ...] = ()
    """Origins beside our own that a form of this page may lead to."""

    @property
    def at(self) -> datetime:
        """When it happens."""
        return self.request.at

    @property
    def language(self) -> str:
        """The language to speak: asked for now, the account's, this browser's, or what it likes best."""
        return (
            self.asked_language
            or known_language(self.session.account.language if self.session else None)
            or known_language(self.kept_language)
            or preferred_language(self.request.all_of(b"accept-language"), tuple(LANGUAGES))
        )

    def in_language(self, language: str) -> str:
        """Return the address of this page, or of the one that its form leads from, in ``language``."""
        path = self.request.raw_path if self.can_be_shown_again else "/"
        kept = {name: value for name, value in self.query.items() if name != LANGUAGE}
        return self.renderer.link(f"{path}?{urlencode({**kept, LANGUAGE: language})}")

    def say(self, message: str, /, **values: object) -> str:
        """Return ``message`` of the site's catalogue in the visitor's language, with ``values`` filled in."""
        said = site_translator(self.language).gettext(message)
        return said.format(**values) if values else said

    @property
    def signed_in(self) -> bool:
        """Is somebody signed in in this browser?"""
        return self.session is not None

    @property
    def works_here(self) -> bool:
        """Does the person have a role in the console?"""
        return self.session is not None and role_of(self.session.account.staff_role) is not None

    @property
    def email(self) -> str:
        """The address by which the person knows their account; empty when nobody is signed in."""
        return self.session.account.shown if self.session else ""

    @property
    def fresh(self) -> bool:
        """Did the person prove just now who they are, so that something delicate may be done?"""
        return self.session is not None and self.session.session.is_fresh(at=self.at)

    @property
    def arrival(self) -> Arrival:
        """Where somebody who signs in comes from, and with what."""
        return Arrival(
            address=self.address,
            old_token=self.token,
            known_browser=self.known_browser,
            browser=browser_name(self.request.one_of(b"user-agent")),
        )

    @property
    def holder(self) -> str:
        """What this browser holds, by which what it carries for us is known; a seed, if it held nothing."""
        if self.held is None:
            self.held = new_seed()
            self.headers.append(self.cookies.set_seed(self.held))
        return self.held

    @property
    def form_token(self) -> str:
        """What a form on this page carries."""
        return self.tokens.token(self.holder)

    def stay_known(self, browsers: KnownBrowsers) -> None:
        """Let this browser stay known as the person's own, who changed by what they prove who they are."""
        marks = browsers.remember(self.known_browser, self.account.known_as, at=self.at)
        self.headers.append(self.cookies.set_known(marks))

    @property
    def account(self) -> Account:
        """Who is signed in.

        Raises:
            SignInRequired: nobody is.
        """
        if self.session is None:
            raise SignInRequired
        return self.session.account

    @property
    def own_session(self) -> Session:
        """The session of who is signed in.

        Raises:
            SignInRequired: nobody is.
        """
        if self.session is None:
            raise SignInRequired
        return self.session.session

    def page(self, template: str, *, status: int = 200, **values: object) -> Answer:
        """Return the page made of ``template``."""
        html = self.renderer.page(template, self.language, visitor=self, **values)
        return Answer(status, html, ((b"content-type", b"text/html; charset=utf-8"),))

    def go_to(self, path: str) -> Answer:
        """Return the answer that sends the browser to ``path``, a page of ours (with its query)."""
        return Answer(303, b"", ((b"location", self.renderer.link(path).encode("ascii")),))
