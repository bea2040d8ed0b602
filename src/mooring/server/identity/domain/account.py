"""An account: a person, who signs in here or is vouched for by a provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.core.wording.sentences import provider_name
from mooring.server.identity.domain.email_address import HIDDEN

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.email_address import EmailAddress

LOCAL = "local"
"""The provider of an account that signs in here, with a password or a passkey."""


class CredentialsWrong(Exception):
    """No account has this address and this password. Which of the two is wrong is never told."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account, as it is when they sign in one way or another.

    Attributes:
        id: Its identifier, by which the rest of the server knows it.
        email: Its address; none so far where a provider vouches for the person: what a provider says of an
            address is no proof of it.
        verified_at: When its owner proved to read that mailbox; none so far.
        created_at: When it was made.
        provider: Who vouches for the person who signed in: ``local``, ``microsoft`` ...; where nobody is
            signed in, through whom the account was made.
        hint: The address or name that this provider gave, to be shown: it finds and joins nothing.
        name: The person's name as a provider told it, to be shown to them alone.
        language: The language they chose to be spoken to in; none so far.
        staff_role: What they may do in the console; none: a customer.
    """

    id: AccountId
    email: EmailAddress | None
    created_at: datetime
    verified_at: datetime | None = None
    provider: str = LOCAL
    hint: str | None = None
    name: str | None = None
    language: str | None = None
    staff_role: str | None = None

    @property
    def masked(self) -> str:
        """The account as others may see it: ``m•••@o•••.example``; else the name of who vouches for it.

        Nobody who signs in at a provider is shown by what that says of them: addresses and names there can be
        anybody's, and others would be shown the one of whom they trust.
        """
        is_local = self.provider == LOCAL
        if self.email is not None and (is_local or self.verified_at is not None):
            return self.email.masked
        return HIDDEN if is_local else provider_name(self.provider) or HIDDEN

    @property
    def shown(self) -> str:
        """The account as its owner knows it: the address, or what the provider calls them."""
        known = (self.hint, self.email and self.email.text) if self.provider != LOCAL else (None, None)
        return next((text for text in (*known, self.email and self.email.text, self.name) if text), "")

    @property
    def known_as(self) -> str:
        """The text by which a browser in which they sign in is known to be theirs."""
        return self.id if self.email is None else self.email.key
