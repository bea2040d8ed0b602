"""From what a computer reports to its hardware profile: keyed hashes, short on purpose."""

from __future__ import annotations

from mooring.core.hardware.components import HASH_BYTES
from mooring.core.hardware.normalize import RawComponents, normalize
from mooring.core.hardware.profile import HardwareProfile, keyed_hash
from mooring.core.jose.digest import HmacSha256


def hash_components(raw: RawComponents, salt: bytes) -> HardwareProfile:
    """Return the profile of the computer that reports ``raw``, under the publisher's ``hardware_salt``.

    The salt is public and one per publisher: two publishers cannot join what they know.
    """
    mac = HmacSha256(salt)
    return HardwareProfile(
        {
            name: tuple(sorted({keyed_hash(mac, name, each, HASH_BYTES[name]) for each in value}))
            if isinstance(value, tuple)
            else keyed_hash(mac, name, value, HASH_BYTES[name])
            for name, value in normalize(raw).items()
        }
    )
