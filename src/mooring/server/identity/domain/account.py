"""An account: a person, known by an e-mail address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.email_address import EmailAddress

LOCAL = "local"
"""The provider of an account that signs in here, with a password."""


class CredentialsWrong(Exception):
    """No account has this address and this password. Which of the two is wrong is never told."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account.

    Attributes:
        id: Its identifier, by which the rest of the server knows it.
        email: Its address.
        verified_at: When its owner proved to read that mailbox; none so far.
        created_at: When it was made.
        provider: Who vouches for the person: ``local``.
        language: The language they chose to be spoken to in; none so far.
    """

    id: AccountId
    email: EmailAddress
    created_at: datetime
    verified_at: datetime | None = None
    provider: str = LOCAL
    language: str | None = None

    @property
    def masked(self) -> str:
        """The account as others may see it: ``m•••@o•••.example``."""
        return self.email.masked
