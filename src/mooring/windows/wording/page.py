"""The page about Windows: the headline, the three answers, and what stands beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.core.wording.catalogue import ENGLISH, mark, translator
from mooring.core.wording.sentences import day, state_sentence
from mooring.windows.domain import activation, channels
from mooring.windows.wording import LOCALES
from mooring.windows.wording.codes import code_document
from mooring.windows.wording.places import activation_page
from mooring.windows.wording.refusals import refusal_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mooring.windows.domain.activation import WindowsActivation

Tone = Literal["good", "warning", "bad"]

_DAY = timedelta(days=1)
_TONES: Mapping[str, Tone] = {activation.ACTIVATED: "good", activation.GRACE: "warning"}

LINKED_SENTENCE = mark("Windows is activated with a digital license linked to your Microsoft account")
"""What Settings says where the license is linked."""

_QUESTIONS = (mark("Is it active"), mark("How"), mark("Linked to a Microsoft account"))
_LABELS = (mark("Version"), mark("Edition"), mark("Product key ending in"), mark("Language"))

_STATUSES: Mapping[str, str] = {
    "unlicensed": mark("No: Windows has no license (status 0, unlicensed)"),
    "licensed": mark("Yes (status 1, licensed)"),
    "oob_grace": mark("Not yet: Windows is new and works in full for now (status 2, first grace period)"),
    "oot_grace": mark(
        "Not any more: it must be activated again after a change, and works in full for now (status "
        "3, grace period out of tolerance)"
    ),
    "non_genuine_grace": mark(
        "No: Windows takes this copy for one that is not genuine (status 4, grace period of a copy "
        "not genuine)"
    ),
    "notification": mark("No: Windows works with limits and reminds of activation (status 5, notification)"),
    "extended_grace": mark("Not yet: the grace period was extended (status 6, extended grace period)"),
    "unknown": mark("Unknown: the answer of Windows holds no status"),
}

CHANNELS: Mapping[str, str] = {
    channels.RETAIL: mark("Retail: bought by itself; it may move to another PC"),
    channels.OEM_DM: mark(
        "OEM:DM: came with this PC, its product key lies in the firmware; it stays with this PC"
    ),
    channels.OEM_SLP: mark("OEM:SLP: installed by the PC's maker, and stays with this PC"),
    channels.OEM_COA: mark(
        "OEM:COA: came with this PC, with its product key on a label; it stays with this PC"
    ),
    channels.VOLUME_MAK: mark("Volume:MAK: a key of an organization that activates many PCs, each once"),
    channels.VOLUME_KMS: mark(
        "Volume:GVLK: an organization's activation service (KMS or Active Directory) renews it"
    ),
    channels.KMS_HOST: mark("Volume:CSVLK: this computer is an organization's activation service itself"),
    channels.VIRTUAL_MACHINE: mark("Automatic activation of a virtual machine by the server that it runs on"),
    channels.SUBSCRIPTION: mark("Subscription: an organization's account activates it, over Azure"),
    channels.EVALUATION: mark("Evaluation: to try it out for a limited time"),
    channels.UNKNOWN: mark("Unknown: Windows does not say how it was sold"),
}

_DIGITAL = mark("Nobody typed a product key: the digital license of this hardware activates it")
_KEY_OR_DIGITAL = mark("Whether Settings calls it a digital license or a product key, only Settings tells")

_GRACE = mark("{product} must be activated by {date}; it works in full until then")
_GRACE_WITHOUT_END = mark("{product} must be activated soon; it works in full until then")
_UNKNOWN_STATE = mark("{product} does not tell whether it is activated")

_LINK_UNKNOWN = mark(
    "Unknown: no documented interface tells it. Look at {page}: it is linked if it says "
    "“{sentence}”. Without the words about the account, it is not"
)
_LINK_DOES_NOT_APPLY = mark(
    "Does not apply: such a license belongs to an organization, a server or a trial, not to a person"
)

_LINK_FIRST = mark("Link Windows to a Microsoft account before you change hardware: `mooring windows link`")
_RENEWS = mark(
    "It must be renewed by {date}. Windows does that by itself where it reaches the organization's service"
)


class WindowsPage(NamedTuple):
    """Everything that is said about Windows.

    Attributes:
        sentence: the headline.
        tone: how to color it.
        problem: ``code``, ``title``, ``detail`` and ``next`` of what is wrong; None where all is well.
        answers: the three questions, each with its answer.
        facts: labels and values of what is known besides.
        advice: sentences of what the person had better know.
    """

    sentence: str
    tone: Tone
    problem: Mapping[str, object] | None
    answers: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]


def windows_page(windows: WindowsActivation, *, at: datetime, language: str = ENGLISH) -> WindowsPage:
    """Return the page about ``windows`` as it is at the moment ``at``."""
    say = translator(language, LOCALES).gettext
    answers = (_status_line(windows, at, language), _channel_line(windows, say), _link_line(windows, say))
    return WindowsPage(
        sentence=_sentence(windows, at, language),
        tone=_TONES.get(windows.state, "bad"),
        problem=_problem(windows, language),
        answers=tuple((say(question), answer) for question, answer in zip(_QUESTIONS, answers, strict=True)),
        facts=tuple(_facts(windows, say)),
        advice=tuple(_advice(windows, say)),
    )


def name_of(windows: WindowsActivation) -> str:
    """Return what this Windows is called: ``Windows 11 Pro``."""
    caption = windows.system.caption.replace("®", "").strip().removeprefix("Microsoft").strip()
    if caption:
        return caption
    return "Windows 11" if windows.is_windows_11 and not windows.is_server else "Windows"


def status_name(windows: WindowsActivation) -> str:
    """Return the name of LicenseStatus, such as ``licensed``; ``unknown`` for a number that has none."""
    status = windows.product.status if windows.product else 0
    names = activation.STATUS_NAMES
    return names[status] if status is not None and 0 <= status < len(names) else "unknown"


def _sentence(windows: WindowsActivation, at: datetime, language: str) -> str:
    product, say = name_of(windows), translator(language, LOCALES).gettext
    if windows.state == activation.GRACE:
        date = day(windows.ends_at) if windows.ends_at else ""
        return say(_GRACE if date else _GRACE_WITHOUT_END).format(product=product, date=date)
    if windows.state == activation.UNKNOWN:
        return say(_UNKNOWN_STATE).format(product=product)
    return state_sentence(
        product, windows.state, windows.method, at=at, ends_at=windows.ends_at, language=language
    )


def _problem(windows: WindowsActivation, language: str) -> dict[str, object] | None:
    """Return what is wrong and what helps: nobody is left without a next step."""
    if windows.problem is not None:
        return code_document(windows.problem, channel=windows.channel, language=language)
    if windows.state == activation.UNKNOWN:
        return refusal_document("no_answer", language=language)
    if windows.state == activation.ACTIVATED:
        return None
    return refusal_document("no_reason", channel=windows.channel, language=language)


def _status_line(windows: WindowsActivation, at: datetime, language: str) -> str:
    say = translator(language, LOCALES)
    line = say.gettext(_STATUSES[status_name(windows)])
    if windows.ends_at is None or windows.ends_at <= at:
        return line
    days = (windows.ends_at - at) // _DAY
    left = (
        say.ngettext("{days} day left", "{days} days left", days).format(days=days)
        if days
        else say.gettext("less than a day left")
    )
    return f"{line} · {left}"


def _channel_line(windows: WindowsActivation, say: Callable[[str], str]) -> str:
    line = say(CHANNELS[windows.channel])
    if windows.state != activation.ACTIVATED or windows.channel not in channels.PERSONAL:
        return line
    return f"{line}. {say(_DIGITAL if windows.method == 'digital_license' else _KEY_OR_DIGITAL)}"


def _link_line(windows: WindowsActivation, say: Callable[[str], str]) -> str:
    if windows.linked == activation.DOES_NOT_APPLY:
        return say(_LINK_DOES_NOT_APPLY)
    return say(_LINK_UNKNOWN).format(page=activation_page(windows, say), sentence=say(LINKED_SENTENCE))


def _facts(windows: WindowsActivation, say: Callable[[str], str]) -> list[tuple[str, str]]:
    product, system = windows.product, windows.system
    values = (
        system.version,
        product.family if product else "",
        (product.last_five or "") if product else "",
        system.language or "",
    )
    return [(say(label), value) for label, value in zip(_LABELS, values, strict=True) if value]


def _advice(windows: WindowsActivation, say: Callable[[str], str]) -> list[str]:
    if windows.state != activation.ACTIVATED:
        return []
    if windows.linked == activation.UNKNOWN:
        return [say(_LINK_FIRST)]
    if windows.method == "organization" and windows.ends_at is not None:
        return [say(_RENEWS).format(date=day(windows.ends_at))]
    return []
