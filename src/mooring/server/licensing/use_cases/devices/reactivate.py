"""Reactivate: a holder takes an activation along to changed or new hardware by signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import EditionMismatch, HardwareUnreadable, NotFound
from mooring.server.licensing.domain.activations.activation import ReleaseReason
from mooring.server.licensing.domain.activations.recognition import is_same_once_confirmed, lookup_hashes
from mooring.server.licensing.domain.linking import check_may_move
from mooring.server.licensing.ports.ledger import Computer
from mooring.server.licensing.use_cases.activations.locking import found_and_locked
from mooring.server.licensing.use_cases.activations.messages import ActivationRequest
from mooring.server.licensing.use_cases.activations.release import release
from mooring.server.licensing.use_cases.admission.admit import Admission
from mooring.server.licensing.use_cases.admission.applicant import Applicant
from mooring.server.licensing.use_cases.admission.find_device import find_device
from mooring.server.licensing.use_cases.admission.first_mainboard import stays_behind
from mooring.server.licensing.use_cases.admission.naming import with_consent

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import HeldSeat, Ledger, LedgerReader, LedgerWriter
    from mooring.server.licensing.ports.signing import CertificateSigner
    from mooring.server.licensing.use_cases.activations.messages import Activated
    from mooring.server.licensing.use_cases.devices.messages import ReactivationRequest


class Reactivate:
    """Takes activations along, in one transaction: the seat is on the old computer or on the new one."""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes, signer: CertificateSigner) -> None:
        self._ledger = ledger
        self._hashes = hashes
        self._signer = signer

    async def __call__(self, request: ReactivationRequest, *, at: datetime) -> Activated:
        """Return the activation of the computer that asks, which was the device that it names.

        If it is that device, changed, it keeps its seat and that costs no move. Else the device gives its
        seat up at once and the computer takes one. Asking again gives the same again.

        Raises:
            NotFound: The account has no such device for this program.
            EditionMismatch: Its license is for another edition.
            HolderProvisional: The account has not shown that the license is its own, so it may not move it.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            MoveNotAllowed, MoveLimitReached, SeatLimitReached: It cannot move to another computer now.
            HardwareUnreadable: No component could be read.
            NoDigitalLicense, PossibleClone: Only the license's confirmed holder may sort that out.
        """
        applicant = Applicant(_wish(request), self._hashes.of_hardware(request.hardware), at)
        if applicant.hardware.is_empty:
            raise HardwareUnreadable
        computer = Computer(lookup_hashes(applicant.hardware), applicant.jkt)
        async with self._ledger.changing(computer=computer) as writer:
            applicant = await with_consent(writer, applicant)
            seat = await found_and_locked(
                writer, lambda: _chosen(writer, request, at=at), lambda seat: (seat.license.id,)
            )
            seat.license.check_activatable(at=at)
            admission = Admission(writer, self._signer, applicant)
            if await _is_this(writer, seat, applicant):
                if not seat.activation.is_live(at=at):
                    check_may_move(seat.license, request.account, at=at)
                return await admission.to_seat(seat.license, seat.device)
            return await _moved(writer, admission, seat, applicant, request)


async def _moved(
    writer: LedgerWriter,
    admission: Admission,
    seat: HeldSeat,
    applicant: Applicant,
    request: ReactivationRequest,
) -> Activated:
    """Return the activation of another computer than the chosen device."""
    license_, at = seat.license, applicant.at
    here = await find_device(writer, license_, applicant)
    await writer.lock_devices(seat.device.id, *(() if here is None else (here.id,)))
    known = None if here is None else await writer.seat_of(license_.id, here.id)
    if known is not None and known.is_live(at=at):  # it came here already, and the answer was lost
        return await admission.to_seat(license_, here)
    check_may_move(license_, request.account, at=at)
    if seat.activation.is_live(at=at):
        license_ = await release(
            writer, license_, seat.activation, ReleaseReason.MOVED, by=request.account.id, at=at
        )
    return await admission.to_seat(license_, here)


async def _chosen(reader: LedgerReader, request: ReactivationRequest, *, at: datetime) -> HeldSeat:
    """Return the seat of the device that was chosen: one that it holds before one that it held."""
    seats = [
        seat
        for seat in await reader.seats_for(request.account.id, request.device_id, at=at)
        if seat.license.offer.product_slug == request.product
    ]
    if not seats:
        raise NotFound
    fitting = [seat for seat in seats if request.edition in {None, seat.license.offer.edition_slug}]
    if not fitting:
        raise EditionMismatch
    return max(fitting, key=lambda seat: seat.activation.is_live(at=at))


async def _is_this(reader: LedgerReader, seat: HeldSeat, applicant: Applicant) -> bool:
    """Tell whether the chosen device is the computer that asks, its holder confirming that it is.

    A holder on trial confirms nothing: what the device is remembered by would follow a copied home to other
    hardware. Nor does an installation that had to make room.
    """
    if await stays_behind(reader, seat.license, seat.activation, applicant.request.hardware):
        return False
    line = await reader.line(seat.activation.id, applicant.jkt)
    proven = line is not None and line.installation.removed_at is None and applicant.owns(seat.license)
    return is_same_once_confirmed(seat.license, seat.device, applicant.hardware, key_proven=proven)


def _wish(request: ReactivationRequest) -> ActivationRequest:
    return ActivationRequest(
        product=request.product,
        edition=request.edition,
        hardware=request.hardware,
        device=request.device,
        jkt=request.jkt,
        account=request.account,
    )
