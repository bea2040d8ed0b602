"""A device authorization: a device shows a code and waits until a person approves or denies (RFC 8628)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.federation.identity import IdentityId

LASTS = timedelta(minutes=10)
INTERVAL = 5
"""Seconds between two polls; each poll that comes too early adds as many (RFC 8628, 3.5)."""


class DeviceState(StrEnum):
    """How far it has come."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    REDEEMED = "redeemed"


class PollAnswer(StrEnum):
    """What a device that polls is told."""

    PENDING = "pending"
    SLOW_DOWN = "slow_down"
    DENIED = "denied"
    EXPIRED = "expired"
    USED = "used"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorization:
    """A device that waits to be let in. Both its codes are kept as keyed hashes only.

    Attributes:
        device_code_hash: Keyed hash of the code the device polls with.
        user_code_hash: Keyed hash of the code the person types.
        client_id: The client.
        scope: What it asks for.
        jkt: Thumbprint of the key that began it; with any other the device code is worth nothing.
        asking: What the device says of itself.
        network: Where it asked from, so that the person can be told whether that is where they are.
        created_at: When it asked.
        interval: Seconds to be left between two polls now.
        last_polled_at: When it last polled.
        state: How far it has come.
        account_id: Who decided; whom it acts for once approved.
        identity_id: By which identity at a provider they had signed in.
    """

    device_code_hash: bytes
    user_code_hash: bytes
    client_id: str
    scope: str
    jkt: str
    asking: Asking
    network: str
    created_at: datetime
    interval: int = INTERVAL
    last_polled_at: datetime | None = None
    state: DeviceState = DeviceState.PENDING
    account_id: AccountId | None = None
    identity_id: IdentityId | None = None

    @property
    def expires_at(self) -> datetime:
        """From when on it is good for nothing, whatever was decided."""
        return self.created_at + LASTS

    def can_be_decided(self, *, at: datetime) -> bool:
        """Whether a person may still approve or deny it."""
        return self.state == DeviceState.PENDING and at < self.expires_at

    def was_decided(self, account_id: AccountId, *, approve: bool) -> bool:
        """Whether this very decision was made by this very account: a form that was sent twice."""
        decided = {DeviceState.APPROVED, DeviceState.REDEEMED} if approve else {DeviceState.DENIED}
        return self.account_id == account_id and self.state in decided

    def decided(self, account_id: AccountId, *, approve: bool, identity_id: IdentityId | None = None) -> Self:
        """Return it approved or denied by ``account_id``; decide only what ``can_be_decided``."""
        state = DeviceState.APPROVED if approve else DeviceState.DENIED
        return replace(self, state=state, account_id=account_id, identity_id=identity_id)

    def polled(self, *, at: datetime) -> tuple[Self, PollAnswer]:
        """Return it after a poll at ``at``, and the answer. With ``APPROVED`` it is redeemed: that is once.

        Only a device that still waits is told to slow down: what was decided is told at once.
        """
        if self.state == DeviceState.REDEEMED:
            return self, PollAnswer.USED
        if at >= self.expires_at:
            return self, PollAnswer.EXPIRED
        if self.state == DeviceState.DENIED:
            return self, PollAnswer.DENIED
        if self.state == DeviceState.APPROVED:
            return replace(self, state=DeviceState.REDEEMED, last_polled_at=at), PollAnswer.APPROVED
        if self.last_polled_at is not None and at < self.last_polled_at + timedelta(seconds=self.interval):
            slower = replace(self, interval=self.interval + INTERVAL, last_polled_at=at)
            return slower, PollAnswer.SLOW_DOWN
        return replace(self, last_polled_at=at), PollAnswer.PENDING
