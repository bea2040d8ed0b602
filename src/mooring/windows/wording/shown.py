"""What a PC told of its Windows, in words: for the page of its owner's account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import ENGLISH, mark, translator
from mooring.windows.domain import activation
from mooring.windows.wording import LOCALES
from mooring.windows.wording.codes import code_document
from mooring.windows.wording.page import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.windows.domain.report import WindowsReport

_STATES: Mapping[str, str] = {
    activation.ACTIVATED: mark("Activated"),
    activation.GRACE: mark("Must be activated soon"),
    activation.NOT_ACTIVATED: mark("Not activated"),
    activation.UNKNOWN: mark("Windows does not tell"),
}
_TONES: Mapping[str, str] = {
    activation.ACTIVATED: "good",
    activation.GRACE: "warning",
    activation.NOT_ACTIVATED: "warning",
    activation.UNKNOWN: "",
}
_EDITIONS: Mapping[str, str] = {
    "Core": "Home",
    "CoreN": "Home N",
    "CoreSingleLanguage": "Home Single Language",
    "CoreCountrySpecific": "Home China",
    "Professional": "Pro",
    "ProfessionalN": "Pro N",
    "ProfessionalWorkstation": "Pro for Workstations",
    "ProfessionalEducation": "Pro Education",
    "EnterpriseN": "Enterprise N",
    "EnterpriseS": "Enterprise LTSC",
    "EnterpriseEval": "Enterprise Evaluation",
    "EnterpriseSEval": "Enterprise LTSC Evaluation",
    "ServerStandard": "Server Standard",
    "ServerDatacenter": "Server Datacenter",
    "ServerStandardEval": "Server Standard Evaluation",
    "ServerDatacenterEval": "Server Datacenter Evaluation",
}
"""What Microsoft calls an edition, by its own name; the others are called so, too."""
_FIRST_BUILDS = ((22000, "11"), (10240, "10"))


class ShownWindows(NamedTuple):
    """A PC's Windows in words.

    Attributes:
        name: such as ``Windows 11 Pro``.
        state: is it active.
        tone: ``good``, ``warning``, or nothing where it is neither.
        channel: how it was sold.
        problem: what is wrong, with its code; empty where nothing is.
    """

    name: str
    state: str
    tone: str
    channel: str
    problem: str


def shown_windows(report: WindowsReport, *, language: str = ENGLISH) -> ShownWindows:
    """Return what ``report`` says, in ``language``."""
    say = translator(language, LOCALES).gettext
    return ShownWindows(
        name=_name(report),
        state=say(_STATES[report.state]),
        tone=_TONES[report.state],
        channel=say(CHANNELS[report.channel]),
        problem=_problem(report, language),
    )


def _name(report: WindowsReport) -> str:
    edition = _EDITIONS.get(report.edition or "", report.edition or "")
    build = report.build or 0
    number = next((number for first, number in _FIRST_BUILDS if build >= first), "")
    words = ("Windows", "" if edition.startswith("Server") else number, edition)
    return " ".join(word for word in words if word)


def _problem(report: WindowsReport, language: str) -> str:
    if report.problem is None:
        return ""
    document = code_document(int(report.problem, 16), channel=report.channel, language=language)
    return f"{document['title']} ({report.problem})"
