"""How an offer looks to the two whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.server.licensing.use_cases.handovers.messages import MyHandover
from mooring.server.licensing.use_cases.holders.views import can_holder_move, held_license

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.domain.new_holders.handover import Handover
    from mooring.server.licensing.ports.ledger import LedgerReader
    from mooring.server.licensing.use_cases.handovers.messages import Role


async def my_handover(
    ledger: LedgerReader, handover: Handover, license_: License, role: Role, *, at: datetime
) -> MyHandover:
    """Return the offer as its giver or its receiver sees it.

    The receiver does not hold the license yet, so that nothing of its key is theirs to see.
    """
    held = held_license(license_)
    return MyHandover(
        id=handover.id,
        role=role,
        license=held if role == "giver" else replace(held, last_five=None),
        giver=handover.giver_shown,
        receiver=handover.to.text,
        offered_at=handover.offered_at,
        ends_at=handover.ends_at,
        seats=license_.seats,
        held=license_.held,
        expires_at=license_.expires_at,
        can_move=await can_holder_move(ledger, license_, at=at),
    )
