"""The server's own keyed hashes: what is stored of product keys and hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.key_hash import hash_key

if TYPE_CHECKING:
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.product_key import ProductKey


class ServerKeyedHashes:
    """Implements :class:`~mooring.server.licensing.ports.keyed_hashes.KeyedHashes`."""

    def __init__(self, *, pepper: bytes, hardware_key: bytes) -> None:
        self._pepper = pepper
        self._hardware_key = hardware_key

    def of_key(self, key: ProductKey) -> bytes:
        """Return the 32 bytes by which the license of ``key`` is found."""
        return hash_key(key, self._pepper)

    def of_hardware(self, hardware: HardwareProfile) -> HardwareProfile:
        """Return ``hardware`` with each hash keyed once more, as it is stored."""
        return hardware.protected(self._hardware_key)
