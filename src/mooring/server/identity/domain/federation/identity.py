"""An identity: who a person is at a provider."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NewType, Self

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId

IdentityId = NewType("IdentityId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One account at one provider, which opens one account here.

    Attributes:
        id: Its identifier here.
        account_id: Whom it opens.
        provider: Which of the providers of this server vouches: ``microsoft``, ``google`` ...
        issuer: By which name that provider issues.
        subject: Who it is there; together with the issuer it is one person's for ever.
        provider_sub: With Microsoft the token's own subject, kept beside.
        hint: The address or name that the provider gave, to be shown: it finds and joins nothing.
        linked_at: When it was added.
        last_used_at: When somebody last signed in by it.
    """

    id: IdentityId
    account_id: AccountId
    provider: str
    issuer: str
    subject: str
    linked_at: datetime
    last_used_at: datetime
    provider_sub: str | None = None
    hint: str | None = None

    def used(self, *, hint: str | None, at: datetime) -> Self:
        """Return the identity after a sign-in at ``at``, with what the provider says now."""
        return replace(self, hint=hint or self.hint, last_used_at=at)
