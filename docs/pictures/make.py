"""Draws the README's terminal from a real session: `python docs/pictures/make.py`."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pexpect
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
PORT = "8127"
COMPUTER = """{"board_serial": "MB-4711", "system_uuid": "7b1c4a52-93c8-4d70-b1a9-2f6f0c1de001",
 "root_disk_serial": "S4EWNX0M123456", "mac_addresses": ["3c:7c:3f:10:20:30"],
 "cpu_id": "GenuineIntel-6-151-2"}"""


def main() -> None:
    """Run the session and write `terminal.svg`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "computer.json").write_text(COMPUTER, "utf-8")
        address = f"http://127.0.0.1:{PORT}"
        environment = os.environ | {
            "MOORING_DATA_DIR": str(folder / "data"),
            "MOORING_PUBLIC_URL": address,
            "MOORING_HOME": str(folder / "home"),
            "MOORING_DESCRIPTOR": str(folder / "mooring.json"),
            "TERM": "xterm-256color",
            "COLUMNS": "100",
        }
        mooring = [sys.executable, "-m", "mooring"]

        def quietly(*command: str) -> None:
            subprocess.run([*mooring, *command], env=environment, cwd=folder, check=True, capture_output=True)

        quietly("init", "Harbor Notes", "--edition", "pro", "--entitlement", "export-pdf=Export to PDF")
        quietly("admin", "keys", "mint", "harbor-notes", "pro", "--count", "1", "--output", "keys.csv")
        with (folder / "keys.csv").open(encoding="utf-8", newline="") as file:
            key = next(csv.DictReader(file))["product_key"]
        wrong = key[:8] + ("B" if key[8] != "B" else "C") + key[9:]
        server = subprocess.Popen(
            [*mooring, "serve", "--port", PORT], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(address)
            drawn = Console(record=True, width=100, file=open(os.devnull, "w"))  # noqa: SIM115 - until the end
            for typed, answers in (("activate " + wrong, ["y"]), ("allows export-pdf", [])):
                drawn.print(Text.assemble(("$ ", "green"), (f"mooring {typed}", "bold")))
                drawn.print(Text.from_ansi(_session(mooring, typed, answers, environment)))
            (HERE / "terminal.svg").write_text(_without_fonts(drawn.export_svg(title="mooring")), "utf-8")
        finally:
            server.terminate()
            server.wait()


def _session(mooring: list[str], typed: str, answers: list[str], environment: dict[str, str]) -> str:
    hardware = ["--hardware", str(Path(environment["MOORING_DESCRIPTOR"]).parent / "computer.json")]
    command = [*mooring[1:], *hardware, *typed.split()]
    terminal = pexpect.spawn(mooring[0], command, env=environment, encoding="utf-8", dimensions=(40, 100))
    shown = ""
    for answer in answers:
        terminal.expect(r"\[y/N\] ")
        shown += terminal.before + terminal.after
        terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    return (shown + terminal.before).replace("\r\n", "\n").rstrip() + "\n"


def _without_fonts(picture: str) -> str:
    """Take the downloaded fonts out: a reader's browser should fetch nothing."""
    return re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL).replace(
        "Fira Code, monospace", "monospace"
    )


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(f"{address}/readyz", timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
