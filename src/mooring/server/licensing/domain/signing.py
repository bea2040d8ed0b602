"""The publisher's signing keys: which one signs now, until when, and how a new one takes its place.

Each rotation opens a new *epoch* with one key for certificates and one for status lists. The root states
both; a client remembers the highest ``min_epoch`` it has seen and refuses keys of earlier epochs, which is
how a stolen key loses its worth (contract, section 5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mooring.core.certificate.statement import Use

SIGNS_FOR = timedelta(days=365)
OUTLIVES_SIGNING_BY = timedelta(
    days=400
)  # a certificate issued on the last day still ends within its statement
ROTATE_BEFORE_END = timedelta(days=60)


KeyUse = Literal["certificate", "status_list", "offline"]
"""What a signing key is for; ``offline`` keys sign offline codes and stand in the descriptor itself."""

STATED_USES: tuple[Use, ...] = ("certificate", "status_list")
"""The uses for which a root's statement is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRecord:
    """A signing key as it is kept: its private half only sealed.

    ``statement`` is none while the key waits for an offline root, and for the ``offline`` use, whose public
    key stands in the descriptor itself. ``current`` is true for the key of its use that signs now.
    """

    kid: str
    use: KeyUse
    sealed_private_key: bytes
    statement: str | None
    epoch: int
    min_epoch: int
    not_before: datetime | None
    sign_until: datetime | None
    current: bool
    created_at: datetime

    def signs(self, at: datetime) -> bool:
        """Whether this key may sign at ``at``."""
        if not self.current or self.not_before is None or self.sign_until is None:
            return False
        return self.not_before <= at <= self.sign_until

    def stated(self, statement: str) -> Self:
        """Return this key signing, by the root's ``statement``."""
        return replace(self, statement=statement, current=True)

    def in_descriptor(self) -> Self:
        """Return this key signing because the descriptor itself names it: an ``offline`` key."""
        return replace(self, current=True)

    def replaced(self) -> Self:
        """Return this key with another one signing in its place."""
        return replace(self, current=False)


class Epoch(NamedTuple):
    """A rotation's number, the lowest number still believed, and the time in which its keys sign."""

    number: int
    min_epoch: int
    not_before: datetime
    sign_until: datetime
    expires_at: datetime


def next_epoch(keys: Iterable[SigningKeyRecord], *, compromised: bool, at: datetime) -> Epoch:
    """Return the epoch that follows every one there is.

    Args:
        keys: All keys of the publisher.
        compromised: The keys before were stolen: from now on only this epoch is believed.
        at: When its keys begin to sign.
    """
    stated = [key for key in keys if key.use in STATED_USES]
    number = max((key.epoch for key in stated), default=0) + 1
    believed = number if compromised else max((key.min_epoch for key in stated), default=1)
    sign_until = at + SIGNS_FOR
    return Epoch(number, believed, at, sign_until, sign_until + OUTLIVES_SIGNING_BY)


def rotation_is_due(keys: Iterable[SigningKeyRecord], *, at: datetime) -> bool:
    """Whether a stated use has no key that signs for at least another 60 days."""
    lasting = {key.use for key in keys if key.signs(at) and key.signs(at + ROTATE_BEFORE_END)}
    return not lasting.issuperset(STATED_USES)
