"""The page on which a person lets a program on their own computer in (RFC 6749, 4.1; RFC 8252)."""

from dataclasses import fields
from typing import Final
from urllib.parse import urlencode, urlsplit

from mooring.server.identity.domain.authorization.oauth_error import OAuthError, UnsafeRedirect
from mooring.server.identity.domain.authorization.request import (
    AuthorizationRequest,
    check_redirect,
    check_request,
)
from mooring.server.identity.use_cases.authorization.authorize import Authorize
from mooring.server.web.http.forms import Fields
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper
from mooring.server.web.http.requests import Answer
from mooring.server.web.identity_services import ProductName
from mooring.server.web.oauth.metadata import AUTHORIZE
from mooring.server.web.pages.visiting.door import PageRoute, sign_in_address, sign_up_address
from mooring.server.web.pages.visiting.visit import Visit

_MEMBERS: Final = tuple(field.name for field in fields(AuthorizationRequest))


class AuthorizePage:
    """Shows what a program asks for, and carries the person's decision back to it."""

    def __init__(self, authorize: Authorize, product_name: ProductName, doorkeeper: Doorkeeper) -> None:
        self._authorize = authorize
        self._product_name = product_name
        self._doorkeeper = doorkeeper

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page and its form."""
        return (
            PageRoute("GET", AUTHORIZE, self.ask),
            PageRoute("POST", AUTHORIZE, self.decide),
        )

    async def ask(self, visit: Visit) -> Answer:
        """Show what asks, to who is signed in; whoever is not signs in first and comes back."""
        request = _request(visit.query)
        try:
            checked = check_request(request)
        except OAuthError as error:
            return self._refused(visit, request, error)
        if visit.session is None:
            address = sign_up_address if visit.query.get("prompt") == "create" else sign_in_address
            return visit.go_to(address(f"{AUTHORIZE}?{urlencode(_given(visit.query))}"))
        visit.form_targets = (_form_target(checked.redirect_uri),)
        return visit.page(
            "device/consent.html",
            asking=checked.asking,
            product_name=await self._named(checked.asking.product),
            request=_given(visit.query),
        )

    async def decide(self, visit: Visit) -> Answer:
        """Send the browser back to the program, with a code or without."""
        request = _request(visit.form)
        if visit.session is None:
            return visit.go_to(sign_in_address(f"{AUTHORIZE}?{urlencode(_given(visit.form))}"))
        try:
            if visit.form.get("decision") != "approve":
                check_redirect(request)
                raise OAuthError("access_denied", "the person did not let this program in")
            authorized = await self._authorize(request, session=visit.own_session, at=visit.at)
        except OAuthError as error:
            return self._refused(visit, request, error)
        return self._back(visit, authorized.redirect_uri, {"code": authorized.code}, authorized.state)

    def _refused(self, visit: Visit, request: AuthorizationRequest, error: OAuthError) -> Answer:
        """Tell the program what is wrong, or the person where the program cannot be trusted."""
        visit.request.refused_with = error.error
        try:
            if isinstance(error, UnsafeRedirect):
                raise error
            redirect_uri = check_redirect(request)
        except UnsafeRedirect as unsafe:
            said = {"error": unsafe.error, "description": unsafe.description}
            return visit.page("errors/program_mistaken.html", status=400, **said)
        answer = {"error": error.error, "error_description": error.description}
        return self._back(visit, redirect_uri, answer, request.state)

    def _back(self, visit: Visit, redirect_uri: str, answer: Fields, state: str | None) -> Answer:
        issuer = self._doorkeeper.base(visit.request.one_of(b"host"))
        query = answer | ({} if state is None else {"state": state}) | {"iss": issuer}
        visit.form_targets = (_form_target(redirect_uri),)
        return Answer(303, b"", ((b"location", f"{redirect_uri}?{urlencode(query)}".encode("ascii")),))

    async def _named(self, product: str | None) -> str | None:
        return None if product is None else await self._product_name(product)


def _request(given: Fields) -> AuthorizationRequest:
    return AuthorizationRequest(**_given(given))


def _given(fields: Fields) -> Fields:
    """Return the parameters that the request is made of; others are passed over (RFC 6749, 3.1)."""
    return {name: fields[name] for name in _MEMBERS if name in fields}


def _form_target(redirect_uri: str) -> str:
    """Return how a content security policy names the program's address.

    A browser holds the policy's ``form-action`` against redirects after a form as well. It has no way to
    name an IPv6 address; the page itself has one form, so the scheme alone says enough.
    """
    parts = urlsplit(redirect_uri)
    return "http:" if parts.netloc.startswith("[") else f"{parts.scheme}://{parts.netloc}"
