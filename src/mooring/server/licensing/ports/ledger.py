"""Where it is written who holds which seat of which license."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import (
        AccountId,
        ActivationId,
        DeviceId,
        InstallationId,
        LicenseId,
        ProductId,
    )
    from mooring.server.licensing.domain.activations.activation import Activation, Installation, Line
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License, Offer, Standing
    from mooring.server.licensing.ports.device_names import DeviceNames

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

NO_DETAIL: Mapping[str, object] = MappingProxyType({})


class KeyFacts(NamedTuple):
    """What a validation needs to know of a product key's license, and no more: it is read very often."""

    license_id: LicenseId
    offer: Offer
    standing: Standing
    expires_at: datetime | None


class Computer(NamedTuple):
    """By what a computer is recognized: the hashes of its components, and its installation's key."""

    component_hashes: Sequence[bytes]
    jkt: str


class Seat(NamedTuple):
    """A seat that a device holds or held, and its license."""

    license: License
    activation: Activation


class HeldSeat(NamedTuple):
    """A seat with its license and its device."""

    license: License
    activation: Activation
    device: Device


class StatusPlace(NamedTuple):
    """A place in a status list."""

    list_number: int
    place: int


class PastEvent(NamedTuple):
    """Something that happened, as it was recorded."""

    id: str
    at: datetime
    kind: str
    license_id: str | None
    device_id: str | None
    activation_id: str | None
    detail: Mapping[str, object]


class StatusListContent(NamedTuple):
    """A status list: one byte (0-2) per index, and a version that grows with every change."""

    version: int
    statuses: bytes


class LedgerReader(Protocol):
    """Reads the ledger."""

    async def key_facts(self, key_hash: bytes) -> KeyFacts | None:
        """Return what a validation needs of the license with this key, in one indexed read."""
        ...

    async def license_by_key(self, key_hash: bytes) -> License | None:
        """Return the license that the key with this keyed hash stands for."""
        ...

    async def license(self, license_id: LicenseId) -> License | None:
        """Return the license with this id."""
        ...

    async def trial_offer(self, product_slug: str, edition_slug: str | None) -> Offer | None:
        """Return the edition's trial; without an edition, that of the earliest one that has a trial."""
        ...

    async def line(self, activation_id: ActivationId, jkt: str) -> Line | None:
        """Return this key's installation on this activation, also one that was removed or released."""
        ...

    async def lines_of_key(self, jkt: str) -> Sequence[Line]:
        """Return the installations of this key, on any license, the latest first, at most 32."""
        ...

    async def line_of_installation(self, installation_id: InstallationId) -> Line | None:
        """Return the installation with this id and all it stands on."""
        ...

    async def installations(self, activation_id: ActivationId) -> Sequence[Installation]:
        """Return the activation's installations that count: those that were not removed."""
        ...

    async def devices_sharing(self, component_hashes: Sequence[bytes]) -> Sequence[Device]:
        """Return the devices that have one of these components: those with the most first, at most 32."""
        ...

    async def seats_on(self, device_id: DeviceId, product_id: ProductId) -> Sequence[Seat]:
        """Return the seats of this product's licenses that the device holds or held, the latest first."""
        ...

    async def product_id(self, product_slug: str) -> ProductId | None:
        """Return the id of the product with this slug."""
        ...

    async def seat_of(self, license_id: LicenseId, device_id: DeviceId) -> Activation | None:
        """Return the seat of this license that the device holds or held."""
        ...

    async def seat(self, activation_id: ActivationId) -> HeldSeat | None:
        """Return the activation with this id, seat or lease, with what it stands on."""
        ...

    async def licenses_of(
        self, account_id: AccountId, *, after: str | None = None, limit: int
    ) -> Sequence[License]:
        """Return up to ``limit`` licenses that the account holds, after that id, the earliest first."""
        ...

    async def seats_of(self, license_id: LicenseId) -> Sequence[HeldSeat]:
        """Return at most 200 seats of the license that devices hold, the earliest first."""
        ...

    async def seats_for(
        self, account_id: AccountId, device_id: DeviceId, *, at: datetime
    ) -> Sequence[HeldSeat]:
        """Return the seats of the account's licenses that this device holds or held, the latest first.

        A holder who is not confirmed at ``at`` only knows of the device on which it became holder.
        """
        ...

    async def devices_for(
        self, account_id: AccountId, *, after: str | None = None, limit: int, at: datetime
    ) -> Sequence[DeviceId]:
        """Return up to ``limit`` devices, after that id, that hold seats of the account's licenses.

        A holder who is not confirmed at ``at`` only knows of the device on which it became holder.
        """
        ...

    async def events_of(
        self, account_id: AccountId, *, before: str | None = None, limit: int
    ) -> Sequence[PastEvent]:
        """Return up to ``limit`` events that concern the account, before that id, the latest first."""
        ...

    async def moves_after(self, license_id: LicenseId, since: datetime) -> Sequence[datetime]:
        """Return when the license moved after ``since``, earliest first."""
        ...

    async def leases_running(self, license_id: LicenseId, *, at: datetime) -> int:
        """Return how many leases of the license run at ``at``."""
        ...

    async def issuer(self) -> str | None:
        """Return the publisher's permanent address, or none before it was founded."""
        ...

    async def status_list_version(self, number: int) -> int | None:
        """Return the version of the status list, or none if there is no such list."""
        ...

    async def status_list(self, number: int) -> StatusListContent | None:
        """Return the status list with this number."""
        ...


