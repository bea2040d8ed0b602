"""Give a device's place up: its seat is free at once, and the status lists say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.certificate.kinds import INVALID
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.activations.seats import seat_released

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.activations.activation import Activation, ReleaseReason
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerWriter


async def release(
    writer: LedgerWriter, license_: License, activation: Activation, reason: ReleaseReason, *, at: datetime
) -> License:
    """Release ``activation``, which holds a place of ``license_``, and return the license as it is then."""
    if activation.kind == Kind.SEAT:
        license_ = seat_released(license_)
        await writer.save_license(license_)
    await writer.save_activation(activation.released(reason, takings=license_.takings, at=at))
    await writer.set_activation_status(activation.id, INVALID)
    await writer.record(
        "activation.released",
        subjects={"license": license_.id, "activation": activation.id, "device": activation.device_id},
        detail={"reason": reason.value},
        at=at,
    )
    return license_
