"""A provider that speaks OpenID Connect: Microsoft with its tenants, Google, and any other by its issuer."""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

from mooring.server.identity.domain.federation.id_token import Expected, judge_claims
from mooring.server.identity.domain.federation.issuers import (
    TENANT_PLACE,
    ExactIssuer,
    IssuerRule,
    MicrosoftIssuers,
    is_tenant,
)
from mooring.server.identity.domain.federation.logout_token import judge_logout
from mooring.server.identity.domain.federation.refusals import (
    ProviderDeclined,
    ProviderUnavailable,
    TokenRefused,
)
from mooring.server.identity.integrations.endpoints import may_be_endpoint
from mooring.server.identity.integrations.fetching import Failure, Fetcher
from mooring.server.identity.integrations.key_set import KeySet
from mooring.server.identity.integrations.signatures import signed_claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mooring.server.identity.domain.federation.attempt import Attempt
    from mooring.server.identity.domain.federation.logout_token import LoggedOut
    from mooring.server.identity.domain.federation.person import Person
    from mooring.server.identity.ports.providers import Answered

SCOPE: Final = "openid profile email"
KEPT: Final = 3600.0
"""Seconds after which a provider's own description is fetched again."""
KEPT_IN_NEED: Final = 7 * 24 * 3600.0
"""Seconds for which the old one does while a newer cannot be fetched."""
_OK: Final = 200


