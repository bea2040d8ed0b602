"""Give a device's place up: its seat is free at once, and the status lists say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.certificate.kinds import INVALID
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.activations.seats import seat_released
from mooring.server.licensing.use_cases.activations.subjects import subjects_of

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.licensing.domain.activations.activation import Activation, ReleaseReason
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerWriter


async def release(
    writer: LedgerWriter,
    license_: License,
    activation: Activation,
    reason: ReleaseReason,
    *,
    by: AccountId | None = None,
    at: datetime,
) -> License:
    """Release ``activation``, which holds a place of ``license_``, and return the license as it is then.

    It is the doing of the device itself, or of the account ``by``.
    """
    if activation.kind == Kind.SEAT:
        license_ = seat_released(license_)
        await writer.save_license(license_)
    await writer.save_activation(activation.released(reason, takings=license_.takings, at=at))
    await writer.set_activation_status(activation.id, INVALID)
    await writer.record(
        "activation.released",
        subjects=subjects_of(license_, activation, at=at),
        detail={"reason": reason.value},
        at=at,
        by=by,
    )
    return license_
