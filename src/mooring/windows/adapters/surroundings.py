"""What linking rests on: an administrator's account, the internet, and opening a page of Settings."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from mooring.windows.adapters.programs import NoEnd, printed_by

ADMINISTRATORS = b"S-1-5-32-544"
"""The security identifier of the group of administrators, the same in every language of Windows."""

CONNECTION_TEST = "http://www.msftconnecttest.com/connecttest.txt"
"""What Windows itself asks to know whether it is online; any other answer is a sign-in page in between."""

CONNECTION_ANSWER = b"Microsoft Connect Test"

_PATIENCE_SECONDS = 8.0
_MOST_BYTES = 1_000_000  # of the groups: an account can be in a thousand


def is_administrator() -> bool | None:
    """Tell whether the person is an administrator of this PC; None where Windows does not tell.

    The groups of the account are asked, not the rights of this window: opened without "Run as administrator"
    it has none, and linking needs none, since Settings asks for them itself.
    """
    system = os.environ.get("SYSTEMROOT") or r"C:\Windows"
    program = os.path.join(system, "System32", "whoami.exe")
    try:
        groups = printed_by(
            [program, "/groups", "/fo", "csv", "/nh"], patience=_PATIENCE_SECONDS, most_bytes=_MOST_BYTES
        )
    except (OSError, NoEnd):
        return None
    return ADMINISTRATORS + b'"' in groups if b"S-1-" in groups else None


def is_online(address: str = CONNECTION_TEST, *, patience: float = _PATIENCE_SECONDS) -> bool:
    """Tell whether the internet is there, through the proxy that this PC is set to."""
    from http.client import HTTPException  # noqa: PLC0415 - only linking asks
    from urllib.request import urlopen  # noqa: PLC0415 - the same

    try:
        with urlopen(address, timeout=patience) as answer:  # noqa: S310 - the address is ours
            return bool(answer.read(len(CONNECTION_ANSWER)) == CONNECTION_ANSWER)
    except (OSError, HTTPException, ValueError):
        return False


def open_settings(address: str) -> bool:
    """Open the page of Settings at ``address``; tell whether Windows did."""
    opened = False
    if sys.platform == "win32":
        with suppress(OSError):
            os.startfile(address)  # noqa: S606 - an ms-settings: address from our own list
            opened = True
    return opened
