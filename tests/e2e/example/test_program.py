"""The example program, Harbor Notes, as its publisher ships it and its customer uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import Ran, plain_environ
from tests.support.servers import Server

EXAMPLE = Path(__file__).parents[3] / "examples" / "harbor_notes"


class Program:
    """Harbor Notes on one computer."""

    def __init__(self, package: Path, home: Path) -> None:
        self.package = package
        self.home = home
        home.mkdir()

    def run(self, *arguments: str, environ: dict[str, str] | None = None) -> Ran:
        surroundings = (
            plain_environ()
            | (environ or {})
            | {
                "PYTHONPATH": str(self.package),
                "HARBOR_NOTES_HOME": str(self.home / "notes"),
                "MOORING_HOME": str(self.home / "license"),
            }
        )
        done = subprocess.run(
            [sys.executable, "-m", "harbor_notes", *arguments],
            env=surroundings, cwd=self.home, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def program(package: Path, tmp_path: Path) -> Program:
    return Program(package, tmp_path / "computer")


def test_without_a_license_it_runs_with_some_limitations(program: Program):
    for number in range(10):
        assert program.run("add", f"note {number}").exit_code == 0
    refused = program.run("add", "one too many")
    assert refused.exit_code == 1
    assert "10 notes" in refused.text
    assert program.run("list").out.count("note ") == 10
    assert program.run("search", "NOTE 3").out.count("\n") == 1
    exported = program.run("export", "notes.pdf")
    assert exported.exit_code == 1
    assert "Export to PDF" in exported.err
    assert not (program.home / "notes.pdf").exists()
    about = program.run("about")
    assert "Harbor Notes is not activated" in about.out
    assert "Traceback" not in refused.text + exported.text


def test_a_pro_key_opens_everything(program: Program, server: Server):
    (key,) = server.mint(1, edition="pro", policy="anywhere")
    activated = program.run("activate", key)
    assert activated.exit_code == 0, activated
    assert "Harbor Notes is activated" in activated.out
    for number in range(11):
        assert program.run("add", f"note {number}").exit_code == 0
    exported = program.run("export", "notes.pdf")
    assert exported.exit_code == 0
    pdf = (program.home / "notes.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-1.4")
    assert pdf.count(b"note ") == 11
    assert "Activation would add" not in program.run("about").out


def test_a_home_key_opens_what_home_has(program: Program, server: Server):
    (key,) = server.mint(1, edition="home", policy="anywhere")
    assert program.run("activate", key).exit_code == 0
    for number in range(11):
        assert program.run("add", f"note {number}").exit_code == 0
    exported = program.run("export", "notes.pdf")
    assert exported.exit_code == 1
    assert "Export to PDF" in exported.err


def test_a_mistyped_key_is_told_in_words(program: Program):
    told = program.run("activate", "BCDFG-HJKMN-PQRTV-WXY23-46788")
    assert told.exit_code == 1
    assert "Traceback" not in told.err
    assert len(told.err.splitlines()) == 1
    assert "Harbor Notes is not activated" in program.run("about").out


def test_the_example_ships_without_anybodys_descriptor():
    assert not (EXAMPLE / "harbor_notes" / "mooring.json").exists()
