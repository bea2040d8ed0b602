"""Changing the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, update

from mooring.server.foundation.database.port import TransactionConflict, UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.ports.ledger import NO_DETAIL
from mooring.server.licensing.storage.ledger import forgetting, locking
from mooring.server.licensing.storage.ledger.device_names import StoredDeviceNames, nobody_agreed
from mooring.server.licensing.storage.ledger.meeting import Meeting
from mooring.server.licensing.storage.ledger.reading import StoredLedgerReader
from mooring.server.licensing.storage.ledger.rows import (
    HOLDER_COLUMNS,
    holder_cells,
    purpose_of_certificate,
)
from mooring.server.licensing.storage.tables import (
    activations,
    device_components,
    devices,
    installations,
    licenses,
    moves,
)
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter

    from mooring.core.identifiers import AccountId, ActivationId, DeviceId, LicenseId
    from mooring.server.foundation.database.port import Transaction
    from mooring.server.licensing.domain.activations.activation import Activation, Installation, Line
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import Computer, StatusPlace
    from mooring.server.licensing.ports.signing import Sealing
    from mooring.server.licensing.storage.ledger.device_names import NameConsent
    from mooring.server.licensing.storage.ledger.offers import Offers
    from mooring.server.licensing.storage.ledger.status_places import StatusPlaces


def _new(*names: str) -> dict[str, BindParameter[object]]:
    """Return parameters ``new_...`` for the columns of an update."""
    return {name: bindparam(f"new_{name}") for name in names}


_ADD_LICENSE = Statement(insert(licenses))
_SAVE_LICENSE = Statement(
    update(licenses)
    .where(licenses.c.id == bindparam("of_license"))
    .values(_new("expires_at", "first_activated_at", "held", "takings", "moved"))
)
_SAVE_HOLDER = Statement(
    update(licenses).where(licenses.c.id == bindparam("of_license")).values(_new(*HOLDER_COLUMNS))
)
_ADD_MOVE = Statement(insert(moves))
_ADD_DEVICE = Statement(insert(devices))
_SAVE_DEVICE = Statement(
    update(devices)
    .where(devices.c.id == bindparam("of_device"))
    .values(_new("name", "platform", "os_version", "hardware", "last_seen_at"))
)
_ADD_COMPONENT = Statement(insert(device_components))
_FORGET_COMPONENTS = Statement(
    delete(device_components).where(device_components.c.device_id == bindparam("of_device"))
)
_ADD_ACTIVATION = Statement(insert(activations))
_SAVE_ACTIVATION = Statement(
    update(activations)
    .where(activations.c.id == bindparam("of_activation"))
    .values(_new("method", "taking", "ends_at", "released_at", "release_reason", "takings_at_release"))
)
_ADD_INSTALLATION = Statement(insert(installations))
_SAVE_INSTALLATION = Statement(
    update(installations)
    .where(installations.c.id == bindparam("of_installation"))
    .values(
        _new(
            "sequence",
            "certificate",
            "certificate_issued_at",
            "certificate_ends_at",
            "app_version",
            "removed_at",
            "key_typed_at",
        )
    )
)


class StoredLedgerWriter(StoredLedgerReader):
    """Changes the ledger within one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        sealing: Sealing,
        offers: Offers,
        places: StatusPlaces,
        computer: Computer | None = None,
        *,
        name_consent: NameConsent = nobody_agreed,
    ) -> None:
        super().__init__(transaction, sealing, offers)
        self._transaction = transaction
        self._places = places
        self._meeting = Meeting(transaction, offers, places, computer)
        self._recorder = Recorder()
        self._holds_licenses = False
        self._name_consent = name_consent

    @property
    def transaction(self) -> Transaction:
        """What else of licensing may be changed with the ledger, or not at all."""
        return self._transaction

    @property
    def names(self) -> StoredDeviceNames:
        """By whose consent devices go by their own names, in this transaction."""
        return StoredDeviceNames(self._transaction, self._name_consent)

    async def lock_licenses(
        self, *ids: LicenseId, key_hash: bytes | None = None, activation_id: ActivationId | None = None
    ) -> bool:
        """Lock these licenses, the one with this key, and the one that this activation is of."""
        waits, self._holds_licenses = not self._holds_licenses, True
        return await locking.lock_licenses(
            self._transaction, ids, key_hash=key_hash, activation_id=activation_id, waits=waits
        )

    async def lock_license_by_key(self, key_hash: bytes) -> License | None:
        """Lock the license with this key, before any other, and return it as it is now."""
        self._holds_licenses = True
        return await self._meeting.license(key_hash)

    async def lines_of_key(self, jkt: str) -> Sequence[Line]:
        """Return the installations of this key; none is looked for where it is known that there is none."""
        return () if self._meeting.is_unknown_key(jkt) else await super().lines_of_key(jkt)

    async def devices_sharing(self, component_hashes: Sequence[bytes]) -> Sequence[Device]:
        """Return the devices that have one of these components; as ``lines_of_key``."""
        if self._meeting.are_unknown(component_hashes):
            return ()
        return await super().devices_sharing(component_hashes)

    async def lock_devices(
        self, *ids: DeviceId, activation_id: ActivationId | None = None
    ) -> Sequence[Device]:
        """Lock these devices and the one that this activation is on, with their installations."""
        return await locking.lock_devices(self._transaction, ids, activation_id=activation_id)

    async def settle(self) -> None:
        """Do what a transaction ends with."""
        await self._places.settle()

    async def add_license(self, license_: License) -> None:
        """Keep a new license without a key (a trial)."""
        await self._transaction.later(
            _ADD_LICENSE,
            {
                "id": license_.id,
                "product_id": license_.offer.product_id,
                "policy_id": license_.offer.policy.id,
                "key_hash": None,
                "pepper_id": None,
                "last_five": license_.last_five,
                "standing": license_.standing.value,
                "seats": license_.seats_sold,
                "expires_at": license_.expires_at,
                "first_activated_at": license_.first_activated_at,
                "held": license_.held,
                "takings": license_.takings,
                "moved": license_.moved,
                "batch": None,
                "created_at": license_.created_at,
                **holder_cells(license_.holder),
            },
        )

    async def save_license(self, license_: License) -> None:
        """Keep what changes when seats are taken and given up: term, held seats, takings, moves."""
        await self._transaction.later(
            _SAVE_LICENSE,
            {
                "of_license": license_.id,
                "new_expires_at": license_.expires_at,
                "new_first_activated_at": license_.first_activated_at,
                "new_held": license_.held,
                "new_takings": license_.takings,
                "new_moved": license_.moved,
            },
        )

    async def save_holder(self, license_: License) -> None:
        """Keep who holds the license."""
        cells = holder_cells(license_.holder)
        values = {f"new_{name}": value for name, value in cells.items()}
        await self._transaction.execute(_SAVE_HOLDER, of_license=license_.id, **values)

    async def record_move(self, license_: License, device_id: DeviceId, *, at: datetime) -> None:
        """Keep that the license's latest taking was a move to this device."""
        await self._transaction.later(
            _ADD_MOVE,
            {"license_id": license_.id, "number": license_.takings, "device_id": device_id, "at": at},
        )

    async def add_device(self, device: Device, *, component_hashes: Sequence[bytes]) -> None:
        """Keep a new device, to be found again by these components (none for a lease's)."""
        self._meeting.forget()
        await self._transaction.later(
            _ADD_DEVICE,
            {
                "id": device.id,
                "name": device.name,
                "platform": device.platform,
                "os_version": device.os_version,
                "hardware": dict(device.hardware.components),
                "created_at": device.created_at,
                "last_seen_at": device.last_seen_at,
            },
        )
        await self._add_components(device, component_hashes)

    async def save_device(self, device: Device, *, component_hashes: Sequence[bytes] | None) -> None:
        """Keep a changed device; ``component_hashes`` as in ``add_device``, or none if unchanged."""
        await self._transaction.later(
            _SAVE_DEVICE,
            {
                "of_device": device.id,
                "new_name": device.name,
                "new_platform": device.platform,
                "new_os_version": device.os_version,
                "new_hardware": dict(device.hardware.components),
                "new_last_seen_at": device.last_seen_at,
            },
        )
        if component_hashes is not None:
            await self._transaction.execute(_FORGET_COMPONENTS, of_device=device.id)
            await self._add_components(device, component_hashes)

    async def _add_components(self, device: Device, component_hashes: Sequence[bytes]) -> None:
        rows = [{"component_hash": each, "device_id": device.id} for each in component_hashes]
        await self._transaction.later(_ADD_COMPONENT, *rows)

    async def add_activation(self, activation: Activation) -> None:
        """Keep a new activation."""
        await self._transaction.later(
            _ADD_ACTIVATION,
            {
                "id": activation.id,
                "license_id": activation.license_id,
                "device_id": activation.device_id,
                "kind": activation.kind.value,
                "method": activation.method,
                "taking": activation.taking,
                "created_at": activation.created_at,
                "ends_at": activation.ends_at,
                "released_at": activation.released_at,
                "release_reason": activation.release_reason,
                "takings_at_release": activation.takings_at_release,
            },
        )

    async def save_activation(self, activation: Activation) -> None:
        """Keep a changed activation."""
        reason = activation.release_reason
        await self._transaction.later(
            _SAVE_ACTIVATION,
            {
                "of_activation": activation.id,
                "new_method": activation.method,
                "new_taking": activation.taking,
                "new_ends_at": activation.ends_at,
                "new_released_at": activation.released_at,
                "new_release_reason": None if reason is None else reason.value,
                "new_takings_at_release": activation.takings_at_release,
            },
        )

    async def free_status_place(self, *, at: datetime) -> StatusPlace:
        """Return a random free place: nobody has it, nor had it for a certificate that still lasts."""
        return await self._places.free(at=at)

    async def add_installation(self, installation: Installation) -> None:
        """Keep a new installation."""
        self._meeting.forget()
        try:
            await self._add_installation(installation)
        except UniqueViolation:
            raise TransactionConflict(
                "Another installation was given this place at the same moment."
            ) from None

    async def _add_installation(self, installation: Installation) -> None:
        await self._transaction.execute(
            _ADD_INSTALLATION,
            id=installation.id,
            activation_id=installation.activation_id,
            jkt=installation.jkt,
            sequence=installation.sequence.to_document(),
            certificate=self._sealed_certificate(installation),
            certificate_issued_at=installation.certificate_issued_at,
            certificate_ends_at=installation.certificate_ends_at,
            status_list=installation.status_list,
            status_index=installation.status_index,
            status=installation.status,
            app_version=installation.app_version,
            created_at=installation.created_at,
            removed_at=installation.removed_at,
            key_typed_at=installation.key_typed_at,
        )

    async def save_installation(self, installation: Installation) -> None:
        """Keep a changed installation; its status and place stay what they are."""
        await self._transaction.execute(
            _SAVE_INSTALLATION,
            of_installation=installation.id,
            new_sequence=installation.sequence.to_document(),
            new_certificate=self._sealed_certificate(installation),
            new_certificate_issued_at=installation.certificate_issued_at,
            new_certificate_ends_at=installation.certificate_ends_at,
            new_app_version=installation.app_version,
            new_removed_at=installation.removed_at,
            new_key_typed_at=installation.key_typed_at,
        )

    def _sealed_certificate(self, installation: Installation) -> bytes:
        return self._sealing.seal(installation.certificate.encode(), purpose_of_certificate(installation.id))

    async def set_installation_status(self, installation: Installation, status: int) -> None:
        """Let the status list say ``status`` of one installation from now on."""
        await self._places.set_of_installation(installation.id, installation.status_list, status)

    async def set_activation_status(self, activation_id: ActivationId, status: int) -> None:
        """Let the status lists say ``status`` of the activation's installations that were not removed."""
        await self._places.set_of_activation(activation_id, status)

    async def set_license_status(self, license_id: LicenseId, status: int) -> None:
        """Let the status lists say ``status`` of every installation whose activation holds its place."""
        await self._places.set_of_license(license_id, status)

    async def forget_leases(self, *, ended_before: datetime, most: int) -> int:
        """Remove at most ``most`` leases that ended before ``ended_before``; return how many there were."""
        forgotten = await forgetting.forget_leases(self._transaction, ended_before=ended_before, most=most)
        self._places.say_something_else(forgotten.lists)
        return forgotten.leases

    async def record(
        self,
        kind: str,
        *,
        subjects: Mapping[str, str],
        at: datetime,
        detail: Mapping[str, object] = NO_DETAIL,
        by: AccountId | None = None,
    ) -> None:
        """Write down what happened by a device's doing, or by an account's, and to which ids."""
        actor = Actor("device", subjects.get("device")) if by is None else Actor("account", by)
        await self._recorder.append(self._transaction, Event(kind, at, actor, subjects, detail))
