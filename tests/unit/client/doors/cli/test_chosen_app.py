"""Which program a command is about: the options first, then the environment, else a plain question."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from mooring.client.doors.cli.chosen_app import app_for
from mooring.command_line.parser import WrongUsage
from mooring.testing import FakeServer, a_computer


@pytest.fixture
def descriptor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MOORING_DESCRIPTOR", raising=False)
    monkeypatch.setenv("MOORING_HOME", str(tmp_path / "home"))
    file = tmp_path / "mooring.json"
    file.write_text(json.dumps(FakeServer(name="Harbor Notes").descriptor))
    return file


def test_the_option_names_the_descriptor(descriptor: Path):
    assert app_for(Namespace(descriptor=str(descriptor))).descriptor.name == "Harbor Notes"


def test_the_environment_names_it_where_no_option_does(descriptor: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOORING_DESCRIPTOR", str(descriptor))
    assert app_for(Namespace()).descriptor.name == "Harbor Notes"
    missing = str(descriptor.with_name("other.json"))
    with pytest.raises(WrongUsage, match=r"other\.json"):
        app_for(Namespace(descriptor=missing))


@pytest.mark.parametrize("named", [None, ""])
def test_without_one_it_asks_which_program_is_meant(
    descriptor: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
):
    monkeypatch.setenv("MOORING_DESCRIPTOR", "")
    with pytest.raises(WrongUsage, match="--descriptor FILE, or the variable MOORING_DESCRIPTOR"):
        app_for(Namespace(descriptor=named))


def test_home_hardware_and_language_are_taken(descriptor: Path, tmp_path: Path):
    hardware = tmp_path / "hardware.json"
    hardware.write_text(json.dumps(a_computer()))
    descriptor.write_text(
        json.dumps(FakeServer().descriptor | {"lab": True, "servers": ["http://127.0.0.1:9"]})
    )
    options = {"descriptor": str(descriptor), "home": str(tmp_path / "elsewhere"), "language": "de"}
    app = app_for(Namespace(**options, hardware=str(hardware)))
    assert app.hardware().weight == 100
    assert app.status().language == "de"
    hardware.write_text("{")
    with pytest.raises(WrongUsage):
        app_for(Namespace(**options, hardware=str(hardware)))


def test_a_descriptor_that_is_none_is_wrong_usage(descriptor: Path):
    descriptor.write_text("{}")
    with pytest.raises(WrongUsage, match="descriptor"):
        app_for(Namespace(descriptor=str(descriptor)))
