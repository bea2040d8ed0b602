"""Renew: exchange an installation's certificate for a fresh one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mooring.core.hardware.matching import Verdict, continuity, rebase
from mooring.core.refusals import (
    DeviceUnknown,
    HardwareChanged,
    HardwareUnreadable,
    PossibleClone,
)
from mooring.server.licensing.domain.activations.activation import Kind, Line
from mooring.server.licensing.domain.activations.certificates import (
    certificate_in,
    certified_hardware,
    hardware_in,
    license_claims,
    method_of,
)
from mooring.server.licensing.domain.activations.recognition import lookup_hashes
from mooring.server.licensing.domain.activations.seats import check_lease
from mooring.server.licensing.domain.activations.sequence import Clone, Issue, Repeat
from mooring.server.licensing.domain.channels import Channel
from mooring.server.licensing.use_cases.activations.exchange import (
    SEEN_AGAIN_AFTER,
    Presented,
    exchange,
    presented_to,
)
from mooring.server.licensing.use_cases.activations.issue import advice, describe, issue, seat_movable
from mooring.server.licensing.use_cases.activations.messages import Renewed
from mooring.server.licensing.use_cases.activations.subjects import subjects_of

if TYPE_CHECKING:
    from mooring.core.certificate.model import MoveAllowance
    from mooring.core.hardware.matching import Tolerance
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import ActivationId
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.activations.sequence import Decision
    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import Ledger, LedgerWriter
    from mooring.server.licensing.ports.signing import CertificateSigner

REPEATED_AS_IT_IS = timedelta(hours=12)
"""For how long a certificate whose answer was lost is repeated byte by byte.

