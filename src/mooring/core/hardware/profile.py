"""A hardware profile: a computer as its keyed component hashes, which is all that ever leaves it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.hardware.components import (
    COMPONENTS,
    COMPONENTS_BY_GROUP,
    GROUP_OF,
    HASH_BYTES,
    MAC_ADDRESS_LIMIT,
    MAC_ADDRESSES,
    WEAK_BELOW,
    WEIGHTS,
)
from mooring.core.jose.digest import HmacSha256
from mooring.core.jose.encoding import b64url_encode

if TYPE_CHECKING:
    from collections.abc import Mapping

ComponentHash = str | tuple[str, ...]
"""base64url without padding; ``mac_addresses`` has several, sorted."""

WIRE_VERSION = 1

# Only the canonical spelling: the unused low bits of the last symbol are zero (RFC 4648 §3.5).
_SPELLING = {3: re.compile(r"[A-Za-z0-9_-]{4}"), 16: re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")}


class HardwareProfile(NamedTuple):
    """The component hashes of one computer.

    One made by ``hash_components`` or ``from_wire`` is as the computer sends it and its certificate
    carries it. One made by ``protected`` is as the server stores it: compare like with like.
    """

    components: Mapping[str, ComponentHash]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of which at least one component is known."""
        return tuple(
            group
            for group, names in COMPONENTS_BY_GROUP.items()
            if any(name in self.components for name in names)
        )

    @property
    def weight(self) -> int:
        """How much is known, 0 to 100; a group counts once."""
        return sum(WEIGHTS[group] for group in {GROUP_OF[name] for name in self.components})

    @property
    def is_weak(self) -> bool:
        """Whether the hardware identifies nothing, so that the installation's key pair alone does."""
        return self.weight < WEAK_BELOW

    @property
    def is_empty(self) -> bool:
        """Whether no component could be read at all: such a computer gets only a lease."""
        return not self.components

    def to_wire(self) -> dict[str, object]:
        """Return the JSON object of requests and certificates."""
        return {
            "v": WIRE_VERSION,
            "components": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.components.items()
            },
        }

    @classmethod
    def from_wire(cls, document: object) -> HardwareProfile:
        """Read what ``to_wire`` wrote; unknown members are ignored.

        Raises:
            ValueError: a member is not what it must be; the message names it.
        """
        if not isinstance(document, dict):
            raise ValueError("hardware is not an object")  # noqa: TRY004 - a fault of the document
        version = document.get("v")
        if type(version) is not int or version != WIRE_VERSION:
            raise ValueError("hardware.v is not 1")
        components = document.get("components")
        if not isinstance(components, dict):
            raise ValueError("hardware.components is not an object")  # noqa: TRY004 - the same
        return cls({name: _parse(name, components[name]) for name in COMPONENTS if name in components})

    def protected(self, key: bytes) -> HardwareProfile:
        """Return this profile as the server stores it: each hash keyed again with the server's secret.

        Whoever reads the database without that secret can then not even test a guess.
        """
        mac = HmacSha256(key)
        return HardwareProfile(
            {
                name: tuple(sorted(keyed_hash(mac, name, each, 16) for each in value))
                if isinstance(value, tuple)
                else keyed_hash(mac, name, value, 16)
                for name, value in self.components.items()
            }
        )

    @classmethod
    def from_stored(cls, components: Mapping[str, str | list[str]]) -> HardwareProfile:
        """Read a protected profile back from the server's own JSON."""
        return cls(
            {
                name: value if isinstance(value, str) else tuple(value)
                for name, value in components.items()
                if name in HASH_BYTES
            }
        )


def keyed_hash(mac: HmacSha256, name: str, value: str, length: int) -> str:
    """Return base64url(HMAC-SHA-256(name ‖ 0x00 ‖ value)[:length]), without padding.

    The name is hashed along, so that one number in two places (a board and its disk, say) does not
    show as one hash.
    """
    return b64url_encode(mac.digest(name.encode() + b"\0" + value.encode())[:length])


def _parse(name: str, value: object) -> ComponentHash:
    spelling = _SPELLING[HASH_BYTES[name]]
    if name != MAC_ADDRESSES:
        if isinstance(value, str) and spelling.fullmatch(value):
            return value
        raise ValueError(f"hardware.components.{name} is not a hash of {HASH_BYTES[name]} bytes")
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MAC_ADDRESS_LIMIT:
        raise ValueError(f"hardware.components.{name} is not a list of 1 to {MAC_ADDRESS_LIMIT} hashes")
    if not all(isinstance(each, str) and spelling.fullmatch(each) for each in value):
        raise ValueError(f"hardware.components.{name} has an entry that is not a hash of 3 bytes")
    return tuple(sorted(set(value)))
