"""What Windows may answer, from tests/corpus/windows, and a PC that answers so by real processes."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "corpus" / "windows"
ANSWERS: dict[str, dict[str, Any]] = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

ADMINISTRATOR = '"BUILTIN\\Administrators","Alias","S-1-5-32-544","Group used for deny only"'
EVERYONE = '"Everyone","Well-known group","S-1-1-0","Mandatory group"'


def answer(name: str) -> bytes:
    """Return what Windows answers in the situation ``name``."""
    return (FOLDER / name).read_bytes()


class StandInPc:
    """A folder like that of Windows whose programs are scripts, started as on a PC.

    No Windows can be had here; this stands in for its programs, and the test says that it is one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.powershell = root / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
        self.whoami = root / "System32" / "whoami.exe"
        self.asked = root / "asked"

    def answers(self, document: bytes) -> None:
        """Let PowerShell answer ``document``, and write down what it was asked."""
        said = self.root / "said"
        said.write_bytes(document)
        self.runs(self.powershell, f"printf '%s\\n' \"$@\" > '{self.asked}'\ncat '{said}'")

    def is_used_by(self, *groups: str) -> None:
        """Let the person be a member of ``groups``."""
        said = self.root / "groups"
        said.write_text("\n".join(groups), encoding="utf-8")
        self.runs(self.whoami, f"cat '{said}'")

    def runs(self, program: Path, script: str) -> None:
        """Let ``program`` be the shell script ``script``."""
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
