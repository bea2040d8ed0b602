"""The keyed hash that stands for a product key: the key itself is never stored."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from mooring.core.product_key import ProductKey, key_digest_input

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX = b"mooring/product-key/1\0"  # as in core's key_digest_input, which takes one parsed key at a time


def hash_key(key: ProductKey, pepper: bytes) -> bytes:
    """Return HMAC-SHA-256 of the key under the server's pepper, 32 bytes."""
    return hmac.digest(pepper, key_digest_input(key), "sha256")


def hash_symbols(keys: Iterable[str], pepper: bytes) -> list[bytes]:
    """Return :func:`hash_key` of each of many keys, given as their 25 symbols; for minting."""
    digest, prefix = hmac.digest, _PREFIX
    return [digest(pepper, prefix + symbols.encode(), "sha256") for symbols in keys]
