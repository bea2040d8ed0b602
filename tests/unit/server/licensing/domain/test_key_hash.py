"""The keyed hash of a product key."""

import hashlib
import hmac

from mooring.core.product_key import ProductKey
from mooring.server.licensing.domain.key_hash import hash_key, hash_symbols

SYMBOLS = "BCDFGHJKMNPQRTVWXY2346789"


def test_is_the_hmac_that_the_contract_names():
    expected = hmac.new(b"pepper", b"mooring/product-key/1\x00" + SYMBOLS.encode(), hashlib.sha256).digest()
    assert hash_key(ProductKey(SYMBOLS), b"pepper") == expected


def test_hashes_many_keys_as_it_hashes_one():
    other = "9" * 25
    assert hash_symbols([SYMBOLS, other], b"p") == [
        hash_key(ProductKey(SYMBOLS), b"p"),
        hash_key(ProductKey(other), b"p"),
    ]
