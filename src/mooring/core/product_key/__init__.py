"""Product keys: what a person types, how a mistyped symbol is found, how keys are minted."""

from __future__ import annotations

from mooring.core.product_key.key import PRODUCT_CODES, ProductKey, key_digest_input, parse_product_key
from mooring.core.product_key.line import ALPHABET, MistypedLine, decode_line, encode_line
from mooring.core.product_key.minting import generate, generate_many
from mooring.core.product_key.normalizing import normalize

__all__ = [
    "ALPHABET",
    "PRODUCT_CODES",
    "MistypedLine",
    "ProductKey",
    "decode_line",
    "encode_line",
    "generate",
    "generate_many",
    "key_digest_input",
    "normalize",
    "parse_product_key",
]
