"""Who turns secrets and hardware into what may be stored, with keys that the database does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.product_key import ProductKey


class KeyedHashes(Protocol):
    """Hashes with the server's own secrets."""

    def of_key(self, key: ProductKey) -> bytes:
        """Return the 32 bytes by which the license of ``key`` is found."""
        ...

    def of_hardware(self, hardware: HardwareProfile) -> HardwareProfile:
        """Return ``hardware`` with each hash keyed once more, as it is stored."""
        ...
