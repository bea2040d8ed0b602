"""Codes: what Windows means by each, in our own words, and which fix helps.

Sources: Microsoft's pages "Troubleshoot Windows activation error codes" and "Get help with Windows activation
errors", and the messages in the Windows SDK's slerror.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import ENGLISH, mark, translator
from mooring.windows.domain import channels
from mooring.windows.wording import LOCALES
from mooring.windows.wording.fixes import FIXES, fitting_fix

if TYPE_CHECKING:
    from collections.abc import Mapping


class Meaning(NamedTuple):
    """What a code means, in English, and the name of the fix that helps."""

    title: str
    fix: str


_NO_SERVICE_IN_DNS = mark("The organization's activation service is not listed in the network's name service")
_BLOCKED = mark("Microsoft blocks this product key")
_USED_UP = mark("The product key is used on as many PCs as it may be")
_OTHER_EDITION = mark("The product key is for another edition of Windows")
_HARDWARE = mark("The hardware changed too much since Windows was activated")
_NO_LICENSE = mark("Microsoft knows no license for this PC and this edition")
_KEY_INVALID = mark("The product key is not valid for this Windows")
_NOT_GENUINE = mark("Windows takes this copy for one that is not genuine")
_MAK_USED_UP = mark("The organization's key was used as often as it may be")
_TIME_OVER = mark("The time in which Windows had to be activated is over")

MEANINGS: Mapping[int, Meaning] = {
    # Said while all is well, or while time is left
    0x4004F00C: Meaning(mark("Windows runs in the time it has to be activated"), "enter_key"),
    0x4004F00D: Meaning(
        mark("Windows runs in the time it has to be activated again after a change"), "hardware"
    ),
    0x4004F040: Meaning(
        mark("Windows is activated; its terms of use ask the owner to check the license"), "nothing"
    ),
    0x4004F401: Meaning(mark("Windows is activated with a digital license"), "nothing"),
    0x4004FC04: Meaning(mark("Windows is activated for a limited time"), "nothing"),
    # Keys
    0xC004C001: Meaning(mark("Microsoft's activation server does not know this product key"), "check_key"),
    0xC004C003: Meaning(_BLOCKED, "replace_key"),
    0xC004C060: Meaning(_BLOCKED, "replace_key"),
    0xC004F051: Meaning(_BLOCKED, "replace_key"),
    0x803FA068: Meaning(_BLOCKED, "replace_key"),
    0xC004C008: Meaning(_USED_UP, "free_or_buy"),
    0x803FA071: Meaning(_USED_UP, "free_or_buy"),
    0xC004C020: Meaning(_MAK_USED_UP, "volume_key"),
    0xC004C021: Meaning(_MAK_USED_UP, "volume_key"),
    0xC004B100: Meaning(
        mark("Microsoft's activation server will not activate this PC with this key"), "check_key"
    ),
    0xC004E016: Meaning(_OTHER_EDITION, "edition"),
    0xC004F210: Meaning(_OTHER_EDITION, "edition"),
    0xC004F212: Meaning(_OTHER_EDITION, "edition"),
    0xC004F015: Meaning(mark("The license that belongs to the product key is not installed"), "edition"),
    0xC004F014: Meaning(mark("No product key is installed"), "enter_key"),
    0xC004F050: Meaning(_KEY_INVALID, "check_key"),
    0x80070490: Meaning(_KEY_INVALID, "check_key"),
    0x803FA065: Meaning(_KEY_INVALID, "check_key"),
    0x803FA06C: Meaning(_KEY_INVALID, "check_key"),
    0xC004F061: Meaning(mark("The product key is only for an upgrade of an earlier Windows"), "genuine"),
    0xC004F035: Meaning(mark("The organization's key needs a Windows that came with the PC"), "volume_key"),
    0xC004F02C: Meaning(mark("The code from the telephone is not well formed"), "phone_code"),
    # Digital licenses and hardware
    0x803F7001: Meaning(_NO_LICENSE, "enter_key"),
    0x803FA067: Meaning(
        mark("There is no license for the edition to which Windows was to be changed"), "edition"
    ),
    0xC004F034: Meaning(_NO_LICENSE, "enter_key"),
    0xC004F211: Meaning(_HARDWARE, "hardware"),
    0xC004F213: Meaning(
        mark("No product key is found on this PC; a part of its hardware may have changed"), "hardware"
    ),
    0xC004F00F: Meaning(_HARDWARE, "hardware"),
    0xC004E028: Meaning(mark("Another activation of this PC is still under way"), "wait"),
    # Time that is over, and copies that are not genuine
    0xC004F009: Meaning(_TIME_OVER, "enter_key"),
    0xC004C532: Meaning(_TIME_OVER, "enter_key"),
    0xC004FC07: Meaning(mark("The time for which this Windows was activated is over"), "full_version"),
    0xC004F064: Meaning(_NOT_GENUINE, "genuine"),
    0xC004F065: Meaning(_NOT_GENUINE, "genuine"),
    0xC004F200: Meaning(_NOT_GENUINE, "genuine"),
    0x8004FE21: Meaning(mark("Windows was altered: its own files are not the genuine ones"), "repair"),
    # An organization's activation service
    0xC004F038: Meaning(
        mark("Too few PCs have asked the organization's activation service so far"), "organization"
    ),
    0xC004F039: Meaning(mark("The organization's activation service does not answer"), "organization"),
    0xC004F041: Meaning(
        mark("The organization's activation service is not activated itself"), "organization"
    ),
    0xC004F042: Meaning(
        mark("The organization's activation service cannot activate this Windows"), "organization"
    ),
    0xC004F06C: Meaning(
        mark("This PC's clock differs from that of the organization's activation service"), "clock"
    ),
    0xC004F074: Meaning(mark("No activation service of the organization can be reached"), "organization"),
    0x8007007B: Meaning(_NO_SERVICE_IN_DNS, "organization"),
    0x8007232B: Meaning(_NO_SERVICE_IN_DNS, "organization"),
    0x8007251D: Meaning(_NO_SERVICE_IN_DNS, "organization"),
    0x80092328: Meaning(_NO_SERVICE_IN_DNS, "organization"),
    0x8007232A: Meaning(mark("The network's name service fails"), "organization"),
    0x8007267C: Meaning(mark("This PC knows no name service to ask"), "online"),
    0x800706BA: Meaning(
        mark("The organization's activation service is behind a firewall, or gone"), "organization"
    ),
    # The way to Microsoft
    0xC004FC03: Meaning(mark("Microsoft's activation servers cannot be reached"), "online"),
    0x80072EE7: Meaning(mark("The address of Microsoft's activation servers cannot be found"), "online"),
    0x80072EFD: Meaning(mark("No connection to Microsoft's activation servers comes about"), "online"),
    0x80072F8F: Meaning(mark("The connection is not trusted, mostly because the clock is wrong"), "clock"),
    0x87E10BC6: Meaning(
        mark("The activation server, or the license service of Windows, fails just now"), "wait"
    ),
    # This PC
    0x80070005: Meaning(mark("Windows refuses access: an administrator is needed"), "administrator"),
    0x80004005: Meaning(mark("Windows' activation failed without saying why"), "repair"),
    0x80070422: Meaning(mark("The Windows service that looks after licenses is turned off"), "service"),
    0xC004E003: Meaning(mark("Windows cannot read its own licenses"), "repair"),
    0xC004F012: Meaning(mark("Windows misses a value in its own licenses"), "repair"),
    0xC004D302: Meaning(mark("Windows' license store was reset: the PC must be restarted"), "restart"),
}
"""By the code's 32 bits."""

_UNKNOWN = mark("Windows gives a code that Mooring has no words for")


def written(code: int) -> str:
    """Return ``code`` as Windows shows it.

    >>> written(0xC004F074)
    '0xC004F074'
    """
    return f"0x{code:08X}"


def code_document(
    code: int, *, channel: str = channels.UNKNOWN, language: str = ENGLISH, locales: str = LOCALES
) -> dict[str, object]:
    """Return ``code``, ``title``, ``detail`` and ``next``: what it means, and what helps a copy so sold."""
    meaning = MEANINGS.get(code, Meaning(_UNKNOWN, "look_up"))
    name = fitting_fix(meaning.fix, channel)
    fix, say = FIXES[name], translator(language, locales).gettext
    return {
        "code": written(code),
        "title": say(meaning.title),
        "detail": say(fix.detail).format(code=written(code)),
        "next": {"action": name, "label": say(fix.label)},
    }
