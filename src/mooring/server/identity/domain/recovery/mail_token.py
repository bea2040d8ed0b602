"""A mail token: what a link or a code in a mail stands for. Who shows it reads that mailbox."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.email_address import EmailAddress

LASTS: Final = timedelta(minutes=30)
UNDO_LASTS: Final = timedelta(days=7)
MOST_TRIES: Final = 10
"""Wrong codes. Then the mail is worth nothing: one of 100,000 guesses would have hit."""
DIGITS: Final = 6

NOTHING: Mapping[str, str] = MappingProxyType({})


class Purpose(StrEnum):
    """What a mail token is good for; none passes for another."""

    SIGN_UP = "sign_up"
    VERIFY = "verify"
    RESET = "reset"
    CHANGE = "change"
    UNDO = "undo"


class MailTokenOver(Exception):
    """The link or code is worth nothing: used, too old, tried too often, of something else, or never sent."""


class MailCodeWrong(Exception):
    """The code, or what else was asked for, is not right; ``left`` is how often it may still be tried."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


@dataclass(frozen=True, slots=True, kw_only=True)
class MailToken:
    """What a mail stands for, until it is used or ends.

    Attributes:
        token_hash: The keyed hash of what the link in the mail carries.
        purpose: What it is good for.
        email: The address that the mail goes to.
        account_id: Whose it is; none: there is no account yet, or the mail says nothing of use.
        code_hash: The keyed hash of the code in the mail; none: no code is right.
        tries: Wrong ones so far.
        values: What is kept until then, such as the hash of the password that was chosen. Sealed where kept.
        created_at: When it was made.
        ends_at: When it is worth nothing any more.
        used_at: When it was used; none so far.
    """

    token_hash: bytes = field(repr=False)
    purpose: Purpose
    email: EmailAddress
    account_id: AccountId | None = None
    code_hash: bytes | None = field(default=None, repr=False)
    tries: int = 0
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None = None

    def is_open(self, *, at: datetime) -> bool:
        """Whether it may be used at ``at``."""
        return self.used_at is None and self.created_at <= at < self.ends_at and self.tries < MOST_TRIES

    def has_code(self, code_hash: bytes) -> bool:
        """Whether this is the hash of its code."""
        return self.code_hash is not None and hmac.compare_digest(self.code_hash, code_hash)

    def used(self, *, at: datetime) -> Self:
        """Return it used up."""
        return replace(self, used_at=at)

    def tried(self) -> Self:
        """Return it after one more wrong try."""
        return replace(self, tries=self.tries + 1)

    @property
    def tries_left(self) -> int:
        """How often it may still be tried."""
        return MOST_TRIES - self.tries


def new_mail_code() -> str:
    """Return six random digits."""
    return str(secrets.randbelow(10**DIGITS)).zfill(DIGITS)
