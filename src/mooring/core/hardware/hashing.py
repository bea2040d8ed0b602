"""From what a computer reports to its hardware profile: keyed hashes, short on purpose."""

from __future__ import annotations

import hmac

from mooring.core.hardware.components import HASH_BYTES
from mooring.core.hardware.normalize import RawComponents, normalize
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.jose.encoding import b64url_encode


def hash_components(raw: RawComponents, salt: bytes) -> HardwareProfile:
    """Return the profile of the computer that reports ``raw``, under the publisher's ``hardware_salt``.

    The salt is public and one per publisher: two publishers cannot join what they know.
    """
    return HardwareProfile(
        {
            name: tuple(sorted({keyed_hash(salt, name, each, HASH_BYTES[name]) for each in value}))
            if isinstance(value, tuple)
            else keyed_hash(salt, name, value, HASH_BYTES[name])
            for name, value in normalize(raw).items()
        }
    )


def keyed_hash(key: bytes, name: str, value: str, length: int) -> str:
    """Return base64url(HMAC-SHA-256(key, name ‖ 0x00 ‖ value)[:length]), without padding.

    The name is hashed along, so that one number in two places (a board and its disk, say) does not
    show as one hash.
    """
    return b64url_encode(hmac.digest(key, name.encode() + b"\0" + value.encode(), "sha256")[:length])
