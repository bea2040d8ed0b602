"""Signing in by OAuth (RFC 6749, 7636, 8252, 8628, 9207): what is asked, and what the answers mean."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.status import Account
from mooring.core.descriptor import is_loopback
from mooring.core.jose.digest import sha256
from mooring.core.jose.encoding import MalformedJose, b64url_encode, strict_json
from mooring.core.jose.members import Members, WrongMember
from mooring.core.refusals import SignInDeclined

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT = "mooring-device"
SCOPE = "activate"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

METADATA = "/.well-known/oauth-authorization-server"
DEVICE_AUTHORIZATION = "/oauth/device_authorization"
TOKEN = "/oauth/token"  # noqa: S105 - an address
REVOKE = "/oauth/revoke"

_LONGEST_TOKEN = 4096
_LONGEST_WAIT = 24 * 3600
_NOT_ASKED_FOR = "its answer is not what was asked for"


class OAuthRefused(Exception):
    """A server's no in the protocol's own words (RFC 6749 §5.2); it never reaches the program.

    Attributes:
        error: its name in the protocol, such as ``authorization_pending``.
    """

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Wish(NamedTuple):
    """What the person is told that this computer wants.

    Attributes:
        product: the slug of the product.
        device_name: what this computer calls itself.
        action: `sign_in`, `activate`, `link` or `reactivate`.
        create: whether the person wants a new account.
    """

    product: str
    device_name: str
    action: str = "sign_in"
    create: bool = False

    def parameters(self) -> dict[str, str]:
        """Return the parameters of a request that a person is to approve."""
        wished = {"prompt": "create"} if self.create else {}
        return {
            "client_id": CLIENT,
            "scope": SCOPE,
            "product": self.product,
            "device_name": self.device_name,
            "action": self.action,
            **wished,
        }


class AuthorizationServer(NamedTuple):
    """Where a browser is sent, and under which name its answer must come back (RFC 9207)."""

    issuer: str
    authorization_endpoint: str


class Tokens(NamedTuple):
    """What a sign-in or a refresh brings. Never shown: see `StoredAccount`."""

    access_token: str
    refresh_token: str
    seconds: int
    account: Account

    def __repr__(self) -> str:
        return "<Tokens>"


class DeviceCodes(NamedTuple):
    """A sign-in that waits for a person elsewhere (RFC 8628 §3.2).

    Attributes:
        device_code: what this computer asks with; a secret.
        user_code: what the person types, as it is shown.
        address: where they type it.
        complete_address: the same with the code in it, for a QR code.
        seconds: how long it is good for.
        interval: seconds to leave between two questions.
    """

    device_code: str
    user_code: str
    address: str
    complete_address: str
    seconds: int
    interval: int

    def __repr__(self) -> str:
        return f"<DeviceCodes {self.user_code}>"


class BrowserSignIn(NamedTuple):
    """One sign-in through a browser on this computer: what was sent along, to judge what comes back."""

    server: AuthorizationServer
    redirect_uri: str
    state: str
    verifier: str

    def address(self, wish: Wish, jkt: str) -> str:
        """Return where the browser is to go."""
        parameters = wish.parameters() | {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": b64url_encode(sha256(self.verifier.encode("ascii"))),
            "code_challenge_method": "S256",
            "dpop_jkt": jkt,
        }
        return f"{self.server.authorization_endpoint}?{urlencode(parameters)}"

    def is_answer(self, parameters: Mapping[str, str]) -> bool:
        """Tell whether what came back answers this sign-in; anybody on this computer can send something."""
        return hmac.compare_digest(parameters.get("state", "").encode(), self.state.encode())

    def token_request(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return the form that exchanges the code which came back.

        Raises:
            SignInDeclined: the person said no.
            ServerUnreachable: it is an error, or the answer of another server.
        """
        if parameters.get("iss") != self.server.issuer:
            raise ServerUnreachable("the browser came back with another server's answer")
        if "error" in parameters:
            if parameters["error"] == "access_denied":
                raise SignInDeclined
            raise ServerUnreachable("it could not sign anybody in")
        return {
            "grant_type": "authorization_code",
            "client_id": CLIENT,
            "code": parameters.get("code", ""),
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }


def read_server(text: str) -> AuthorizationServer:
    """Return the server that describes itself in ``text`` (RFC 8414).

    Raises:
        ServerUnreachable: it does not, or would send a browser elsewhere.
    """
    try:
        members = Members(strict_json(text.encode()))
        issuer = members.text("issuer", longest=2000)
        endpoint = members.text("authorization_endpoint", longest=2000)
    except (MalformedJose, WrongMember) as error:
        raise ServerUnreachable(_NOT_ASKED_FOR) from error
    safe = endpoint.startswith("https://") or is_loopback(endpoint)
    if not safe or not endpoint.startswith(f"{issuer.rstrip('/')}/") or urlsplit(endpoint).query:
        raise ServerUnreachable(_NOT_ASKED_FOR)
    return AuthorizationServer(issuer, endpoint)


def read_tokens(document: Mapping[str, object]) -> Tokens:
    """Return the tokens of an answer (RFC 6749 §5.1).

    Raises:
        ServerUnreachable: it holds none that are bound to a key.
    """
    try:
        members = Members(dict(document))
        account = members.object("account")
        if members.text("token_type").lower() != "dpop":
            raise members.wrong("token_type")
        return Tokens(
            access_token=_token(members, "access_token"),
            refresh_token=_token(members, "refresh_token"),
            seconds=members.number("expires_in", most=_LONGEST_WAIT),
            account=Account(account.text("masked"), account.text_or_none("provider")),
        )
    except WrongMember as error:
        raise ServerUnreachable(_NOT_ASKED_FOR) from error


def read_device_codes(document: Mapping[str, object]) -> DeviceCodes:
    """Return the codes of an answer (RFC 8628 §3.2).

    Raises:
        ServerUnreachable: it holds none.
    """
    try:
        members = Members(dict(document))
        address = _web_address(members, "verification_uri")
        whole = address
        if not members.is_null("verification_uri_complete"):
            whole = _web_address(members, "verification_uri_complete")
        return DeviceCodes(
            device_code=_token(members, "device_code"),
            user_code=_token(members, "user_code", longest=32),
            address=address,
            complete_address=whole,
            seconds=members.number("expires_in", least=1, most=_LONGEST_WAIT),
            interval=5 if members.is_null("interval") else members.number("interval", least=1, most=600),
        )
    except WrongMember as error:
        raise ServerUnreachable(_NOT_ASKED_FOR) from error


def _token(members: Members, name: str, *, longest: int = _LONGEST_TOKEN) -> str:
    """Return a text that may stand in a header and on a terminal."""
    value: Any = members.text(name, longest=longest)
    if not value.isascii() or " " in value:
        raise members.wrong(name)
    return str(value)


def _web_address(members: Members, name: str) -> str:
    value = members.text(name, longest=2000)
    if not (value.startswith("https://") or is_loopback(value)) or not value.isascii() or " " in value:
        raise members.wrong(name)
    return value
