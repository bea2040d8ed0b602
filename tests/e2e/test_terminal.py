"""At a terminal: the mistyped letter underlined, the corrected key offered and taken only if one agrees."""

import re
import sys
from collections.abc import Iterator

import pexpect
import pytest

from tests.support.commands import Laptop
from tests.support.typing_errors import mistyped

STYLE = re.compile(r"\x1b\[([0-9;]*)m")
UNDERLINED = re.compile(r"\x1b\[(?:\d+;)*4(?:;\d+)*m(.*?)\x1b\[0m")
QUESTION = r"\[y/N\] "


def at_terminal(laptop: Laptop, *command: str, **environ: str) -> pexpect.spawn:
    """Run a command in a pseudo-terminal."""
    arguments = ["-m", "mooring", "--hardware", str(laptop.folder / "hardware.json"), *command]
    return pexpect.spawn(
        sys.executable, arguments,
        env=laptop.environ | environ, cwd=str(laptop.folder), encoding="utf-8", timeout=30,
        dimensions=(40, 120),
    )  # fmt: skip


def ended(terminal: pexpect.spawn) -> tuple[int, str]:
    """Wait for the end; return the exit code and what was shown since the last answer."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return terminal.exitstatus, terminal.before


def plain(shown: str) -> str:
    return STYLE.sub("", shown)


@pytest.fixture
def key(keys: Iterator[str]) -> str:
    return next(keys)


def test_the_wrong_letter_is_underlined_and_the_right_key_activates_if_one_agrees(laptop: Laptop, key: str):
    wrong = mistyped(key, 3, 4)
    terminal = at_terminal(laptop, "activate", wrong)
    terminal.expect(QUESTION)
    assert UNDERLINED.findall(terminal.before) == [wrong[15], key[15]]
    typed, perhaps = (line for line in plain(terminal.before).splitlines() if key[:5] in line)
    assert typed.endswith(wrong)
    assert perhaps.endswith(key)
    assert "^" not in terminal.before
    terminal.sendline("y")
    exit_code, shown = ended(terminal)
    assert exit_code == 0
    assert "Harbor Notes is activated with a digital license" in plain(shown)
    assert laptop.ask("status")["license"]["last_five"] == key[-5:]


@pytest.mark.parametrize("answer", ["n", "", "maybe"])
def test_nothing_happens_unless_one_agrees(laptop: Laptop, key: str, answer: str):
    terminal = at_terminal(laptop, "activate", mistyped(key, 1, 1))
    terminal.expect(QUESTION)
    terminal.sendline(answer)
    exit_code, shown = ended(terminal)
    assert exit_code == 4
    assert "mistyped" in shown
    assert not laptop.home.exists() or "state.json" not in laptop.kept()
    assert laptop.ask("status", exit_code=3)["state"] == "not_activated"


def test_a_question_interrupted_changes_nothing(laptop: Laptop, key: str):
    terminal = at_terminal(laptop, "activate", mistyped(key, 5, 5))
    terminal.expect(QUESTION)
    terminal.sendintr()
    exit_code, shown = ended(terminal)
    assert exit_code == 130
    assert "Traceback" not in shown
    assert laptop.ask("status", exit_code=3)["state"] == "not_activated"


def test_two_wrong_letters_are_not_guessed(laptop: Laptop):
    terminal = at_terminal(laptop, "activate", "BBBBB-CCCCC-DDDDD-FFFFF-GGGG")  # one is missing
    exit_code, shown = ended(terminal)
    assert exit_code == 4
    assert "[y/N]" not in shown


def test_programs_are_never_asked(laptop: Laptop, key: str):
    terminal = at_terminal(laptop, "activate", mistyped(key, 2, 2), "--json")
    exit_code, shown = ended(terminal)
    assert exit_code == 4
    assert "[y/N]" not in shown
    assert f'"suggestion": "{key}"' in shown


def test_the_wrong_letter_is_underlined_by_check_too(laptop: Laptop, key: str):
    exit_code, shown = ended(at_terminal(laptop, "check", mistyped(key, 4, 1)))
    assert exit_code == 4
    assert UNDERLINED.findall(shown) == [mistyped(key, 4, 1)[18], key[18]]


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_a_terminal_without_colors_gets_none(laptop: Laptop, key: str, environ: dict[str, str]):
    terminal = at_terminal(laptop, "activate", mistyped(key, 3, 4), **environ)
    terminal.expect(QUESTION)
    assert "\x1b" not in terminal.before
    lines = terminal.before.splitlines()
    (at,) = (number for number, line in enumerate(lines) if mistyped(key, 3, 4) in line)
    assert lines[at].index(mistyped(key, 3, 4)) + 15 == lines[at + 1].index("^")
    terminal.sendline("n")
    assert ended(terminal)[0] == 4


def test_status_is_colored_for_people(laptop: Laptop):
    exit_code, shown = ended(at_terminal(laptop, "status"))
    assert exit_code == 3
    assert STYLE.search(shown)
    assert "✗ Harbor Notes is not activated" in plain(shown)
