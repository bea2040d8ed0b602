"""Deactivate: a computer gives its own seat up, undone freely for 24 hours; or its holder frees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import DeviceUnknown
from mooring.server.licensing.domain.activations.activation import ReleaseReason
from mooring.server.licensing.domain.linking import check_may_move, is_holder
from mooring.server.licensing.use_cases.activations.release import release

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import ActivationId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import Ledger


class Deactivate:
    """Frees a computer's seat. Doing it again changes nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(
        self, activation_id: ActivationId, jkt: str, account: AccountRef | None = None, *, at: datetime
    ) -> None:
        """Release the activation, if the installation with this key is one of it, or ``account`` its holder.

        Raises:
            DeviceUnknown: It is neither, or the installation had to make room for another.
            HolderProvisional: The account holds the license, but has not shown that it is its own.
        """
        async with self._ledger.changing() as writer:
            await writer.lock_licenses(activation_id=activation_id)
            await writer.lock_devices(activation_id=activation_id)
            line = await writer.line(activation_id, jkt)
            if line is not None and line.installation.removed_at is None:
                if line.activation.is_live(at=at):
                    await release(writer, line.license, line.activation, ReleaseReason.DEACTIVATED, at=at)
                return
            seat = None if account is None else await writer.seat(activation_id)
            if seat is None or account is None or not is_holder(seat.license, account):
                raise DeviceUnknown
            check_may_move(seat.license, account, at=at)
            if seat.activation.is_live(at=at):
                await release(
                    writer, seat.license, seat.activation, ReleaseReason.FREED, by=account.id, at=at
                )
