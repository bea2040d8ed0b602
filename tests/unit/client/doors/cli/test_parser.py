"""The program's options and help, and which program they name."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from mooring.client.doors.cli import build_parser
from mooring.client.doors.cli.parser import app_for
from mooring.command_line.folding import width_of
from mooring.command_line.parser import WrongUsage
from mooring.command_line.words import words_in
from mooring.testing import FakeServer, a_computer

DEVICE_COMMANDS = {
    "status", "allows", "check", "activate", "trial", "renew", "deactivate", "hardware", "certificate",
    "support-code", "check-connection", "privacy",
    "sign-in", "sign-out", "account", "link", "unlink", "claim", "licenses", "devices", "reactivate",
    "window", "windows",
}  # fmt: skip


@pytest.fixture
def parser():
    return build_parser()[0]


def test_the_devices_commands_are_those_of_the_contract():
    assert set(build_parser()[1].choices) == DEVICE_COMMANDS


@pytest.mark.parametrize(
    "arguments", [["--json", "status"], ["status", "--json"], ["--json", "status", "--json"]]
)
def test_json_is_taken_before_and_after(parser, arguments: list[str]):
    assert parser.parse_args(arguments).json is True


def test_options_before_the_command_are_not_forgotten_after_it(parser):
    chosen = parser.parse_args(["--home", "a", "--language", "de", "status", "--descriptor", "b"])
    assert (chosen.home, chosen.language, chosen.descriptor) == ("a", "de", "b")
    assert parser.parse_args(["--home", "a", "status", "--home", "b"]).home == "b"


def test_what_is_not_given_is_not_there(parser):
    chosen = parser.parse_args(["activate"])
    assert chosen.key is chosen.license is None
    assert not {"json", "home", "descriptor", "hardware", "language"} & set(vars(chosen))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["stats"], "Perhaps: status"),
        (["frobnicate"], "There is no 'frobnicate' here."),
        (["status", "--js"], "--js"),
        (["allows"], "ENTITLEMENT"),
        (["privacy", "previw"], "preview"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_a_sentence_and_says_where_to_read_more(parser, arguments: list[str], says: str):
    with pytest.raises(WrongUsage) as caught:
        parser.parse_args(arguments)
    assert says in str(caught.value)
    assert "--help" in str(caught.value)


def test_help_lists_the_devices_commands_and_the_servers_apart():
    parser, commands, shared = build_parser()
    assert "on the server:" not in parser.format_help()
    commands.add_parser("serve", description="Serve.", parents=[shared])
    device, _, server = parser.format_help().partition("on the server:")
    assert all(f"  {name} " in device for name in DEVICE_COMMANDS)
    assert "serve" in server
    assert "serve" not in device


def test_the_version_is_told(parser, capsys: pytest.CaptureFixture[str]):
    from mooring import __version__

    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"mooring {__version__}\n"


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


def groups_and_commands(parser):
    """Return the parser and every one below it."""
    below = [parser._subparsers._group_actions[0].choices] if parser._subparsers else []
    return [
        parser,
        *(one for choices in below for each in choices.values() for one in groups_and_commands(each)),
    ]


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize("columns", [40, 80])
def test_no_help_is_wider_than_the_terminal_but_for_commands_to_copy(parser, monkeypatch, columns, language):
    monkeypatch.setenv("COLUMNS", str(columns))
    parser.speak(words_in(language))
    for one in groups_and_commands(parser):
        lines = one.format_help().partition("\n\n")[2].splitlines()  # argparse folds the usage itself
        too_wide = [line for line in lines if width_of(line) >= columns]
        assert [line for line in too_wide if not line.startswith("  mooring ") or "   " in line.strip()] == []


def test_what_is_said_behind_an_example_goes_below_it_where_there_is_no_room(parser, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    report = parser.commands.choices["windows"]._subparsers._group_actions[0].choices["report"]
    assert (
        "  mooring windows report --stop\n      has it deleted, and withdraws your consent"
        in report.format_help()
    )
    monkeypatch.setenv("COLUMNS", "120")
    assert "  mooring windows report --stop        has it deleted" in report.format_help()
