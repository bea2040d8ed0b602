"""Deactivate: a computer gives its own seat up; undone freely for 24 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import DeviceUnknown
from mooring.server.licensing.domain.activations.activation import ReleaseReason
from mooring.server.licensing.use_cases.activations.release import release

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import ActivationId
    from mooring.server.licensing.ports.ledger import Ledger


class Deactivate:
    """Frees a computer's seat. Doing it again changes nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, activation_id: ActivationId, jkt: str, *, at: datetime) -> None:
        """Release the activation, if the installation with this key is one of it.

        Raises:
            DeviceUnknown: It is not, or it had to make room for another.
        """
        async with self._ledger.changing() as writer:
            line = await writer.line(activation_id, jkt)
            if line is None or line.installation.removed_at is not None:
                raise DeviceUnknown
            if line.activation.is_live(at=at):
                await release(writer, line.license, line.activation, ReleaseReason.DEACTIVATED, at=at)
