"""GitHub: OAuth 2 without OpenID. Who somebody is, is the number of their account there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mooring.server.identity.domain.federation.person import LONGEST_NAME, Person, shown_text
from mooring.server.identity.domain.federation.refusals import (
    ProviderDeclined,
    ProviderUnavailable,
    TokenRefused,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.identity.domain.federation.attempt import Attempt
    from mooring.server.identity.domain.federation.logout_token import LoggedOut
    from mooring.server.identity.integrations.fetching import Fetcher
    from mooring.server.identity.integrations.openid import Client
    from mooring.server.identity.ports.providers import Answered

PUBLIC: Final = "https://github.com"
SCOPE: Final = "read:user user:email"
_OK: Final = 200


class GitHubProvider:
    """Implements :class:`~mooring.server.identity.ports.providers.Provider` for GitHub.

    There is no token to judge: what we are told comes from GitHub itself, over TLS, for a code that only we
    can redeem. So everything rests on ``state`` and the verifier (RFC 9700, 2.1).
    """

    def __init__(self, name: str, label: str, base: str, client: Client, fetcher: Fetcher) -> None:
        """``base`` is GitHub's own address, or that of a GitHub Enterprise Server."""
        self.name = name
        self.label = label
        self._base = base
        self._api = "https://api.github.com" if base == PUBLIC else f"{base}/api/v3"
        self._client = client
        self._fetcher = fetcher

    @property
    def tells_when(self) -> bool:
        """GitHub knows nothing like it."""
        return False

    async def logged_out(self, token: str, *, at: datetime) -> LoggedOut:
        """GitHub sends no logout tokens."""
        raise TokenRefused("unsupported")

    def may_issue_as(self, issuer: str) -> bool:
        """Tell whether it is GitHub's own address; see the port."""
        return issuer == self._base

    async def address(self, attempt: Attempt, *, again: bool) -> str:
        """Return where the browser goes to sign in; see the port."""
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": attempt.redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        if again:  # it cannot be made to ask for the password: at least the person chooses
            asked["prompt"] = "select_account"
        return f"{self._base}/login/oauth/authorize?{urlencode(asked)}"

    async def person(self, answered: Answered, attempt: Attempt, *, at: datetime) -> Person:
        """Return who signed in there; see the port. An account there has no time to be judged by."""
        token = await self._redeem(answered.code, attempt)
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }
        user = await self._fetcher.get(f"{self._api}/user", headers)
        number = user.document.get("id")
        if user.status != _OK:
            raise ProviderUnavailable(f"{self._api}/user answers with status {user.status}")
        if isinstance(number, bool) or not isinstance(number, int) or number <= 0:
            raise TokenRefused("subject")  # a name can be given up and taken by another
        return Person(
            issuer=self._base,
            subject=str(number),
            hint=await self._address_of(headers) or shown_text(user.document.get("login")),
            name=shown_text(user.document.get("name"), LONGEST_NAME),
        )

    async def check(self) -> None:
        """Return only if GitHub can be asked now.

        Raises:
            ProviderUnavailable: it cannot.
        """
        await self._fetcher.get(self._api)

    async def _redeem(self, code: str, attempt: Attempt) -> str:
        form = {
            "client_id": self._client.id,
            "client_secret": self._client.secret,
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        address = f"{self._base}/login/oauth/access_token"
        answer = await self._fetcher.post(address, form, {})
        error, token = answer.document.get("error"), answer.document.get("access_token")
        if error in {"incorrect_client_credentials", "invalid_client"}:
            raise ProviderUnavailable(f"{address} does not know our client: {error}")
        if isinstance(error, str):  # with status 200, too
            raise ProviderDeclined(error)
        if answer.status != _OK or not isinstance(token, str) or not token.isascii():
            raise ProviderUnavailable(f"{address} answers with status {answer.status}, and no token")
        return token

    async def _address_of(self, headers: Mapping[str, str]) -> str | None:
        """Return the address that GitHub has verified, if it tells; only to be shown."""
        try:
            answer = await self._fetcher.get(f"{self._api}/user/emails", headers)
        except ProviderUnavailable:
            return None
        listed = answer.document.get("items")
        for entry in listed if answer.status == _OK and isinstance(listed, list) else []:
            if isinstance(entry, dict) and entry.get("primary") is True and entry.get("verified") is True:
                return shown_text(entry.get("email"))
        return None
