"""The identifiers that a person types: what cannot be one is wrong usage, and nobody is asked about it."""

from __future__ import annotations

from mooring.command_line.parser import WrongUsage
from mooring.core.identifiers import DEVICE, LICENSE, is_identifier
from mooring.core.wording.catalogue import mark

_NO_DEVICE = mark(
    "{typed} cannot be the id of a device: that is {prefix} and 26 letters and digits. "
    "`{command}` lists yours."
)
_NO_LICENSE = mark(
    "{typed} cannot be the id of a license: that is {prefix} and 26 letters and digits. "
    "`{command}` lists yours."
)


def device_id(text: str) -> str:
    """Return ``text`` as the identifier of a device.

    Raises:
        WrongUsage: it cannot be one.
    """
    return _identifier(text, DEVICE, _NO_DEVICE, "mooring devices")


def license_id(text: str) -> str:
    """Return ``text`` as the identifier of a license.

    Raises:
        WrongUsage: it cannot be one.
    """
    return _identifier(text, LICENSE, _NO_LICENSE, "mooring licenses")


def _identifier(text: str, prefix: str, complaint: str, listing: str) -> str:
    typed = text.strip()
    if not is_identifier(typed, prefix):
        raise WrongUsage(complaint, typed=repr(typed), prefix=f"{prefix}_", command=listing)
    return typed
