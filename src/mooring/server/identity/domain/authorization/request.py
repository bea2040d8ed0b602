"""The authorization request: what a program sends the browser with, checked in a safe order."""

from __future__ import annotations

from dataclasses import dataclass

from mooring.server.identity.domain.authorization.asking import Asking
from mooring.server.identity.domain.authorization.authorization_code import THUMBPRINT
from mooring.server.identity.domain.authorization.clients import (
    check_client,
    check_redirect_uri,
    check_scope,
)
from mooring.server.identity.domain.authorization.oauth_error import OAuthError, UnsafeRedirect

_LONGEST_STATE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """The parameters as they came (RFC 6749, 4.1.1; RFC 7636, 4.3; RFC 9449, 10), and our own last three."""

    client_id: str | None = None
    redirect_uri: str | None = None
    response_type: str | None = None
    scope: str | None = None
    state: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    dpop_jkt: str | None = None
    product: str | None = None
    device_name: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRequest:
    """A request that a person may be asked about; the answer goes to ``redirect_uri``."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str | None
    challenge: str
    dpop_jkt: str | None
    asking: Asking


def check_redirect(request: AuthorizationRequest) -> str:
    """Return where answers to ``request`` may be sent: errors too, once this has returned.

    Raises:
        UnsafeRedirect: Nowhere; the person is told, and stays here.
    """
    try:
        check_client(request.client_id)
    except OAuthError as error:
        raise UnsafeRedirect(error.error, error.description) from None
    return check_redirect_uri(request.redirect_uri)


def check_request(request: AuthorizationRequest) -> CheckedRequest:
    """Return ``request`` as one that a person may be asked about.

    Raises:
        UnsafeRedirect: Nobody may be sent anywhere for it.
        OAuthError: Something else is wrong: the program is told at its redirect address.
    """
    redirect_uri = check_redirect(request)
    if request.response_type != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code")
    if request.state is not None and len(request.state) > _LONGEST_STATE:
        raise OAuthError("invalid_request", f"state must have at most {_LONGEST_STATE} characters")
    if (
        request.code_challenge_method != "S256"
    ):  # `plain` would hand the verifier to whoever reads the address
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    challenge = request.code_challenge
    if challenge is None or not THUMBPRINT.fullmatch(challenge):
        raise OAuthError("invalid_request", "code_challenge must be a SHA-256 digest in base64url")
    if request.dpop_jkt is not None and not THUMBPRINT.fullmatch(request.dpop_jkt):
        raise OAuthError("invalid_request", "dpop_jkt must be the thumbprint of a key")
    return CheckedRequest(
        client_id=check_client(request.client_id),
        redirect_uri=redirect_uri,
        scope=check_scope(request.scope),
        state=request.state,
        challenge=challenge,
        dpop_jkt=request.dpop_jkt,
        asking=Asking.read(product=request.product, device_name=request.device_name, action=request.action),
    )
