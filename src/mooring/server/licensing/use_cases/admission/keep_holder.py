"""Keep that a license has another holder now, and write down what that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.holder import AccountRef, Holder
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerWriter


async def keep_holder(
    writer: LedgerWriter,
    before: License,
    after: License,
    *,
    by: AccountRef | None,
    device_id: DeviceId | None,
    at: datetime,
) -> None:
    """Keep the holder of ``after``, if it is another than that of ``before``.

    Each account that it concerns is told: who became holder, was confirmed, or is holder no longer. ``by`` is
    who did it, else the device with ``device_id``.
    """
    if before.holder == after.holder:
        return
    await writer.save_holder(after)
    if before.holder is not None and not _same(before.holder, after.holder):
        await _record(writer, "license.unlinked", after, before.holder, by=by, device_id=device_id, at=at)
    if after.holder is not None:
        confirmed = _same(after.holder, before.holder)
        kind = "license.link_confirmed" if confirmed else "license.linked"
        await _record(writer, kind, after, after.holder, by=by, device_id=device_id, at=at)


def _same(one: Holder, other: Holder | None) -> bool:
    return other is not None and one.account.id == other.account.id


async def _record(
    writer: LedgerWriter,
    kind: str,
    license_: License,
    holder: Holder,
    *,
    by: AccountRef | None,
    device_id: DeviceId | None,
    at: datetime,
) -> None:
    subjects: dict[str, str] = {"license": license_.id, "account": holder.account.id}
    # Somebody else's computer is no business of a holder who is sent away from afar.
    if device_id is not None and (_is(holder, by) or device_id == holder.device_id):
        subjects["device"] = device_id
    provisional = not holder.is_confirmed(at=at)
    await writer.record(
        kind,
        subjects=subjects,
        detail={"provisional": provisional},
        at=at,
        by=None if by is None else by.id,
    )


def _is(holder: Holder, account: AccountRef | None) -> bool:
    return account is not None and account.id == holder.account.id
