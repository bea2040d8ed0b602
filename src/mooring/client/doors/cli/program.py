"""From a command line to an exit code: parse it, run the command, tell what went wrong."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from mooring.client.domain.errors import (
    InvalidCertificate,
    MooringError,
    NotActivated,
    Refused,
    ServerUnreachable,
    SettingsUnavailable,
)
from mooring.client.doors.cli import accounts, activation, devices, information, privacy, settings, windows
from mooring.client.doors.cli.parser import build_parser, device_options
from mooring.client.doors.cli.refusals import tell_error
from mooring.command_line import exit_codes
from mooring.command_line.console import Console
from mooring.command_line.parser import HelpWanted, WrongUsage
from mooring.command_line.words import words_in
from mooring.core.wording.catalogue import choose_language
from mooring.core.wording.troubles import trouble_document

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mooring.client.doors.cli.parser import ProgramParser
    from mooring.command_line.parser import Commands

EXIT_CODES: tuple[tuple[type[MooringError], int], ...] = (
    (NotActivated, exit_codes.NOT_ACTIVATED),
    (Refused, exit_codes.REFUSED),
    (ServerUnreachable, exit_codes.UNREACHABLE),
    (InvalidCertificate, exit_codes.UNREACHABLE),
    (SettingsUnavailable, exit_codes.WRONG_USAGE),
)


def build_program() -> tuple[ProgramParser, Commands, argparse.ArgumentParser]:
    """Return the parser with the device's commands, the list to add others to, and the shared options."""
    parser, commands, shared = build_parser()
    for group in (activation, accounts, devices, information, privacy, settings, windows):
        group.add_commands(commands, (shared, device_options()))
    parser.of_the_device = frozenset(commands.choices)
    return parser, commands, shared


def run(parser: ProgramParser, arguments: list[str] | None = None) -> int:
    """Run the command that ``arguments`` (default: the process's own) name and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    language = _language(given)
    words = words_in(language)
    parser.speak(words)
    console = Console(as_json="--json" in given, words=words)
    if not given:
        parser.print_help(console.for_people)
        return exit_codes.WRONG_USAGE
    try:
        chosen = parser.parse_args(given)
        return int(chosen.run(chosen))
    except (WrongUsage, MooringError) as error:
        return _told(console, error, language)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:  # the reader has gone, as `head` does: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.DONE
    except Exception as error:  # the last door: a person sees a sentence, never a traceback
        if os.environ.get("MOORING_DEBUG"):
            raise
        return _fault(console, error, language)


def _told(console: Console, error: WrongUsage | MooringError, language: str) -> int:
    if isinstance(error, WrongUsage):
        document = trouble_document(
            "invalid_request", language=language, detail=error.sentence(console.words)
        )
        if isinstance(error, HelpWanted):
            console.show(error.help.rstrip("\n"))
            console.answer(document)
            return exit_codes.WRONG_USAGE
        return _trouble(console, document, exit_codes.WRONG_USAGE)
    tell_error(console, error)
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), exit_codes.FAULT)


def _fault(console: Console, error: Exception, language: str) -> int:
    what = f"{type(error).__name__}: {error}"
    return _trouble(console, trouble_document("fault", language=language, what=what), exit_codes.FAULT)


def _trouble(console: Console, document: dict[str, object], exit_code: int) -> int:
    console.warn(str(document["detail"]))
    console.answer(document)
    return exit_code


def _language(given: Sequence[str]) -> str:
    """Return the language to speak, also where the command line could not be read."""
    named = [after for word, after in pairwise(given) if word == "--language"]
    return choose_language(named[-1] if named else None, os.environ)
