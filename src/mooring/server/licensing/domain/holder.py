"""A license's holder: the account that it is linked to, at once or for a trial fortnight first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId, DeviceId

PROVISIONAL_FOR = timedelta(days=14)
"""How long whoever showed too little for more is holder only provisionally (contract, section 7)."""


class AccountRef(NamedTuple):
    """An account, as licensing knows it: by its id, and how its person recognizes it.

    ``masked`` shows no more of it than its owner needs; ``provider`` says where it lives (``local``: here).
    """

    id: AccountId
    masked: str
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """The account that holds a license.

    Attributes:
        account: The account, as it was when it became holder.
        since: When it became holder.
        confirmed_at: When it showed that the license is its own; none while it has not.
        provisional_until: Until when a holder who has not may be refused; none for one confirmed at once.
        device_id: The device on which it became holder; none where it was by the key alone.
    """

    account: AccountRef
    since: datetime
    confirmed_at: datetime | None
    provisional_until: datetime | None = None
    device_id: DeviceId | None = None

    @classmethod
    def at_once(cls, account: AccountRef, *, device_id: DeviceId | None, at: datetime) -> Self:
        """Return ``account`` as holder for good."""
        return cls(account, at, confirmed_at=at, device_id=device_id)

    @classmethod
    def provisionally(cls, account: AccountRef, *, device_id: DeviceId | None, at: datetime) -> Self:
        """Return ``account`` as holder for 14 days, and after them for good, if nobody objects."""
        return cls(account, at, None, provisional_until=at + PROVISIONAL_FOR, device_id=device_id)

    def confirmed(self, *, at: datetime) -> Self:
        """Return this holder as one who showed that the license is its own."""
        return replace(self, confirmed_at=at, provisional_until=None)

    def is_confirmed(self, *, at: datetime) -> bool:
        """Whether the holder may move and free seats at ``at``, and the key alone opens nothing more."""
        return self.confirmed_at is not None or (
            self.provisional_until is not None and at >= self.provisional_until
        )

    def open_until(self, *, at: datetime) -> datetime | None:
        """Return until when it may still be refused; none once it is confirmed."""
        return None if self.is_confirmed(at=at) else self.provisional_until

    def may_see(self, device_id: DeviceId, *, at: datetime) -> bool:
        """Whether the holder may know of this device: who is not confirmed only knows its own."""
        return self.is_confirmed(at=at) or device_id == self.device_id
