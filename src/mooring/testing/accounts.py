"""The accounts of a fake server: people with a browser, and the devices that they let in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from mooring.client.domain.accounts.oauth import CLIENT, DEVICE_CODE, OAuthRefused
from mooring.core import refusals
from mooring.core.identifiers import new_account_id
from mooring.core.jose.digest import sha256
from mooring.core.jose.encoding import b64url_encode
from mooring.testing.publisher import ISSUER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.core.identifiers import AccountId
    from mooring.testing.clock import FakeClock

CODE_SECONDS = 600
TOKEN_SECONDS = 600
_INTERVAL = 5
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True)
class FakeAccount:
    """An account with the publisher."""

    id: AccountId
    email: str

    @property
    def masked(self) -> str:
        """The address as a device is told it."""
        name, _, domain = self.email.partition("@")
        return f"{name[:1]}•••@{domain[:1]}•••.{domain.rpartition('.')[2]}"

    def to_document(self) -> dict[str, object]:
        """Return what `GET /v1/me` answers."""
        return {"id": self.id, "masked": self.masked, "provider": "local"}


@dataclass
class _Grant:
    """A device that was let in, and the tokens it has now."""

    account: FakeAccount
    jkt: str
    refresh_token: str = ""
    access_token: str = ""
    good_until: float = 0.0


@dataclass
class _Asking:
    """A device that waits to be let in; ``who`` decided, if anybody has."""

    jkt: str
    good_until: float
    proven_by: Mapping[str, str] = field(default_factory=dict)
    who: FakeAccount | None = None
    denied: bool = False


class FakeAccounts:
    """Signs devices in, by the rules that matter to a client: codes are good once, tokens rotate."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._accounts: dict[str, FakeAccount] = {}
        self._grants: list[_Grant] = []
        self._codes: dict[str, _Asking] = {}
        self._user_codes: dict[str, _Asking] = {}

    def of(self, email: str) -> FakeAccount:
        """Return the account with this address; the first to ask for it makes it."""
        return self._accounts.setdefault(email, FakeAccount(new_account_id(self._clock.now()), email))

    def signed_in(self, token: str | None, jkt: str) -> FakeAccount | None:
        """Return whose token it is; None without one.

        Raises:
            SignInRequired: it is not good, or another key's.
        """
        if token is None:
            return None
        for grant in self._grants:
            if grant.access_token == token and grant.jkt == jkt and self._now < grant.good_until:
                return grant.account
        raise refusals.SignInRequired

    def needed(self, token: str | None, jkt: str) -> FakeAccount:
        """Return whose token it is, or raise `SignInRequired`."""
        account = self.signed_in(token, jkt)
        if account is None:
            raise refusals.SignInRequired
        return account

    def end_access_tokens(self) -> None:
        """Let every access token end now; devices have to refresh."""
        for grant in self._grants:
            grant.good_until = self._now

    def end_grants(self) -> None:
        """End every sign-in, as the account's owner can on its page."""
        self._grants.clear()

    def decide(self, user_code: str, who: FakeAccount | None) -> None:
        """Let the device that shows ``user_code`` into the account ``who``, or nowhere."""
        asking = self._user_codes.pop(user_code)
        asking.who, asking.denied = who, who is None

    def visit(self, address: str, who: FakeAccount | None) -> dict[str, str]:
        """Return what the browser brings back to the device that sent it to ``address``."""
        asked = dict(parse_qsl(urlsplit(address).query))
        brought = {"state": asked["state"], "iss": ISSUER}
        if who is None:
            return brought | {"error": "access_denied"}
        code = _secret()
        self._codes[code] = _Asking(asked["dpop_jkt"], self._now + 60, asked, who)
        return brought | {"code": code}

    def begin(self, jkt: str) -> dict[str, object]:
        """Answer a device that wants to show a code."""
        device_code = _secret()
        letters = [_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(8)]
        user_code = f"{''.join(letters[:4])}-{''.join(letters[4:])}"
        asking = _Asking(jkt, self._now + CODE_SECONDS)
        self._codes[device_code] = self._user_codes[user_code] = asking
        return {
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": f"{ISSUER}/device",
            "verification_uri_complete": f"{ISSUER}/device?user_code={user_code}",
            "expires_in": CODE_SECONDS,
            "interval": _INTERVAL,
        }

    def give_tokens(self, form: Mapping[str, str], jkt: str) -> dict[str, object]:
        """Answer a request for tokens.

        Raises:
            OAuthRefused: not yet, or no.
        """
        if form.get("client_id") != CLIENT:
            raise OAuthRefused("invalid_client")
        if form["grant_type"] == "refresh_token":
            return self._tokens(self._grant_of(form["refresh_token"], jkt))
        asking = self._codes.get(form["device_code" if form["grant_type"] == DEVICE_CODE else "code"])
        if asking is None or asking.jkt != jkt or not _proves(asking, form):
            raise OAuthRefused("invalid_grant")
        if asking.denied:
            raise OAuthRefused("access_denied")
        if self._now >= asking.good_until:
            raise OAuthRefused("expired_token")
        if asking.who is None:
            raise OAuthRefused("authorization_pending")
        self._codes = {code: each for code, each in self._codes.items() if each is not asking}
        grant = _Grant(asking.who, jkt)
        self._grants.append(grant)
        return self._tokens(grant)

    def revoke(self, token: str) -> None:
        """End the sign-in that a refresh token belongs to; one that is not known is gone already."""
        self._grants = [grant for grant in self._grants if grant.refresh_token != token]

    def _grant_of(self, refresh_token: str, jkt: str) -> _Grant:
        for grant in self._grants:
            if grant.refresh_token == refresh_token and grant.jkt == jkt:
                return grant
        raise OAuthRefused("invalid_grant")

    def _tokens(self, grant: _Grant) -> dict[str, object]:
        grant.refresh_token, grant.access_token = _secret(), _secret()
        grant.good_until = self._now + TOKEN_SECONDS
        return {
            "access_token": grant.access_token,
            "token_type": "DPoP",
            "expires_in": TOKEN_SECONDS,
            "refresh_token": grant.refresh_token,
            "account": {"masked": grant.account.masked, "provider": "local"},
        }

    @property
    def _now(self) -> float:
        return self._clock.now().timestamp()


def _proves(asking: _Asking, form: Mapping[str, str]) -> bool:
    """Tell whether the code is redeemed by who asked for it (RFC 7636)."""
    if not asking.proven_by:
        return True
    challenge = b64url_encode(sha256(form.get("code_verifier", "").encode()))
    return (
        challenge == asking.proven_by["code_challenge"]
        and form.get("redirect_uri") == asking.proven_by["redirect_uri"]
    )


def _secret() -> str:
    return b64url_encode(os.urandom(24))
