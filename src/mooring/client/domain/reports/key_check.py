"""Checking a product key without asking anybody: is it well typed, and for which product."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.product_key import parse_product_key

if TYPE_CHECKING:
    from mooring.core.descriptor import Descriptor


class KeyCheck(NamedTuple):
    """What a well typed key tells by itself. Whether it was ever sold, only the server knows.

    Attributes:
        product_code: the number of the product that the key is for.
        for_this_product: whether that is the product of the descriptor.
        last_five: the key's last five symbols, its label.
    """

    product_code: int
    for_this_product: bool
    last_five: str

    def to_document(self) -> dict[str, object]:
        """Return the check as `check --json` prints it."""
        return {"well_typed": True, **self._asdict()}


def check_key(text: str, descriptor: Descriptor) -> KeyCheck:
    """Return what the key that was typed as ``text`` tells.

    Raises:
        KeyMalformed: it is mistyped.
    """
    key = parse_product_key(text)
    return KeyCheck(key.product_code, key.product_code == descriptor.product_code, key.last_five)
