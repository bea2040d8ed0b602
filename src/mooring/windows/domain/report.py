"""What a PC tells of its Windows to its owner's account page, once its owner agreed to that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mooring.windows.domain import activation, channels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.windows.domain.activation import WindowsActivation

PURPOSE = "windows"
"""What the consent is for, in the record of consents."""

AGREEMENT = 1
"""The version of what is agreed to: it grows with `WindowsReport`, and then all are asked again."""

STATES = (activation.ACTIVATED, activation.GRACE, activation.NOT_ACTIVATED, activation.UNKNOWN)

_WORD = re.compile(r"[A-Za-z0-9_]{1,32}")
_LAST_FIVE = re.compile(r"[0-9A-Z]{5}")
_VERSION = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,10}){0,3}")
_MOST_BUILD = 10_000_000


class WindowsReport(NamedTuple):
    """All that is told: codes and numbers that read the same in every language, and nothing of the person.

    Attributes:
        edition: the edition's own name, such as ``Professional``.
        channel: what it was sold as: one of `mooring.windows.domain.channels`.
        state: ``activated``, ``grace``, ``not_activated`` or ``unknown``.
        last_five: the end of its product key.
        version: such as ``10.0.22631``.
        build: such as 22631.
        problem: the code of what is wrong, such as ``0xC004F213``.
    """

    edition: str | None
    channel: str
    state: str
    last_five: str | None
    version: str | None
    build: int | None
    problem: str | None

    def to_document(self) -> dict[str, object]:
        """Return it as it is sent."""
        return self._asdict()


def report_of(windows: WindowsActivation) -> WindowsReport:
    """Return what may be told of ``windows``; a value of no known shape stays on the PC."""
    product, system = windows.product, windows.system
    build = system.build
    return WindowsReport(
        edition=_shaped(_WORD, product.family if product else None),
        channel=windows.channel,
        state=windows.state,
        last_five=_shaped(_LAST_FIVE, product.last_five if product else None),
        version=_shaped(_VERSION, system.version),
        build=build if build is not None and 0 <= build <= _MOST_BUILD else None,
        problem=None if windows.problem is None else f"0x{windows.problem:08X}",
    )


def told_by(document: Mapping[str, object]) -> WindowsReport:
    """Return what ``document`` tells, whose members were checked where it came in.

    A state or a channel of a later program is `UNKNOWN` here, and stays one of ours in all that is kept.
    """
    state, channel = document.get("state"), document.get("channel")
    known = frozenset(channels.ALL)
    return WindowsReport(
        edition=_text(document.get("edition")),
        channel=channel if isinstance(channel, str) and channel in known else channels.UNKNOWN,
        state=state if isinstance(state, str) and state in STATES else activation.UNKNOWN,
        last_five=_text(document.get("last_five")),
        version=_text(document.get("version")),
        build=_number(document.get("build")),
        problem=_text(document.get("problem")),
    )


def _shaped(pattern: re.Pattern[str], text: str | None) -> str | None:
    return text if text is not None and pattern.fullmatch(text) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
