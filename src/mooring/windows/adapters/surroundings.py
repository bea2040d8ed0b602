"""What linking rests on: an administrator's account, the internet, and opening a page of Settings."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

from mooring.windows.adapters.powershell import NO_WINDOW

ADMINISTRATORS = b"S-1-5-32-544"
"""The security identifier of the group of administrators, the same in every language of Windows."""

CONNECTION_TEST = "http://www.msftconnecttest.com/connecttest.txt"
"""What Windows itself asks to know whether it is online; any other answer is a sign-in page in between."""

CONNECTION_ANSWER = b"Microsoft Connect Test"

_PATIENCE_SECONDS = 8.0


def is_administrator() -> bool | None:
    """Tell whether the person is an administrator of this PC; None where Windows does not tell.

    The groups of the account are asked, not the rights of this window: opened without "Run as administrator"
    it has none, and linking needs none, since Settings asks for them itself.
    """
    system = os.environ.get("SYSTEMROOT") or r"C:\Windows"
    program = os.path.join(system, "System32", "whoami.exe")
    try:
        done = subprocess.run(  # noqa: S603 - a program of Windows
            [program, "/groups", "/fo", "csv", "/nh"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_SECONDS,
            check=False,
            creationflags=NO_WINDOW,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if b"S-1-" not in done.stdout:
        return None
    return ADMINISTRATORS + b'"' in done.stdout


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
