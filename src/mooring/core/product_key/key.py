"""The product key: what a person types once, and nobody else may see.

>>> key = parse_product_key("bcdfg hjkmn pqrtv wxy23 46789")
>>> key.formatted()
'BCDFG-HJKMN-PQRTV-WXY23-46789'
>>> key
ProductKey('•••••-•••••-•••••-•••••-46789')
"""

from __future__ import annotations

from typing import NoReturn

from mooring.core.product_key.line import (
    ALPHABET,
    GROUP_LENGTH,
    MistypedLine,
    decode_line,
    in_groups,
    is_line,
    values_of,
)
from mooring.core.refusals import KeyMalformed

PRODUCT_CODES = range(len(ALPHABET) ** 2)
"""The codes that a product can have: what two symbols can name."""

_DIGEST_PURPOSE = b"mooring/product-key/1\0"


class ProductKey:
    """A well-formed product key; it need not be known to any publisher.

    It never changes, equals a key with the same symbols, and hides itself: only ``symbols`` and
    ``formatted()`` give the secret away.

    Raises:
        ValueError: ``symbols`` are not 25 symbols of the alphabet that fit together.
    """

    __slots__ = ("symbols",)

    symbols: str

    def __init__(self, symbols: str) -> None:
        if not is_line(symbols):
            raise ValueError("not the symbols of a product key")
        object.__setattr__(self, "symbols", symbols)

    @classmethod
    def _of_line(cls, symbols: str) -> ProductKey:
        key = object.__new__(cls)
        object.__setattr__(key, "symbols", symbols)
        return key

    @property
    def product_code(self) -> int:
        """The product that the key names, 0-624, in its first two symbols."""
        high, low = values_of(self.symbols[:2])
        return len(ALPHABET) * high + low

    @property
    def last_five(self) -> str:
        """The label by which people tell keys apart. It is no secret, and several keys may share it."""
        return self.symbols[-GROUP_LENGTH:]

    def formatted(self) -> str:
        """Return the key as a person types it: five groups joined by dashes. Never log this."""
        return in_groups(self.symbols)

    def __str__(self) -> str:
        return in_groups("•" * (len(self.symbols) - GROUP_LENGTH) + self.last_five)

    def __repr__(self) -> str:
        return f"ProductKey({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self.symbols == other.symbols if isinstance(other, ProductKey) else NotImplemented

    def __hash__(self) -> int:
        return hash((ProductKey, self.symbols))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a product key never changes")


def parse_product_key(text: str) -> ProductKey:
    """Return the product key that a person typed, in any case and with any spaces, dashes and line breaks.

    Raises:
        KeyMalformed: the text is no product key. When exactly one symbol is wrong, the refusal carries its
            group and its position in the group (both 1-5) and the corrected key, never to be applied unasked.
    """
    try:
        return ProductKey._of_line(decode_line(text))  # noqa: SLF001 - judged just now, by the same rules
    except MistypedLine as mistyped:
        # `from None`: the key that was probably meant must not reach a traceback.
        raise _malformed(mistyped.position, mistyped.corrected) from None


def key_digest_input(key: ProductKey) -> bytes:
    """Return the message whose HMAC-SHA-256 under the publisher's pepper is stored instead of the key."""
    return _DIGEST_PURPOSE + key.symbols.encode("ascii")


def _malformed(position: int | None, corrected: str | None) -> KeyMalformed:
    if position is None or corrected is None:
        return KeyMalformed()
    group, place = divmod(position, GROUP_LENGTH)
    return KeyMalformed(group=group + 1, position=place + 1, suggestion=in_groups(corrected))
