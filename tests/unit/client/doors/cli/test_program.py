"""From a command line to an exit code, whatever the command meets."""

import json

import pytest

from mooring.client.domain.errors import (
    InvalidCertificate,
    MooringError,
    NotActivated,
    Refused,
    ServerUnreachable,
)
from mooring.client.doors.cli import build_parser, run
from mooring.command_line.parser import WrongUsage


class Unforeseen(MooringError):
    """An error that a later version might add."""

    def to_document(self):
        return {"code": "unforeseen", "title": "Unforeseen", "detail": str(self)}


def run_command(work, *options: str) -> int:
    """Run a command `work` that does what is given, and return its exit code."""
    parser, commands, shared = build_parser()
    commands.add_parser("work", parents=[shared]).set_defaults(run=work)
    return run(parser, [*options, "work"])


def meeting(error: BaseException):
    def work(arguments):
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "exit_code", "code"),
    [
        (WrongUsage("Name the file."), 2, "invalid_request"),
        (NotActivated(), 3, "no_digital_license"),
        (Refused("license_revoked"), 4, "license_revoked"),
        (Refused("of_a_later_version"), 4, "of_a_later_version"),
        (ServerUnreachable("nothing answers"), 5, "service_unavailable"),
        (InvalidCertificate("signature"), 5, "certificate_invalid"),
        (Unforeseen("what now"), 1, "unforeseen"),
        (RuntimeError("a bug"), 1, "fault"),
    ],
)
def test_each_error_has_its_exit_code_and_its_document(
    capsys: pytest.CaptureFixture[str], error: Exception, exit_code: int, code: str
):
    assert run_command(meeting(error), "--json") == exit_code
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert document["code"] == code
    assert {"code", "title", "detail"} <= set(document)
    assert shown.err
    assert run_command(meeting(error)) == exit_code
    assert capsys.readouterr().out == ""


def test_a_refusal_is_told_with_title_detail_and_next_step(capsys: pytest.CaptureFixture[str]):
    run_command(meeting(Refused("seat_limit_reached", {"seats": 3})))
    title, detail, following, command, *_ = capsys.readouterr().err.splitlines()
    assert title == "✗ All seats are taken"
    assert detail.startswith("  ")
    assert "3" in detail or "seat" in detail
    assert following.startswith("  → ")
    assert command.startswith("    mooring sign-in ")


WORDS = {
    "title": "Moored elsewhere",
    "detail": "It lies in another harbor.",
    "next": {"action": "a", "label": "b"},
}


def test_a_later_servers_refusal_is_told_in_its_own_words(capsys: pytest.CaptureFixture[str]):
    refused = Refused("of_a_later_version", {"harbor": "Brest"}, fallback=WORDS)
    assert refused.to_document() == {"code": "of_a_later_version", "harbor": "Brest"} | WORDS
    assert run_command(meeting(refused)) == 4
    assert capsys.readouterr().err == "✗ Moored elsewhere\n  It lies in another harbor.\n  → b\n"


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"title": None},
        {"title": 7, "detail": []},
        {"next": "home"},
        {"next": {"action": "a"}},
        {"next": {"action": 1, "label": 2}},
        {"title": "\x1b[2J", "detail": "\x1b]0;x\x07"},
    ],
)
def test_words_that_cannot_be_shown_are_replaced(
    capsys: pytest.CaptureFixture[str], words: dict[str, object]
):
    refused = Refused("of_a_later_version", {"harbor": "Brest"}, fallback=words)
    assert refused.to_document() == Refused("of_a_later_version", {"harbor": "Brest"}).to_document()
    assert run_command(meeting(refused)) == 4
    assert "\x1b" not in capsys.readouterr().err


def test_a_fault_is_told_without_a_traceback_and_shown_with_one_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("MOORING_DEBUG", raising=False)
    assert run_command(meeting(KeyError("x"))) == 1
    told = capsys.readouterr().err
    assert "KeyError" in told
    assert "MOORING_DEBUG=1" in told
    assert "Traceback" not in told
    monkeypatch.setenv("MOORING_DEBUG", "1")
    with pytest.raises(KeyError):
        run_command(meeting(KeyError("x")))


def test_an_interruption_is_no_fault(capsys: pytest.CaptureFixture[str]):
    assert run_command(meeting(KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("exit_code", [0, 3])
def test_a_commands_own_exit_code_is_the_programs(exit_code: int):
    assert run_command(lambda arguments: exit_code) == exit_code


def test_without_any_argument_the_help_is_shown(capsys: pytest.CaptureFixture[str]):
    assert run(build_parser()[0], []) == 2
    assert "on the device:" in capsys.readouterr().out


def test_the_processes_own_arguments_are_the_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.argv", ["mooring", "frobnicate"])
    assert run(build_parser()[0]) == 2


def test_wrong_usage_names_the_step_that_a_refused_request_names(capsys: pytest.CaptureFixture[str]):
    assert run_command(meeting(WrongUsage("Name the file.")), "--json") == 2
    assert json.loads(capsys.readouterr().out) == {
        "code": "invalid_request",
        "title": "The command line is not right",
        "detail": "Name the file.",
        "next": {"action": "correct_request", "label": "Correct the command and try again"},
    }


def test_a_faults_own_words_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]):
    assert run_command(meeting(RuntimeError("{what} happened")), "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["detail"] == (
        "Something went wrong in Mooring itself (RuntimeError: {what} happened). Nothing was changed on "
        "purpose. MOORING_DEBUG=1 shows where it happened."
    )
    assert document["next"]["action"] == "contact_publisher"


@pytest.mark.parametrize("group", ["privacy", "windows", "certificate"])
def test_a_group_alone_shows_its_help_with_examples_and_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], group
):
    parser = build_parser()[0]
    assert run(parser, ["--language", "de", group]) == 2
    shown = capsys.readouterr()
    assert shown.out.startswith(f"Aufruf: mooring {group} ")
    assert f"\nBeispiele:\n  mooring {group} " in shown.out
    assert shown.err == ""
    assert run(parser, [group, "--json"]) == 2
    shown = capsys.readouterr()
    assert json.loads(shown.out)["code"] == "invalid_request"
    assert f"\nexamples:\n  mooring {group} " in shown.err


def test_what_else_is_missing_is_still_complained_about(capsys: pytest.CaptureFixture[str]):
    assert run(build_parser()[0], ["allows"]) == 2
    assert capsys.readouterr().err == "This is missing: ENTITLEMENT. See: mooring allows --help\n"