A client refuses a certificate that was issued more than 24 hours before it arrives (``clock_wrong``), so an
older one is issued again: the same number, with new times. So is one that says what is true no longer, such
as who holds the license or whether it can move.
"""


class Renew:
    """Exchanges certificates. The usual exchange is done with many others in one read and one write."""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes, signer: CertificateSigner) -> None:
        self._ledger = ledger
        self._hashes = hashes
        self._signer = signer

    async def __call__(
        self,
        activation_id: ActivationId,
        jkt: str,
        sequence: int,
        hardware: HardwareProfile,
        app_version: str | None = None,
        *,
        at: datetime,
    ) -> Renewed:
        """Return a fresh certificate for the installation with this key that holds number ``sequence``.

        If the answer to the last renewal was lost, it is given again. A certificate that has ended may renew.

        Raises:
            DeviceUnknown: The activation was removed, or never was this installation's.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            HardwareChanged: This is no longer the computer of the activation.
            HardwareUnreadable: No component could be read where some were known.
            PossibleClone: Two copies of this installation keep renewing.
            SeatLimitReached: It is a lease that ended while it asked, and others were given its place.
            InvalidRequest: No certificate can have this number.
        """
        protected = self._hashes.of_hardware(hardware)
        presented = Presented(sequence, hardware, protected, app_version)
        sign = await self._signer.ready(at=at)
        usual = await self._ledger.exchange(
            activation_id, jkt, lambda line: exchange(line, presented, sign, at=at)
        )
        if usual is not None:
            return usual
        async with self._ledger.changing() as writer:
            line = await _locked(writer, activation_id, jkt)
            line.check_held(at=at)
            line.license.check_renewable(at=at)
            _check_same_device(line, protected, hardware)
            decision, remembered = presented_to(line, sequence, at=at)
            app_version = app_version or line.installation.app_version
            installation = replace(line.installation, sequence=remembered, app_version=app_version)
            if not isinstance(decision, Clone):
                line = line._replace(installation=installation)
                line = await self._same_device_now(writer, line, protected, at=at)
                return await self._answer(writer, line, decision, hardware, at=at)
            # What was presented must be remembered although the answer is a refusal: raised after the commit.
            if remembered != line.installation.sequence:
                await writer.save_installation(installation)
                await writer.record("installation.possible_clone", subjects=_subjects(line, at=at), at=at)
        raise PossibleClone

    async def _answer(
        self, writer: LedgerWriter, line: Line, decision: Decision, hardware: HardwareProfile, *, at: datetime
    ) -> Renewed:
        can_move = await seat_movable(writer, line, at=at) if isinstance(decision, Repeat) else None
        if not isinstance(decision, Repeat) or not _holds_good(line, can_move, at=at):
            issued = await issue(
                writer,
                self._signer,
                await self._extended(writer, line, at=at),
                hardware=certified_hardware(line, hardware),
                license_ends_at=line.license.renewable_until,
                at=at,
            )
            line, can_move = issued
            await writer.save_installation(line.installation)
        rolled_back = isinstance(decision, Issue) and decision.rolled_back
        if rolled_back:
            await writer.record("installation.rolled_back", subjects=_subjects(line, at=at), at=at)
        return Renewed(
            describe(line, can_move, advice(line, rolled_back=rolled_back, at=at), at=at),
            line.installation.certificate,
        )

    async def _extended(self, writer: LedgerWriter, line: Line, *, at: datetime) -> Line:
        """Return the line with its lease running on from ``at``.

        Raises:
            SeatLimitReached: It ended while it asked, and others were given its place.
        """
        if line.activation.kind != Kind.LEASE:
            return line
        beside = await writer.leases_running(line.license.id, at=at) - 1
        check_lease(line.license, beside)
        hours = line.license.offer.policy.lease_hours
        activation = replace(line.activation, ends_at=at + timedelta(hours=hours))
        await writer.save_activation(activation)
        return line._replace(activation=activation)

    async def _same_device_now(
        self, writer: LedgerWriter, line: Line, hardware: HardwareProfile, *, at: datetime
    ) -> Line:
        """Return the line with its device re-based, kept where it changed or was not seen for a day."""
        device, rebased = line.device, line.device.hardware
        if hardware != rebased:
            keep_platform = line.license.offer.policy.channel == Channel.OEM
            rebased = rebase(device.hardware, hardware, keep_platform=keep_platform)
        if rebased == device.hardware and at - device.last_seen_at < SEEN_AGAIN_AFTER:
            return line
        seen = replace(device, hardware=rebased, last_seen_at=at)
        await writer.save_device(seen, component_hashes=_changed_lookups(device, seen, line.activation.kind))
        line = line._replace(device=seen)
        method = method_of(line.activation.kind, line.license, rebased)
        if method == line.activation.method:
            return line
        activation = replace(line.activation, method=method)
        await writer.save_activation(activation)
        return line._replace(activation=activation)


async def _locked(writer: LedgerWriter, activation_id: ActivationId, jkt: str) -> Line:
    """Return this key's line with its device locked, and for a lease its license.

    Leases are counted under the lock of the license: one that is extended is one that runs.

    Raises:
        DeviceUnknown: There is no such line.
    """
    found = await writer.line(activation_id, jkt)
    if found is not None and found.activation.kind == Kind.LEASE:
        await writer.lock_licenses(found.license.id)
    await writer.lock_devices(activation_id=activation_id)
    line = await writer.line(activation_id, jkt)
    if line is None:
        raise DeviceUnknown
    return line


def _check_same_device(line: Line, hardware: HardwareProfile, presented: HardwareProfile) -> None:
    policy = line.license.offer.policy
    if policy.channel == Channel.OEM:  # another license may have let the device's profile follow a new board
        _check_same(hardware_in(line.installation.certificate), presented, policy.tolerance)
    if hardware != line.device.hardware:  # nearly always it is: nothing has to be weighed
        _check_same(line.device.hardware, hardware, policy.tolerance)


def _check_same(reference: HardwareProfile, hardware: HardwareProfile, tolerance: Tolerance) -> None:
    comparison = continuity(reference, hardware, tolerance)
    if comparison.verdict == Verdict.SAME:
        return
    if hardware.is_empty:
        raise HardwareUnreadable
    raise HardwareChanged(comparison.differs)


def _holds_good(line: Line, can_move: MoveAllowance | None, *, at: datetime) -> bool:
    """Tell whether the last certificate can be given again as it is: in time, and still true."""
    installation = line.installation
    if at >= min(installation.certificate_issued_at + REPEATED_AS_IT_IS, installation.certificate_ends_at):
        return False
    now = license_claims(line.license, line.activation, can_move, at=at)
    return certificate_in(installation.certificate).license == now


def _changed_lookups(before: Device, after: Device, kind: Kind) -> list[bytes] | None:
    if kind == Kind.LEASE:  # what comes and goes is never looked up again
        return None
    hashes = lookup_hashes(after.hardware)
    return None if hashes == lookup_hashes(before.hardware) else hashes


def _subjects(line: Line, *, at: datetime) -> dict[str, str]:
    subjects = subjects_of(line.license, line.activation, at=at)
    return {**subjects, "installation": line.installation.id}
