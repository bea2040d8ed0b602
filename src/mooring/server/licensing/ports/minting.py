"""Where new licenses go: into the database, and onto the sheet that carries their keys to the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from mooring.core.identifiers import LicenseId, PolicyId, ProductId


class NewLicense(NamedTuple):
    """A license that begins with a key, of which only the keyed hash and a label are kept."""

    id: LicenseId
    key_hash: bytes
    last_five: str
    seats: int | None = None
    expires_at: datetime | None = None


class Batch(NamedTuple):
    """What licenses that are kept together have in common."""

    name: str
    product_id: ProductId
    policy_id: PolicyId
    pepper_id: str
    created_at: datetime


class LicenseBook(Protocol):
    """Where licenses are kept."""

    async def add(self, new: Sequence[NewLicense], batch: Batch) -> None:
        """Keep all of ``new``, durably, or none.

        Raises:
            AlreadyExists: One of the keys is kept already.
        """
        ...

    async def known(self, key_hashes: Collection[bytes]) -> set[bytes]:
        """Return those of the hashes whose keys are kept already."""
        ...


class MintedKey(NamedTuple):
    """A line of a key sheet: the 25 symbols of the key and the license that it stands for."""

    symbols: str
    license_id: LicenseId


class KeySheet(Protocol):
    """A file of keys for one edition and policy: what is minted becomes visible here and nowhere else."""

    @property
    def batch(self) -> str:
        """The name by which the licenses of this sheet are found again."""
        ...

    def written(self) -> Iterable[MintedKey]:
        """Return the keys that an interrupted minting left on this sheet."""
        ...

    def append(self, keys: Sequence[MintedKey]) -> None:
        """Write ``keys``; on return they outlive a crash."""
        ...

    def finish(self) -> None:
        """Give the sheet its final name."""
        ...
