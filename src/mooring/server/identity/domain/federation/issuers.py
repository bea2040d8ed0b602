"""Issuers: by which names a provider may issue tokens, and to whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from mooring.server.identity.domain.federation.refusals import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

PERSONAL_TENANT: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""Where Microsoft keeps the accounts of persons, as opposed to those of organizations."""
TENANT_PLACE: Final = "{tenantid}"
"""What Microsoft writes in place of a tenant where any may stand."""
LONGEST_SUBJECT: Final = 255

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


class Subject(NamedTuple):
    """Who a token is about."""

    subject: str
    """For ever one person's, together with the issuer."""
    provider_sub: str | None = None
    """The token's own subject, where ``subject`` is something else."""


class IssuerRule(Protocol):
    """Whose tokens are believed."""

    def may_answer(self, issuer: str) -> bool:
        """Tell whether an answer that names this issuer (RFC 9207) can be of this provider."""
        ...

    def check(self, claims: Mapping[str, object], key_issuer: str | None) -> None:
        """Return only if ``claims`` name an issuer that is believed, and that the key may speak for.

        ``key_issuer`` is what the key set says of the key; none where it says nothing.

        Raises:
            TokenRefused: ``issuer``, ``tenant`` or ``key_issuer``.
        """
        ...

    def subject(self, claims: Mapping[str, object]) -> Subject:
        """Return who checked ``claims`` are about.

        Raises:
            TokenRefused: ``subject``.
        """
        ...


class ExactIssuer(NamedTuple):
    """One issuer, known by exactly this name (OpenID Connect Core, 3.1.3.7, rule 2)."""

    issuer: str

    def may_answer(self, issuer: str) -> bool:
        """Tell whether it is this one."""
        return issuer == self.issuer

    def check(self, claims: Mapping[str, object], key_issuer: str | None) -> None:
        """Return only if it issued ``claims``."""
        if claims.get("iss") != self.issuer:
            raise TokenRefused("issuer")
        if key_issuer not in {None, self.issuer}:
            raise TokenRefused("key_issuer")

    def subject(self, claims: Mapping[str, object]) -> Subject:
        """Return the token's subject."""
        return Subject(_subject(claims))


class MicrosoftIssuers(NamedTuple):
    """Microsoft's tenants: each is an issuer of its own, made of ``template`` and the tenant's GUID.

    ``tenant`` says who may sign in: one tenant by its GUID, ``organizations`` (any but the personal one), or
    ``common`` (anybody). Personal accounts alone are the one tenant ``PERSONAL_TENANT``.
    """

    template: str
    tenant: str = "common"

    def may_answer(self, issuer: str) -> bool:
        """Tell whether it is one of the tenants that may sign in."""
        before, place, after = self.template.partition(TENANT_PLACE)
        tenant = issuer[len(before) : len(issuer) - len(after)]
        return bool(place) and self.issuer_of(tenant) == issuer and self._may_sign_in(tenant)

    def issuer_of(self, tenant: str) -> str:
        """Return by which name this tenant issues."""
        return self.template.replace(TENANT_PLACE, tenant)

    def check(self, claims: Mapping[str, object], key_issuer: str | None) -> None:
        """Return only if the token's own tenant issued it, may sign in, and may be signed for by the key."""
        tenant, issuer = claims.get("tid"), claims.get("iss")
        if not isinstance(tenant, str) or not self._may_sign_in(tenant):
            raise TokenRefused("tenant")
        if issuer != self.issuer_of(tenant):
            raise TokenRefused("issuer")
        if key_issuer is not None and key_issuer.replace(TENANT_PLACE, tenant) != issuer:
            raise TokenRefused("key_issuer")

    def subject(self, claims: Mapping[str, object]) -> Subject:
        """Return tenant and object: ``sub`` is another for each program, a mail address can be anybody's."""
        person = claims.get("oid")
        if not isinstance(person, str) or not _GUID.fullmatch(person):
            raise TokenRefused("subject")
        return Subject(f"{claims['tid']}:{person}", _subject(claims))

    def _may_sign_in(self, tenant: str) -> bool:
        if not _GUID.fullmatch(tenant):
            return False
        if self.tenant == "organizations":
            return tenant != PERSONAL_TENANT
        return self.tenant in {"common", tenant}


def is_tenant(text: str) -> bool:
    """Tell whether ``text`` is the GUID of a tenant, as Microsoft writes it."""
    return _GUID.fullmatch(text) is not None


def _subject(claims: Mapping[str, object]) -> str:
    subject = claims.get("sub")
    good = isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT
    if not isinstance(subject, str) or not good or not (subject.isascii() and subject.isprintable()):
        raise TokenRefused("subject")
    return subject
