"""Asking Windows how it is activated: one question through PowerShell, which changes nothing.

It runs without an administrator's rights and without the person's profile. The script writes UTF-8 bytes
itself rather than set the console's code page, which would outlast it in the person's window. Never
asked for: OA3xOriginalProductKey, the whole product key that a maker put into the firmware.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from mooring.windows.adapters.programs import NoEnd, TooSlow, printed_by
from mooring.windows.domain.records import MARK, MOST_BYTES
from mooring.windows.domain.unreadable import WindowsUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 45.0
"""A PC that has just been started takes its time; the license service itself starts on demand."""

WINDOWS_APPLICATION = "55c92734-d682-4d71-983e-d6ec3f16059f"
"""The ApplicationID under which Windows' own editions stand, as against those of Office."""

PRODUCT_FIELDS = (
    "Name,Description,ProductKeyChannel,LicenseFamily,PartialProductKey,LicenseStatus,"
    "LicenseStatusReason,GracePeriodRemaining,EvaluationEndDate,LicenseIsAddon"
)
SERVICE_FIELDS = "Version,SubscriptionType,SubscriptionStatus,SubscriptionEdition"
SYSTEM_FIELDS = "Caption,Version,BuildNumber,ProductType,OperatingSystemSKU,MUILanguages"

_WHICH = f"'ApplicationID=''{WINDOWS_APPLICATION}'' AND PartialProductKey IS NOT NULL'"
_FAILURE = "'{0} {1}' -f $_.FullyQualifiedErrorId, $_.Exception.HResult"

_PRODUCTS = (
    f"Get-CimInstance -ClassName SoftwareLicensingProduct -Filter {_WHICH} | Select-Object {PRODUCT_FIELDS}"
)
_SERVICE = f"Get-CimInstance -ClassName SoftwareLicensingService | Select-Object {SERVICE_FIELDS}"
_SYSTEM = f"Get-CimInstance -ClassName Win32_OperatingSystem | Select-Object {SYSTEM_FIELDS}"
_BYTES = (
    "$bytes = [System.Text.Encoding]::UTF8.GetBytes($text); $out = [System.Console]::OpenStandardOutput()"
)
_MARKED = f"$text = ([char]10, '{MARK[:2]}', '{MARK[2:]}', [char]10, $json, [char]10) -join ''"
"""The mark stands here in two pieces: a PC that prints the commands it runs prints no mark with them."""

_WRITE = "$out.Write($bytes, 0, $bytes.Length); $out.Flush()"

SCRIPT = "; ".join(
    (
        "$ErrorActionPreference = 'Stop'",
        "$ProgressPreference = 'SilentlyContinue'",
        "$failures = @{}; $products = $null; $service = $null; $system = $null",
        f"try {{ $products = @({_PRODUCTS}) }} catch {{ $failures['products'] = {_FAILURE} }}",
        f"try {{ $service = {_SERVICE} }} catch {{ $failures['service'] = {_FAILURE} }}",
        f"try {{ $system = {_SYSTEM} }} catch {{ $failures['system'] = {_FAILURE} }}",
        "$answer = @{ products = $products; service = $service; system = $system; failures = $failures }",
        "$json = ConvertTo-Json -InputObject $answer -Depth 4 -Compress",
        _MARKED,
        f"try {{ {_BYTES}; {_WRITE} }} catch {{ $text }}",
    )
)
"""The question, in one line without a double quote, so that no command line can take it apart.

Where a rule of the PC forbids to write bytes, the text goes out as the console will have it.
"""


def is_windows() -> bool:
    """Tell whether this program runs on Windows."""
    return sys.platform == "win32"


def ask_windows(*, patience: float = PATIENCE_SECONDS) -> bytes:
    """Return what Windows answers: a JSON document, as `read_records` reads it.

    Raises:
        WindowsUnreadable: this is not Windows, PowerShell is missing, or it does not answer in time.
    """
    if not is_windows():
        raise WindowsUnreadable("not_windows")
    for program in powershells():
        try:
            return _asked(program, patience)
        except OSError:  # missing, or forbidden by a rule of the PC
            continue
    raise WindowsUnreadable("no_powershell")


def powershells() -> Iterator[str]:
    """Yield where PowerShell may be: by whole paths, so that nothing in the current folder passes for it."""
    system = os.environ.get("SYSTEMROOT") or r"C:\Windows"
    for folder in ("Sysnative", "System32"):  # a 32-bit Python sees the 64-bit one under the first name
        yield os.path.join(system, folder, "WindowsPowerShell", "v1.0", "powershell.exe")
    programs = os.environ.get("PROGRAMFILES")
    if programs:
        yield os.path.join(programs, "PowerShell", "7", "pwsh.exe")


def _asked(program: str, patience: float) -> bytes:
    command = [program, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", SCRIPT]
    try:
        return printed_by(command, patience=patience, most_bytes=MOST_BYTES)
    except TooSlow:
        raise WindowsUnreadable("too_slow") from None
    except NoEnd:
        raise WindowsUnreadable("no_answer") from None
