"""Refusals: why Windows could not be read or explained, or is not to be linked, and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import ENGLISH, mark, translator
from mooring.windows.domain import channels
from mooring.windows.wording import LOCALES
from mooring.windows.wording.codes import written
from mooring.windows.wording.fixes import FIXES, fitting_fix

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refused(NamedTuple):
    """One row, in English; ``action`` is the stable name of the next step, ``label`` what a person reads."""

    title: str
    detail: str
    action: str
    label: str


_BY_HAND = mark("Look at the Activation page of Settings")
_ASK = mark("Ask your organization")

REFUSALS: Mapping[str, Refused] = {
    "not_windows": Refused(
        mark("This computer does not run Windows"),
        mark(
            "Only Windows can be asked how Windows is activated. `mooring status` tells of your programs'"
            " licenses."
        ),
        "use_a_windows_pc",
        mark("Run it on the PC in question"),
    ),
    "no_powershell": Refused(
        mark("Windows cannot be asked: PowerShell is missing or may not run"),
        mark("Mooring asks Windows through PowerShell, which is a part of it, and here it does not start."),
        "look_at_settings",
        _BY_HAND,
    ),
    "too_slow": Refused(
        mark("Windows does not answer in time"),
        mark(
            "Its license service was asked and said nothing. Restart the PC, or try again in a few minutes."
        ),
        "retry",
        mark("Try again later"),
    ),
    "access_denied": Refused(
        mark("Windows does not let this account see its license"),
        mark("Usually everyone may see it; here a rule of the PC's administrator forbids it."),
        "run_as_administrator",
        mark("Run it as an administrator"),
    ),
    "service_disabled": Refused(
        mark("The Windows service that looks after licenses is turned off"),
        mark("An administrator sets the start of Software Protection (sppsvc) to Automatic (Delayed Start)."),
        "service",
        mark("Turn the service on again"),
    ),
    "no_answer": Refused(
        mark("Windows gave no answer that tells of its license"),
        mark("What came back is empty or damaged, so nothing is said here rather than something wrong."),
        "look_at_settings",
        _BY_HAND,
    ),
    "no_reason": Refused(
        mark("Windows gives no reason"),
        FIXES["enter_key"].detail,
        "enter_key",
        FIXES["enter_key"].label,
    ),
    "windows_server": Refused(
        mark("A Windows Server is not linked to a Microsoft account"),
        mark("Its license belongs to an organization, and moves as its contract says."),
        "ask_organization",
        _ASK,
    ),
    "windows_of_an_organization": Refused(
        mark("An organization's license is not linked to a person's account"),
        mark(
            "After new hardware the organization's activation service, or its key, activates Windows again."
        ),
        "ask_organization",
        _ASK,
    ),
    "windows_on_subscription": Refused(
        mark("A Windows on subscription is already held by the account of an organization"),
        mark("On another PC it comes back by signing in there with the account of work or school."),
        "ask_organization",
        _ASK,
    ),
    "windows_evaluation": Refused(
        mark("An evaluation ends on its day, and is not linked to an account"),
        mark("Install the full edition with a key of its own, and link that."),
        "full_version",
        mark("Install the full edition"),
    ),
    "windows_not_activated": Refused(
        mark("Windows is not activated, so there is nothing to link yet"),
        mark("`mooring windows status` says why, and what helps. Activate first, then link."),
        "activate_windows",
        mark("Activate Windows first"),
    ),
    "windows_too_old": Refused(
        mark("This Windows is too old to be linked"),
        mark("Linking came with Windows 10, version 1607. Update Windows, then link."),
        "update_windows",
        mark("Update Windows"),
    ),
    "windows_not_administrator": Refused(
        mark("Linking asks for an administrator of this PC"),
        mark("Sign in to Windows with an account that is an administrator, and run it again there."),
        "run_as_administrator",
        mark("Sign in as an administrator"),
    ),
    "windows_offline": Refused(
        mark("The internet cannot be reached"),
        mark("Signing in with a Microsoft account needs it. Go online, and run it again."),
        "go_online",
        mark("Go online"),
    ),
    "code_malformed": Refused(
        mark("This is no code of Windows"),
        mark("A code is 0x and eight digits or letters A to F, as in 0xC004F074."),
        "check_code",
        mark("Check the code and type it again"),
    ),
}

_FAULT = mark("Windows named the code {code}.")


def refusal_document(
    why: str, *, fault: int | None = None, channel: str = channels.UNKNOWN, language: str = ENGLISH
) -> dict[str, object]:
    """Return ``code``, ``title``, ``detail`` and ``next`` of a refusal; ``fault`` is what Windows named."""
    refused, say = REFUSALS[why], translator(language, LOCALES).gettext
    name = fitting_fix(refused.action, channel)
    if name != refused.action:
        refused = refused._replace(detail=FIXES[name].detail, action=name, label=FIXES[name].label)
    named = f" {say(_FAULT).format(code=written(fault))}" if fault is not None else ""
    return {
        "code": why,
        "title": say(refused.title),
        "detail": say(refused.detail) + named,
        "next": {"action": refused.action, "label": say(refused.label)},
    }
