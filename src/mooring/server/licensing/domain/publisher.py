"""The publisher: who this server speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

HARDWARE_SALT_BYTES = 16


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
