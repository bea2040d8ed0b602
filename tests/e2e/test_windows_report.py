"""`mooring windows report`: shows first, asks, sends what was shown and nothing else, and takes it back.

The programs of Windows are stood in for, so the command runs in this process; the server is a real one.
"""

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mooring.client.adapters.network import http_network
from mooring.client.doors.cli import build_parser, run
from mooring.command_line.console import Console
from mooring.server.cli.demo.person import Person
from mooring.windows.adapters import powershell
from tests.e2e.test_accounts import sign_in
from tests.support.commands import Laptop
from tests.support.servers import Server
from tests.support.windows_answers import StandInPc, answer

TOLD = {
    "edition": "Professional",
    "channel": "retail",
    "state": "activated",
    "last_five": "3V66T",
    "version": "10.0.22631",
    "build": 22631,
    "problem": None,
}


class Pc:
    """A laptop on which commands run as on a PC with Windows."""

    def __init__(self, laptop: Laptop, windows: StandInPc, capsys: pytest.CaptureFixture[str]) -> None:
        self.laptop = laptop
        self.windows = windows
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        hardware = ["--hardware", str(self.laptop.folder / "hardware.json")]
        exit_code = run(build_parser()[0], [*hardware, "windows", "report", *arguments])
        return exit_code, *self._capsys.readouterr()

    def ask(self, *arguments: str) -> tuple[int, Any]:
        exit_code, out, _ = self.run(*arguments, "--json")
        return exit_code, json.loads(out)


@pytest.fixture
def pc(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Pc:
    """Return a PC whose Windows is activated."""
    root = tmp_path / "windows"
    root.mkdir()
    monkeypatch.setattr(powershell, "is_windows", lambda: True)
    monkeypatch.setenv("SYSTEMROOT", str(root))
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    monkeypatch.setenv("MOORING_DESCRIPTOR", str(laptop.descriptor))
    monkeypatch.setenv("MOORING_HOME", str(laptop.home))
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    windows = StandInPc(root)
    windows.answers(answer("retail/digital_license.json"))
    return Pc(laptop, windows, capsys)


@pytest.fixture
def mia(server: Server, tmp_path: Path) -> Person:
    email = f"mia.{os.urandom(4).hex()}@outlook.example"
    return Person(server.address, email, "a password of four words", str(tmp_path / "cookies.txt"))


@pytest.fixture
def linked(pc: Pc, mia: Person, keys: Iterator[str]) -> Mapping[str, Any]:
    """Return the status of the PC once its license is linked to Mia."""
    pc.laptop.ask("activate", next(keys))
    sign_in(pc.laptop, mia)
    return pc.laptop.ask("link")


def rows(server: Server) -> list[Any]:
    with server.looking() as look:
        return list(look.query("SELECT * FROM windows_pcs"))


def consents(server: Server, device: str) -> list[str]:
    with server.looking() as look:
        kinds = look.query(f"SELECT kind FROM events WHERE device_id = '{device}' ORDER BY id")
        return [kind for (kind,) in kinds if kind.startswith("consent.")]


def sitting(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(Console, "is_interactive", property(lambda console: not console.as_json))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))


def test_elsewhere_than_on_windows_it_declines(laptop: Laptop):
    for how in ((), ("--preview",), ("--agree",)):
        refused = laptop.ask("windows", "report", *how, exit_code=4)
        assert refused["code"] == "not_windows"


def test_the_preview_is_what_is_sent_and_sends_nothing(
    pc: Pc, linked: Mapping[str, Any], server: Server, monkeypatch: pytest.MonkeyPatch
):
    device = linked["device"]["id"]
    before = len(rows(server))
    exit_code, document = pc.ask("--preview")
    assert (exit_code, document["sent"]) == (0, False)
    assert document["would_send"] == {
        "method": "PUT",
        "path": f"/v1/me/windows/{device}",
        "body": TOLD | {"agreed": 1},
    }
    shown = pc.run("--preview")[1]
    assert f"PUT /v1/me/windows/{device}" in shown
    for name, value in TOLD.items():
        assert f"{name}: {json.dumps(value)}" in shown
    assert len(rows(server)) == before

    sent: list[tuple[Any, ...]] = []
    ask = http_network.HttpNetwork.ask
    monkeypatch.setattr(
        http_network.HttpNetwork,
        "ask",
        lambda self, *asked, **how: sent.append(asked) or ask(self, *asked, **how),  # type: ignore[func-returns-value]
    )
    assert pc.ask("--agree") == (0, {"sent": True, "report": TOLD})
    would = document["would_send"]
    assert [(method, path, body) for method, path, *(body,) in sent if method == "PUT"] == [
        (would["method"], would["path"], would["body"])
    ]


def test_without_consent_nothing_is_sent(pc: Pc, linked: Mapping[str, Any], server: Server):
    before = len(rows(server))
    exit_code, refused = pc.ask()
    assert (exit_code, refused["code"]) == (4, "consent_required")
    assert (refused["purpose"], refused["version"]) == ("windows", 1)
    assert len(rows(server)) == before


def test_on_a_terminal_it_asks_and_takes_no_for_an_answer(
    pc: Pc, linked: Mapping[str, Any], server: Server, monkeypatch: pytest.MonkeyPatch
):
    before = len(rows(server))
    sitting(monkeypatch, "n\n")
    exit_code, out, _ = pc.run()
    assert exit_code == 0
    assert "Nothing was sent." in out
    assert len(rows(server)) == before
    sitting(monkeypatch, "y\n")
    exit_code, out, _ = pc.run()
    assert exit_code == 0
    assert "Your account page shows how Windows is activated on this PC." in out
    assert len(rows(server)) == before + 1


def test_agreed_once_it_brings_itself_up_to_date_and_stopped_it_is_gone(
    pc: Pc, linked: Mapping[str, Any], server: Server
):
    device = linked["device"]["id"]
    before = len(rows(server))
    assert pc.ask("--agree")[0] == 0
    pc.windows.answers(answer("volume/kms_unreachable.json"))
    exit_code, document = pc.ask()
    assert (exit_code, document["report"]["problem"]) == (0, "0xC004F074")
    assert len(rows(server)) == before + 1
    assert consents(server, device) == ["consent.given"]

    assert pc.ask("--stop") == (0, {"stopped": True})
    assert len(rows(server)) == before
    assert consents(server, device) == ["consent.given", "consent.withdrawn"]
    assert pc.ask("--stop") == (0, {"stopped": False})
    assert pc.ask()[1]["code"] == "consent_required"


def test_a_pc_without_a_license_of_the_account_is_known_by_what_is_signed_in(
    pc: Pc, mia: Person, server: Server
):
    assert pc.ask("--agree")[1]["code"] == "sign_in_required"
    assert pc.ask("--stop")[1]["code"] == "sign_in_required"
    sign_in(pc.laptop, mia)
    path = pc.ask("--preview")[1]["would_send"]["path"]
    assert len(path.removeprefix("/v1/me/windows/")) == 43
    before = len(rows(server))
    assert pc.ask("--agree")[0] == 0
    assert len(rows(server)) == before + 1
    assert pc.ask("--stop") == (0, {"stopped": True})


def test_windows_that_does_not_answer_is_not_reported(pc: Pc, linked: Mapping[str, Any], server: Server):
    before = len(rows(server))
    pc.windows.answers(answer("damaged/empty.json"))
    exit_code, refused = pc.ask("--agree")
    assert (exit_code, refused["code"]) == (5, "no_answer")
    assert len(rows(server)) == before