class LedgerWriter(LedgerReader, Protocol):
    """Changes the ledger within one transaction.

    What decides a change is locked first, always in this order, so that no two wait for each other: the
    computer (as the transaction begins), its licenses, its devices. Then it is read, and nobody else's change
    can come between.

    * The seats of a license, and who holds it, change under the lock of the license.
    * A device, its activations and their installations change under the lock of the device.
    """

    @property
    def names(self) -> DeviceNames:
        """By whose consent devices go by their own names, in this transaction."""
        ...

    async def lock_licenses(
        self, *ids: LicenseId, key_hash: bytes | None = None, activation_id: ActivationId | None = None
    ) -> bool:
        """Lock these licenses, the one with this key, and the one that this activation is of.

        Returns whether they may have changed since they were read in this transaction. Only the first call
        waits for others: who waits while it holds some may be who the others wait for.

        Raises:
            TransactionConflict: it is not the first call, and others hold one of them.
        """
        ...

    async def lock_license_by_key(self, key_hash: bytes) -> License | None:
        """Lock the license with this key, before any other, and return it as it is now."""
        ...

    async def lock_devices(
        self, *ids: DeviceId, activation_id: ActivationId | None = None
    ) -> Sequence[Device]:
        """Lock these devices and the one that this activation is on, with their installations.

        Returns those of them that may have changed since they were read in this transaction, as they are now.
        """
        ...

    async def add_license(self, license_: License) -> None:
        """Keep a new license without a key (a trial)."""
        ...

    async def save_license(self, license_: License) -> None:
        """Keep what changes when seats are taken and given up: term, held seats, takings, moves."""
        ...

    async def save_holder(self, license_: License) -> None:
        """Keep who holds the license."""
        ...

    async def record_move(self, license_: License, device_id: DeviceId, *, at: datetime) -> None:
        """Keep that the license's latest taking was a move to this device."""
        ...

    async def add_device(self, device: Device, *, component_hashes: Sequence[bytes]) -> None:
        """Keep a new device, to be found again by these components (none for a lease's)."""
        ...

    async def save_device(self, device: Device, *, component_hashes: Sequence[bytes] | None) -> None:
        """Keep a changed device; ``component_hashes`` as in ``add_device``, or none if they are unchanged."""
        ...

    async def add_activation(self, activation: Activation) -> None:
        """Keep a new activation."""
        ...

    async def save_activation(self, activation: Activation) -> None:
        """Keep a changed activation."""
        ...

    async def free_status_place(self, *, at: datetime) -> StatusPlace:
        """Return a random free place: nobody has it, nor had it for a certificate that still lasts."""
        ...

    async def add_installation(self, installation: Installation) -> None:
        """Keep a new installation."""
        ...

    async def save_installation(self, installation: Installation) -> None:
        """Keep a changed installation; its status and place stay what they are."""
        ...

    async def set_installation_status(self, installation: Installation, status: int) -> None:
        """Let the status list say ``status`` of one installation from now on."""
        ...

    async def set_activation_status(self, activation_id: ActivationId, status: int) -> None:
        """Let the status lists say ``status`` of the activation's installations that were not removed."""
        ...

    async def set_license_status(self, license_id: LicenseId, status: int) -> None:
        """Let the status lists say ``status`` of every installation whose activation holds its place."""
        ...

    async def forget_leases(self, *, ended_before: datetime, most: int) -> int:
        """Remove at most ``most`` leases that ended before ``ended_before``; return how many there were."""
        ...

    async def record(
        self,
        kind: str,
        *,
        subjects: Mapping[str, str],
        at: datetime,
        detail: Mapping[str, object] = NO_DETAIL,
        by: AccountId | None = None,
    ) -> None:
        """Write down what happened, such as ``activation.created``, and to which ids.

        It was the doing of the account ``by``, or without one of the device among ``subjects``.
        """
        ...


class Exchanged(NamedTuple, Generic[T_co]):
    """What an exchange of certificates came to: the installation to keep, and the answer.

    ``is_seen_again`` asks to keep, too, that the device was seen when the certificate was issued.
    """

    installation: Installation
    answer: T_co
    is_seen_again: bool


class Ledger(Protocol):
    """Where it is written who holds which seat."""

    async def exchange(
        self, activation_id: ActivationId, jkt: str, decide: Callable[[Line], Exchanged[T] | None]
    ) -> T | None:
        """Keep what ``decide`` makes of this key's line, durably, and return its answer.

        None where there is no such line, or where ``decide`` returns none; nothing is changed then. The line
        comes without its last certificate, which need not be read. Many are done in one transaction: so
        ``decide`` asks nobody and is quick. What it raises concerns its caller alone.
        """
        ...

    def reading(self, *, stale: bool = False) -> AbstractAsyncContextManager[LedgerReader]:
        """Open a view of what is kept; with ``stale`` what was changed a moment ago may be missing.

        Whoever asks for that decides nothing by what it reads, but tells of it.
        """
        ...

    def changing(self, *, computer: Computer | None = None) -> AbstractAsyncContextManager[LedgerWriter]:
        """Open a transaction: kept, durably, when the block ends without an exception.

        Meanwhile nobody else admits this ``computer``, nor one that shares a component or the key with it. So
        a computer that asks twice at the same moment is one device, and has one trial.
        """
        ...

    async def together(
        self, act: Callable[[LedgerWriter], Awaitable[T]], *, computer: Computer, key_hash: bytes
    ) -> T:
        """Return what ``act`` returns, which it did in a transaction as ``changing`` opens it; or raise that.

        It may share the transaction with others who ask at the same moment, and takes little time then if it
        locks the license with ``key_hash`` first, by that, reads only what concerns ``computer``, and adds
        what is new to it. Anything else makes it go alone: ``act`` then runs once more, from the beginning,
        and what it did before was never done. What one raises concerns nobody else.
        """
        ...
