"""A passkey: a key pair of which the private half stays with the person's own device (WebAuthn)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NewType, Self

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId

PasskeyId = NewType("PasskeyId", str)

MOST: Final = 20
"""Passkeys that one account may have."""
LONGEST_NAME: Final = 64
"""Characters."""


class PasskeyRefused(Exception):
    """What the browser showed proves nothing here: another site, an old challenge, a stranger's passkey."""


class TooManyPasskeys(Exception):
    """The account has as many as it may."""


class PasskeyNameUnfit(Exception):
    """The name is empty, too long, or cannot be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One passkey of an account.

    Attributes:
        id: Its identifier here.
        account_id: Whom it opens.
        credential_id: By which the person's device knows it; no secret.
        public_key: What its signatures are checked with (COSE).
        sign_count: How often it was used, as it says itself; 0 where it does not count.
        name: As its owner calls it.
        transports: How browsers reach it: ``internal``, ``hybrid``, ``usb`` ...
        backed_up: Whether it is kept in more than one place.
        created_at: When it was added.
        last_used_at: When somebody last signed in with it; none so far.
    """

    id: PasskeyId
    account_id: AccountId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    transports: tuple[str, ...]
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None = None

    def goes_back(self, sign_count: int) -> bool:
        """Tell whether a use that says ``sign_count`` can be of a copy (WebAuthn Level 3, 6.1.1)."""
        return (sign_count > 0 or self.sign_count > 0) and sign_count <= self.sign_count

    def used(self, *, sign_count: int, backed_up: bool, at: datetime) -> Self:
        """Return the passkey after a use at ``at``; its count never goes back."""
        return replace(
            self, sign_count=max(sign_count, self.sign_count), backed_up=backed_up, last_used_at=at
        )

    def renamed(self, name: str) -> Self:
        """Return the passkey with the name that was typed.

        Raises:
            PasskeyNameUnfit: It is no name.
        """
        return replace(self, name=parse_passkey_name(name))


def parse_passkey_name(typed: str) -> str:
    """Return the name that was typed, without what cannot be seen around it.

    Raises:
        PasskeyNameUnfit: It is empty, too long, or cannot be shown.
    """
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise PasskeyNameUnfit
    return name
