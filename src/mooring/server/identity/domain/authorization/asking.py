"""What asks: what a person is shown before they let a device act for them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from mooring.server.identity.domain.authorization.oauth_error import OAuthError

LONGEST_NAME = 64
_PRODUCT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_PRODUCT = 64


class Action(StrEnum):
    """What the person was about to do at the device."""

    SIGN_IN = "sign_in"
    ACTIVATE = "activate"
    LINK = "link"
    REACTIVATE = "reactivate"


@dataclass(frozen=True, slots=True)
class Asking:
    """The device that asks, as it describes itself: worth showing, but proof of nothing.

    Attributes:
        product: The slug of the program's product; the name shown for it is the catalog's, not the device's.
        device_name: What the device calls itself: short, on one line, and nothing invisible in it.
        action: What it wants to do.
    """

    product: str | None = None
    device_name: str | None = None
    action: Action = Action.SIGN_IN

    @classmethod
    def read(
        cls, *, product: str | None = None, device_name: str | None = None, action: str | None = None
    ) -> Self:
        """Return what a device says of itself, made safe to show.

        Raises:
            OAuthError: ``invalid_request``: no product can be named so, or there is no such action.
        """
        if product is not None and (len(product) > _LONGEST_PRODUCT or not _PRODUCT.fullmatch(product)):
            raise OAuthError("invalid_request", "product must be a slug such as harbor-notes")
        try:
            wanted = Action(action or Action.SIGN_IN)
        except ValueError:
            raise OAuthError("invalid_request", f"action must be one of {', '.join(Action)}") from None
        return cls(product, _shown(device_name), wanted)


def _shown(name: str | None) -> str | None:
    """Return a name that is what it looks like: a phished code comes with a name made to deceive."""
    words = unicodedata.normalize("NFC", (name or "")[: 4 * LONGEST_NAME]).split()
    visible = ("".join(symbol for symbol in word if symbol.isprintable()) for word in words)
    return " ".join(word for word in visible if word)[:LONGEST_NAME].rstrip() or None