class Client(NamedTuple):
    """What a provider knows us by."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"Client({self.id!r})"


class Description(NamedTuple):
    """What a provider says of itself (OpenID Connect Discovery, 3)."""

    issuers: IssuerRule
    authorization: str
    token: str
    keys: str
    takes_secret_in_form: bool
    names_itself: bool
    """Does each answer say who answers (RFC 9207)?"""
    tells_when: bool
    """May a token say when the person proved who they are?"""


class OpenIdProvider:
    """Implements :class:`~mooring.server.identity.ports.providers.Provider` for one issuer."""

    def __init__(
        self,
        name: str,
        label: str,
        issuer: str,
        client: Client,
        fetcher: Fetcher,
        *,
        tenant: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``issuer`` as it was configured; with ``tenant`` it is Microsoft's base address."""
        self.name = name
        self.label = label
        self._issuer = issuer if tenant is None else f"{issuer}/{tenant}/v2.0"
        self._template = None if tenant is None else f"{issuer}/{TENANT_PLACE}/v2.0"
        self._tenant = tenant
        self._client = client
        self._fetcher = fetcher
        self._clock = clock
        self._keys = KeySet(fetcher, clock)
        self._description: Description | None = None
        self._described_at = float("-inf")
        self._turn = asyncio.Lock()
        self._failure = Failure(clock)

    @property
    def tells_when(self) -> bool:
        """Whether it can tell when a person last proved who they are; see the port."""
        return self._description is None or self._description.tells_when

    def may_issue_as(self, issuer: str) -> bool:
        """Tell whether it is the configured issuer, or with Microsoft one of the tenants; see the port."""
        if self._template is None or self._tenant is None:
            return issuer == self._issuer
        by_name = self._tenant != "organizations" and not is_tenant(self._tenant)  # whose GUID only it knows
        return MicrosoftIssuers(self._template, "common" if by_name else self._tenant).may_answer(issuer)

    async def address(self, attempt: Attempt, *, again: bool) -> str:
        """Return where the browser goes to sign in; see the port."""
        description = await self.describe()
        asked = {
            "response_type": "code",
            "response_mode": "query",
            "client_id": self._client.id,
            "redirect_uri": attempt.redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        if again:
            asked |= {"prompt": "login", "max_age": "0"}  # the latter also has it tell when (Core, 3.1.2.1)
        join = "&" if urlsplit(description.authorization).query else "?"
        return f"{description.authorization}{join}{urlencode(asked)}"

    async def person(self, answered: Answered, attempt: Attempt, *, at: datetime) -> Person:
        """Return who signed in there; see the port."""
        description = await self.describe()
        # Before the code goes anywhere: another provider may have sent the browser here (mix-up, RFC 9207).
        if answered.issuer is None:
            if description.names_itself:
                raise TokenRefused("answered_by")
        elif not description.issuers.may_answer(answered.issuer):
            raise TokenRefused("answered_by")
        tokens = await self._redeem(description, answered.code, attempt)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise TokenRefused("no_token")
        expected = Expected(
            self._client.id, attempt.nonce, access_token if isinstance(access_token, str) else None
        )
        person = await self._judged(id_token, description, expected, at=at)
        if answered.issuer not in {None, person.issuer}:
            raise TokenRefused("answered_by")
        return person

    async def logged_out(self, token: str, *, at: datetime) -> LoggedOut:
        """Return what ended there; see the port."""
        description = await self.describe()
        signed = await signed_claims(token, self._keys, description.keys)
        issuers, client_id = description.issuers, self._client.id
        return judge_logout(signed.claims, key=signed.key, issuers=issuers, client_id=client_id, at=at)

    async def check(self) -> None:
        """Return only if the provider can be asked now: it describes itself, and has keys.

        Raises:
            ProviderUnavailable: it cannot.
        """
        await self._keys.fetch((await self.describe()).keys)

    async def describe(self) -> Description:
        """Return what the provider says of itself.

        Raises:
            ProviderUnavailable: it does not, or says what cannot be.
        """
        async with self._turn:
            age = self._clock() - self._described_at
            if self._description is None or age > KEPT:
                try:
                    self._failure.check()
                    self._description = await self._told()
                    self._described_at = self._clock()
                except ProviderUnavailable as refusal:
                    self._failure.note(refusal)
                    if self._description is None or age > KEPT_IN_NEED:
                        raise
            return self._description

    async def _told(self) -> Description:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = await self._fetcher.get(address)
        if answer.status != _OK:
            raise ProviderUnavailable(f"{address} answers with status {answer.status}")
        return self._read(answer.document)

    def _read(self, told: Mapping[str, object]) -> Description:
        def address(name: str) -> str:
            value = told.get(name)
            if not isinstance(value, str) or not may_be_endpoint(value, self._issuer):
                raise ProviderUnavailable(f"{self._issuer} names no good {name}")
            return value

        claims = told.get("claims_supported")  # recommended, and not all that there are: Discovery, 3
        methods = told.get("token_endpoint_auth_methods_supported")
        listed = methods if isinstance(methods, list) else ["client_secret_basic"]  # Discovery, 3
        return Description(
            issuers=self._issuers(told.get("issuer")),
            authorization=address("authorization_endpoint"),
            token=address("token_endpoint"),
            keys=address("jwks_uri"),
            takes_secret_in_form=self._tenant is not None or "client_secret_basic" not in listed,
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
            tells_when=not isinstance(claims, list) or "auth_time" in claims,
        )

    def _issuers(self, told: object) -> IssuerRule:
        """Return whose tokens are believed: who describes itself must be who was asked for."""
        if self._template is None or self._tenant is None:
            if told != self._issuer:
                raise ProviderUnavailable(f"{self._issuer} calls itself {told!r}")
            return ExactIssuer(self._issuer)
        if self._tenant in {"common", "organizations"}:
            if told != self._template:
                raise ProviderUnavailable(f"{self._issuer} calls itself {told!r}")
            return MicrosoftIssuers(self._template, self._tenant)
        before, _, after = self._template.partition(TENANT_PLACE)
        named = told if isinstance(told, str) else ""
        tenant = named[len(before) : len(named) - len(after)]
        asked_by_number = is_tenant(self._tenant)  # else by a name such as consumers or contoso.com
        if (
            named != f"{before}{tenant}{after}"
            or not is_tenant(tenant)
            or (asked_by_number and tenant != self._tenant)
        ):
            raise ProviderUnavailable(f"{self._issuer} calls itself {told!r}")
        return MicrosoftIssuers(self._template, tenant)

    async def _redeem(self, description: Description, code: str, attempt: Attempt) -> Mapping[str, object]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        headers = {}
        if description.takes_secret_in_form:
            form |= {"client_id": self._client.id, "client_secret": self._client.secret}
        else:  # RFC 6749, 2.3.1: both are form-encoded first
            pair = f"{quote_plus(self._client.id)}:{quote_plus(self._client.secret)}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        answer = await self._fetcher.post(description.token, form, headers)
        if answer.status == _OK:
            return answer.document
        error = answer.document.get("error")
        if answer.status >= 500 or not isinstance(error, str):
            raise ProviderUnavailable(f"{description.token} answers with status {answer.status}")
        if error in {"invalid_client", "unauthorized_client"}:
            raise ProviderUnavailable(f"{description.token} does not know our client: {error}")
        raise ProviderDeclined(error)

    async def _judged(
        self, token: str, description: Description, expected: Expected, *, at: datetime
    ) -> Person:
        signed = await signed_claims(token, self._keys, description.keys)
        return judge_claims(
            signed.claims,
            algorithm=signed.algorithm,
            key=signed.key,
            issuers=description.issuers,
            expected=expected,
            at=at,
        )
