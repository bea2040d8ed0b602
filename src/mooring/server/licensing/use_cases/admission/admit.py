"""Admit an applicant to a license: a place for the device, an installation for its key, a certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mooring.core.certificate.kinds import VALID
from mooring.core.hardware.matching import rebase
from mooring.core.identifiers import new_activation_id, new_device_id
from mooring.core.instants import format_instant
from mooring.core.refusals import SeatLimitReached
from mooring.server.licensing.domain.activations.activation import Activation, Kind, Line, ReleaseReason
from mooring.server.licensing.domain.activations.certificates import method_of
from mooring.server.licensing.domain.activations.device import Device
from mooring.server.licensing.domain.activations.device_names import neutral_name
from mooring.server.licensing.domain.activations.recognition import lookup_hashes
from mooring.server.licensing.domain.activations.seats import check_lease, seat_restored, take_seat
from mooring.server.licensing.domain.channels import Channel
from mooring.server.licensing.domain.linking import settled_by_key
from mooring.server.licensing.use_cases.activations.issue import moves_within_window
from mooring.server.licensing.use_cases.activations.release import release
from mooring.server.licensing.use_cases.activations.subjects import subjects_of
from mooring.server.licensing.use_cases.admission.install import Placed, install
from mooring.server.licensing.use_cases.admission.keep_holder import keep_holder
from mooring.server.licensing.use_cases.admission.naming import own_name

if TYPE_CHECKING:
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerWriter
    from mooring.server.licensing.ports.signing import CertificateSigner
    from mooring.server.licensing.use_cases.activations.messages import Activated
    from mooring.server.licensing.use_cases.admission.applicant import Applicant


class Admission:
    """One applicant's way to a certificate, within one transaction. Whatever it raises undoes all of it."""

    def __init__(self, writer: LedgerWriter, signer: CertificateSigner, applicant: Applicant) -> None:
        self._writer = writer
        self._signer = signer
        self._applicant = applicant

    async def to_seat(self, license_: License, device: Device | None) -> Activated:
        """Return the applicant's activation on a seat of ``license_``; none for a device never seen before.

        A key that was typed also settles who holds the license.

        Raises:
            SeatLimitReached, MoveNotAllowed, MoveLimitReached: It would be one more seat, which it cannot
                have.
            NoDigitalLicense: Three installations of this device are live, and its owner does not ask.
            PossibleClone: Copies of this installation renew, and their owner does not ask.
        """
        device = await self._locked(device)
        known = None if device is None else await self._writer.seat_of(license_.id, device.id)
        license_ = await self._give_up_replaced(license_, keep=known)
        name = await own_name(self._writer, self._applicant, license_, device)
        device = await self._add_device(name) if device is None else await self._seen(device, license_, name)
        seated = await self._seat(license_, device, known)
        return await self._install((await self._settled(seated))._replace(is_named=name is not None))

    async def to_lease(self, license_: License) -> Activated:
        """Return the applicant's lease of ``license_``, begun or extended.

        Raises:
            SeatLimitReached: Every lease of the license runs.
        """
        at = self._applicant.at
        running = await self._running_lease(license_)
        await self._locked(None if running is None else running.device)
        license_ = await self._give_up_replaced(license_, keep=None)
        ends_at = at + timedelta(hours=license_.offer.policy.lease_hours)
        running = await self._running_lease(license_)
        if running is not None:
            extended = replace(running.activation, ends_at=ends_at)
            await self._writer.save_activation(extended)
            return await self._install(Placed(license_, extended, running.device, created=False))
        check_lease(license_, await self._writer.leases_running(license_.id, at=at))
        begun = license_.begun(at=at)
        if begun != license_:
            await self._writer.save_license(begun)
        device = await self._add_device(lookups=False)
        activation = await self._add_activation(begun, device, Kind.LEASE, ends_at=ends_at)
        await self._record("lease.created", begun, activation)
        return await self._install(Placed(begun, activation, device, created=True, is_first=True))

    async def _locked(self, device: Device | None) -> Device | None:
        """Return ``device`` as it is now: nobody else changes it any more, nor the one that is replaced."""
        ids = () if device is None else (device.id,)
        replaced = self._applicant.request.replaces
        locked = {each.id: each for each in await self._writer.lock_devices(*ids, activation_id=replaced)}
        return None if device is None else locked.get(device.id, device)

    async def _running_lease(self, license_: License) -> Line | None:
        """Return the applicant's lease of the license, if one runs."""
        for line in await self._writer.lines_of_key(self._applicant.jkt):
            is_lease = line.license.id == license_.id and line.activation.kind == Kind.LEASE
            if is_lease and line.activation.is_live(at=self._applicant.at):
                return line
        return None

    async def _give_up_replaced(self, license_: License, *, keep: Activation | None) -> License:
        """Release the activation that this one replaces, if it is the applicant's own.

        One that is gone, or somebody else's, is no obstacle: the client only says what it remembers. An
        installation that had to make room speaks for its activation no longer.
        """
        replaced = self._applicant.request.replaces
        if replaced is None or (keep is not None and keep.id == replaced):
            return license_
        line = await self._writer.line(replaced, self._applicant.jkt)
        if line is None or line.installation.removed_at is not None:
            return license_
        if not line.activation.is_live(at=self._applicant.at):
            return license_
        released = await release(
            self._writer, line.license, line.activation, ReleaseReason.REPLACED, at=self._applicant.at
        )
        return released if released.id == license_.id else license_

    async def _seat(self, license_: License, device: Device, known: Activation | None) -> Placed:
        at = self._applicant.at
        if known is not None and known.is_live(at=at):
            return Placed(license_, known, device, created=False)
        undone = known is not None and known.may_be_undone(takings=license_.takings, at=at)
        try:
            if undone:
                license_, is_move = seat_restored(license_), False
            else:
                moves = await moves_within_window(self._writer, license_, at=at)
                license_, is_move = take_seat(license_.begun(at=at), moves, returning=known is not None)
        except SeatLimitReached as refusal:
            raise await self._told(refusal, license_) from None
        await self._writer.save_license(license_)
        if is_move:
            await self._writer.record_move(license_, device.id, at=at)
        if known is None:
            activation = await self._add_activation(license_, device, Kind.SEAT)
        else:
            method = method_of(Kind.SEAT, license_, device.hardware)
            activation = known.returned(method=method, taking=license_.takings)
            await self._writer.save_activation(activation)
            await self._writer.set_activation_status(activation.id, VALID)
        await self._record("activation.undone" if undone else "activation.created", license_, activation)
        return Placed(license_, activation, device, created=not undone, is_first=known is None)

    async def _told(self, refusal: SeatLimitReached, license_: License) -> SeatLimitReached:
        """Return the refusal as the license's holder gets it: with the devices, one of which can be freed."""
        holder, account, at = license_.holder, self._applicant.account, self._applicant.at
        if holder is None or account is None or holder.account.id != account.id:
            return refusal
        if not holder.is_confirmed(at=at):
            return refusal
        held = [each.device for each in await self._writer.seats_of(license_.id)]
        listed = [
            {"id": each.id, "name": each.name, "last_seen_at": format_instant(each.last_seen_at)}
            for each in held
        ]
        return SeatLimitReached(refusal.seats, devices=listed)

    async def _settled(self, seated: Placed) -> Placed:
        """Return the applicant's place after the key, where it was typed, said who holds the license."""
        applicant, license_ = self._applicant, seated.license
        if not applicant.key_typed:
            return seated
        account, at = applicant.account, applicant.at
        device_id = seated.device.id
        settled = settled_by_key(license_, account, device_id=device_id, opened=seated.created, at=at)
        await keep_holder(self._writer, license_, settled.license, by=account, device_id=device_id, at=at)
        return seated._replace(license=settled.license, key_vouches=settled.key_vouches)

    async def _add_device(self, name: str | None = None, *, lookups: bool = True) -> Device:
        applicant, facts = self._applicant, self._applicant.request.device
        device_id = new_device_id(applicant.at)
        device = Device(
            id=device_id,
            name=name or neutral_name(device_id),
            platform=facts.platform,
            os_version=facts.os_version,
            hardware=applicant.hardware,
            created_at=applicant.at,
            last_seen_at=applicant.at,
        )
        hashes = lookup_hashes(applicant.hardware) if lookups else []
        await self._writer.add_device(device, component_hashes=hashes)
        await self._name(device, name)
        return device

    async def _seen(self, device: Device, license_: License, name: str | None) -> Device:
        """Return the device as it is now, kept: the same computer may have changed a little."""
        applicant, facts = self._applicant, self._applicant.request.device
        keep_platform = license_.offer.policy.channel == Channel.OEM
        hardware = rebase(device.hardware, applicant.hardware, keep_platform=keep_platform)
        seen = replace(
            device,
            name=name or device.name,
            platform=facts.platform,
            os_version=facts.os_version or device.os_version,
            hardware=hardware,
            last_seen_at=applicant.at,
        )
        hashes = lookup_hashes(hardware)
        changed = hashes != lookup_hashes(device.hardware)
        await self._writer.save_device(seen, component_hashes=hashes if changed else None)
        await self._name(seen, name)
        return seen

    async def _name(self, device: Device, name: str | None) -> None:
        """Keep by which consent the device has its own name."""
        consent_id = self._applicant.name_consent
        if name is not None and consent_id is not None:
            await self._writer.names.name_under(consent_id, device.id)

    async def _add_activation(
        self, license_: License, device: Device, kind: Kind, *, ends_at: datetime | None = None
    ) -> Activation:
        at = self._applicant.at
        activation = Activation(
            id=new_activation_id(at),
            license_id=license_.id,
            device_id=device.id,
            kind=kind,
            method=method_of(kind, license_, device.hardware),
            taking=license_.takings,
            created_at=at,
            ends_at=ends_at,
        )
        await self._writer.add_activation(activation)
        return activation

    async def _record(self, kind: str, license_: License, activation: Activation) -> None:
        at = self._applicant.at
        await self._writer.record(kind, subjects=subjects_of(license_, activation, at=at), at=at)

    async def _install(self, placed: Placed) -> Activated:
        return await install(self._writer, self._signer, self._applicant, placed)
