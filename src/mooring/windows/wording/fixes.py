"""Fixes: what a person can do about a trouble with Windows' activation, each with a short label."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import mark
from mooring.windows.domain import channels

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fix(NamedTuple):
    """One fix in English: what to do, and the label of it as a next step."""

    detail: str
    label: str


FIXES: Mapping[str, Fix] = {
    "nothing": Fix(
        mark("Nothing needs to be done."),
        mark("Nothing to do"),
    ),
    "wait": Fix(
        mark("The fault is not in this PC. Stay online, restart it, and try again in a few hours."),
        mark("Try again later"),
    ),
    "restart": Fix(
        mark("Restart the PC, and look at the Activation page of Settings again."),
        mark("Restart the PC"),
    ),
    "check_key": Fix(
        mark(
            "Type all 25 characters again under Change product key, on the Activation page of Settings. "
            "If the key is refused again, whoever sold it must replace it."
        ),
        mark("Check the key and type it again"),
    ),
    "enter_key": Fix(
        mark(
            "If you have a product key, type it under Change product key, on the Activation page of "
            "Settings. If this PC had a digital license, choose Troubleshoot there while online."
        ),
        mark("Enter a product key, or troubleshoot"),
    ),
    "replace_key": Fix(
        mark(
            "This key will not be accepted again. Ask whoever sold it for another, or Microsoft's support"
            " whether the block can be lifted."
        ),
        mark("Get another key"),
    ),
    "free_or_buy": Fix(
        mark(
            "Remove Windows' key from the PC that no longer needs it, then choose Troubleshoot on the "
            "Activation page of Settings; otherwise each PC needs a key of its own."
        ),
        mark("Use a key of its own"),
    ),
    "hardware": Fix(
        mark(
            "On the Activation page of Settings choose Troubleshoot, then: I changed hardware on this "
            "device recently. Sign in with the Microsoft account to which the license was linked, and "
            "pick this device."
        ),
        mark("Troubleshoot after a hardware change"),
    ),
    "edition": Fix(
        mark(
            "Compare the edition on the Activation page of Settings with the one that the key is for. Use"
            " a key for the installed edition, or install the edition of the key."
        ),
        mark("Make key and edition fit"),
    ),
    "organization": Fix(
        mark(
            "Connect to your organization's network, or its VPN, and restart the PC. If it stays so, give"
            " this code to your organization's support: its activation service must be set right there."
        ),
        mark("Ask your organization"),
    ),
    "volume_key": Fix(
        mark(
            "Your organization's support can ask Microsoft's volume licensing center for more activations"
            " or for another key."
        ),
        mark("Ask your organization for a key"),
    ),
    "administrator": Fix(
        mark("Do it again from a window that was opened with Run as administrator."),
        mark("Run it as an administrator"),
    ),
    "online": Fix(
        mark(
            "Check the internet connection, a proxy or a firewall in between, and try again from the "
            "Activation page of Settings."
        ),
        mark("Go online"),
    ),
    "clock": Fix(
        mark("Set date, time and time zone right, best by letting Windows set them itself, and try again."),
        mark("Set the clock"),
    ),
    "repair": Fix(
        mark(
            "Run `DISM /Online /Cleanup-Image /RestoreHealth` and then `sfc /scannow` as an "
            "administrator, and restart. If it stays so, an in-place repair of Windows keeps files and "
            "programs."
        ),
        mark("Repair Windows"),
    ),
    "service": Fix(
        mark(
            "The service Software Protection (sppsvc) was turned off. An administrator sets its start to "
            "Automatic (Delayed Start), and restarts the PC."
        ),
        mark("Turn the service on again"),
    ),
    "phone_code": Fix(
        mark("Compare the digits with what the telephone said, group by group, and type them again."),
        mark("Check the code and type it again"),
    ),
    "genuine": Fix(
        mark(
            "Buy a license from Microsoft or a dealer you trust, and type its key under Change product "
            "key, on the Activation page of Settings."
        ),
        mark("Get a genuine license"),
    ),
    "full_version": Fix(
        mark(
            "Back up your files, then install the full edition with a key of its own before the time is over."
        ),
        mark("Install the full edition"),
    ),
    "look_up": Fix(
        mark(
            "`slui 0x2a {code}` shows what Windows itself says about it; Microsoft's support knows it by "
            "this code."
        ),
        mark("Look it up"),
    ),
}
"""By the stable name of each step."""

_OF_PERSONS = frozenset({"enter_key", "hardware", "free_or_buy"})
"""What only the owner of a license can do, with a key or a Microsoft account of their own."""

_INSTEAD: Mapping[str, str] = {
    channels.VOLUME_KMS: "organization",
    channels.KMS_HOST: "organization",
    channels.VIRTUAL_MACHINE: "organization",
    channels.SUBSCRIPTION: "organization",
    channels.VOLUME_MAK: "volume_key",
    channels.EVALUATION: "full_version",
}


def fitting_fix(name: str, channel: str) -> str:
    """Return the name of the fix that helps a copy of ``channel``.

    >>> fitting_fix("hardware", "volume_kms"), fitting_fix("hardware", "retail")
    ('organization', 'hardware')
    """
    return _INSTEAD.get(channel, name) if name in _OF_PERSONS else name
