"""Report: a PC tells its owner's account how its Windows is activated, where the owner agreed to that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.core.identifiers import DeviceId, is_identifier
from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.activations.device_names import neutral_name
from mooring.server.licensing.domain.windows_pcs import WindowsPc, check_room, consent_to_tell

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.windows_pcs import WindowsPcReader, WindowsPcs
    from mooring.windows.domain.report import WindowsReport


@dataclass(frozen=True, slots=True)
class Telling:
    """A PC tells of its Windows.

    Attributes:
        computer: Which PC: a device, or the thumbprint of the installation itself.
        jkt: The thumbprint of the installation that tells.
        report: What it tells.
        agreed: The version of what its owner agreed to just now; none where they did so before.
    """

    computer: str
    jkt: str
    report: WindowsReport
    agreed: int | None = None


class ReportWindows:
    """Keeps what a PC tells. The same again changes nothing but the time."""

    def __init__(self, pcs: WindowsPcs) -> None:
        self._pcs = pcs

    async def __call__(self, telling: Telling, account: AccountRef, *, at: datetime) -> WindowsPc:
        """Return the PC as the account's page shows it from now on.

        What the same installation told under another name for its computer is forgotten: a PC whose license
        was linked meanwhile is one PC.

        Raises:
            NotFound: The account has no such device, and it is not the installation that tells.
            ConsentRequired: Its owner has not agreed, or not any more.
            PcLimitReached: The account shows as many PCs as it can.
        """
        async with self._pcs.changing(account.id) as writer:
            name = await _name_of(writer, telling, account, at=at)
            known = await writer.pcs_of(account.id)
            mine = next((each for each in known if each.computer == telling.computer), None)
            consent = consent_to_tell(mine, telling.agreed, at=at)
            check_room(known, telling.computer, telling.jkt)
            for other in known:
                if other.jkt == telling.jkt and other.computer != telling.computer:
                    await writer.forget(account.id, other.computer)
            pc = WindowsPc(
                account_id=account.id,
                computer=telling.computer,
                name=name,
                jkt=telling.jkt,
                consent=consent,
                report=telling.report,
                told_at=at,
            )
            if mine is None or mine.consent != consent:
                await writer.record_consent(pc, given=True, at=at)
            await writer.keep(pc)
            return pc


async def _name_of(reader: WindowsPcReader, telling: Telling, account: AccountRef, *, at: datetime) -> str:
    """Return what the PC is called, which only who may tell for it learns."""
    if not is_identifier(telling.computer, "dev"):
        if telling.computer != telling.jkt:
            raise NotFound
        return neutral_name(DeviceId(telling.computer))
    seats = await reader.seats_for(account.id, DeviceId(telling.computer), at=at)
    live = [seat for seat in seats if seat.activation.is_live(at=at)]
    if not live:
        raise NotFound
    return live[0].device.name
