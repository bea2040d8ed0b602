"""``mooring doctor``: checks that this server is sound, and says what to do where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.command_line.exit_codes import DONE, REFUSED
from mooring.server.cli.output import Output
from mooring.server.cli.upkeep.checks.examining import examine
from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.settings import SettingInvalid, load_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_MARKS = {"ok": "ok       ", "warning": "warning  ", "problem": "PROBLEM  "}


def run(arguments: argparse.Namespace) -> int:
    """Examine this server; the exit code is 0 where nothing is broken, and 4 where something is."""
    output = Output.of(arguments)
    try:
        findings = examine(load_settings(), at=SystemClock().now())
    except SettingInvalid as error:
        findings = [Finding("settings", "problem", str(error), "Change the setting, then run this again.")]
    sound = all(finding.level != "problem" for finding in findings)
    _tell(output, findings, sound=sound)
    return DONE if sound else REFUSED


def _tell(output: Output, findings: Sequence[Finding], *, sound: bool) -> None:
    for finding in findings:
        output.say(f"{_MARKS[finding.level]}{finding.sentence}")
        if finding.next_step:
            output.say(f"{' ' * len(_MARKS['ok'])}→ {finding.next_step}")
    checks = [
        {
            "check": found.check,
            "level": found.level,
            "detail": found.sentence,
            "next": found.next_step or None,
        }
        for found in findings
    ]
    output.answer({"sound": sound, "checks": checks})
