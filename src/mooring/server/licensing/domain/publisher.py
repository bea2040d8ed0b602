"""The publisher: who this server speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.core.descriptor import is_loopback
from mooring.server.licensing.domain.obstacles import ValueRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

HARDWARE_SALT_BYTES = 16


LONGEST_ADDRESS = 200  # it stands in every certificate


def checked_address(url: str) -> str:
    """Return ``url`` if programs may ask a server there: https, or this computer itself.

    Raises:
        ValueRefused: They may not, or it is too long for certificates.
    """
    if len(url) > LONGEST_ADDRESS or not (url.startswith("https://") or is_loopback(url)):
        raise ValueRefused(
            f"Programs do not ask a server at {url[:LONGEST_ADDRESS]}.",
            "Set MOORING_PUBLIC_URL to the https address under which devices reach this server.",
        )
    return url


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who this server speaks for: set once by ``init`` and never changed.

    Attributes:
        issuer: The address that names the publisher in every certificate (``iss``).
        hardware_salt: The public salt of every hardware hash of this publisher's customers.
        secret_fingerprint: Which secret file the database belongs to.
        roots: The public root keys that programs pin, as JWKs, oldest first.
        created_at: When it was founded.
    """

    issuer: str
    hardware_salt: bytes
    secret_fingerprint: str
    roots: tuple[Mapping[str, str], ...]
    created_at: datetime
