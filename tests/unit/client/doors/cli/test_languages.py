"""The command line in other languages: nothing of what it says to people stays in English."""

import argparse
import io
import re
import sys
from collections.abc import Iterator

import pytest

from mooring.client.doors.cli import activation, build_parser, run
from mooring.command_line.parser import CommandParser
from mooring.command_line.words import words_in
from mooring.testing import FakeServer
from tests.support.translations import COMMANDS
from tests.support.typing_errors import mistyped

LANGUAGES = ("de", "es", "fr", "ja", "zh")
SAME_EVERYWHERE = re.compile(
    r"\s*|\s*mooring .*|\s*[{}\[\]\"].*|usage.*|.*(https?://|[a-z]{3}_[0-9a-z]{26}|[A-Z0-9]{5}-).*|mooring=.*"
    r"|\s+[a-z_]+ +[a-z]+ +\S+|.*Harbor Notes, Home.*|\s*Id +.*|\s+\^|no|.*\(weight 100\)"
)
"""What may be the same: commands, documents, addresses, identifiers, keys, hashes, names, a Spanish no."""


def every_parser(parser: CommandParser) -> Iterator[CommandParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from every_parser(below)


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return {message.id for message in COMMANDS.messages() if message.id}


def test_every_word_of_a_help_can_be_translated(messages: set[str]):
    for parser in every_parser(build_parser()[0]):
        said = {action.help for action in parser._actions} - {argparse.SUPPRESS, None}
        assert said <= messages, parser.prog
        if parser.says:
            assert parser.says in messages
        if re.search(r"\S {2,}\S", parser.examples):
            assert parser.examples in messages


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_is_typed_alike_in_every_language(language: str, messages: set[str]):
    examples = [text for text in messages if text.startswith("  mooring ")]
    assert examples
    for text in examples:
        typed = [re.split(r" {2,}", line.strip())[0] for line in text.splitlines()]
        lines = words_in(language).gettext(text).splitlines()
        assert [re.split(r" {2,}", line.strip())[0] for line in lines] == typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_help_is_in_the_language_that_was_asked_for(language: str, capsys: pytest.CaptureFixture[str]):
    def told(*options: str) -> set[str]:
        with pytest.raises(SystemExit):
            run(build_parser()[0], ["sign-in", "--help", *options])
        return {
            line for line in capsys.readouterr().out.splitlines() if not line.startswith("  mooring sign-in")
        }

    own, english = told("--language", language), told("--language", "en")
    alike = {"options:"} if language == "fr" else set()
    assert {line for line in own & english if line.strip() and not re.match(r"\s+\[?-", line)} <= alike


def test_the_commands_of_the_server_stay_as_they_are(capsys: pytest.CaptureFixture[str]):
    parser, commands, shared = build_parser()
    commands.add_parser("serve", description="Serve.", parents=[shared])
    run(parser, ["--language", "de", "frob"])
    assert "auf dem Server:\n  serve             Serve\n" in parser.format_help()
    assert "gibt es hier nicht" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_command_of_the_device_says_anything_in_english(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def lived(language: str) -> list[str]:
        """Return what a person reads who does one thing after the other."""
        server = FakeServer(entitlements={"export-pdf": "PDF"}, unactivated_entitlements=[])
        key, app = server.mint(), server.app(language=language)
        monkeypatch.setattr(activation, "app_for", lambda arguments: app)
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        for words in (
            "status", "allows sync", f"check {key}", f"activate {mistyped(key, 3, 2)}",
            f"activate {key}", "status",
            "renew", "hardware", "privacy preview", "certificate inspect", "sign-out", "account", "licenses",
            "devices", "link", "reactivate", "deactivate", "trial", "devices free x", "devices free",
            "activate a b", "frobnicate", "claim", "certificate inspect nowhere", "window about x",
        ):  # fmt: skip
            run(build_parser()[0], ["--language", language, *words.split(" ")])
        told = capsys.readouterr()
        return [*told.out.splitlines(), *told.err.splitlines()]

    english = set(lived("en"))
    own = lived(language)
    assert len(own) > 80
    assert {line for line in own if line in english and not SAME_EVERYWHERE.fullmatch(line)} == set()
