"""The identifiers that a person types: what cannot be one is wrong usage, and nobody is asked about it."""

from __future__ import annotations

from mooring.command_line.parser import WrongUsage
from mooring.core.identifiers import DEVICE, LICENSE, is_identifier


def device_id(text: str) -> str:
    """Return ``text`` as the identifier of a device.

    Raises:
        WrongUsage: it cannot be one.
    """
    return _identifier(text, DEVICE, "a device", "mooring devices")


def license_id(text: str) -> str:
    """Return ``text`` as the identifier of a license.

    Raises:
        WrongUsage: it cannot be one.
    """
    return _identifier(text, LICENSE, "a license", "mooring licenses")


def _identifier(text: str, prefix: str, what: str, listing: str) -> str:
    typed = text.strip()
    if not is_identifier(typed, prefix):
        raise WrongUsage(
            f"{typed!r} cannot be the id of {what}: that is {prefix}_ and 26 letters and digits. "
            f"`{listing}` lists yours."
        )
    return typed
