"""From a command line to an exit code: parse it, run the command, tell what went wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from mooring.client.domain.errors import (
    InvalidCertificate,
    MooringError,
    NotActivated,
    Refused,
    ServerUnreachable,
)
from mooring.client.doors.cli import activation, exit_codes, information
from mooring.client.doors.cli.console import Console
from mooring.client.doors.cli.parser import WrongUsage, build_parser, device_options
from mooring.client.doors.cli.refusals import tell_error

if TYPE_CHECKING:
    import argparse

    from mooring.client.doors.cli.parser import Commands, ProgramParser

EXIT_CODES: tuple[tuple[type[MooringError], int], ...] = (
    (NotActivated, exit_codes.NOT_ACTIVATED),
    (Refused, exit_codes.REFUSED),
    (ServerUnreachable, exit_codes.UNREACHABLE),
    (InvalidCertificate, exit_codes.UNREACHABLE),
)


def build_program() -> tuple[ProgramParser, Commands, argparse.ArgumentParser]:
    """Return the parser with the device's commands, the list to add others to, and the shared options."""
    parser, commands, shared = build_parser()
    for group in (activation, information):
        group.add_commands(commands, (shared, device_options()))
    parser.of_the_device = frozenset(commands.choices)
    return parser, commands, shared


def run(parser: ProgramParser, arguments: list[str] | None = None) -> int:
    """Run the command that ``arguments`` (default: the process's own) name and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    console = Console(as_json="--json" in given)
    if not given:
        parser.print_help(console.for_people)
        return exit_codes.WRONG_USAGE
    try:
        chosen = parser.parse_args(given)
        return int(chosen.run(chosen))
    except (WrongUsage, MooringError) as error:
        return _told(console, error)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:  # the reader has gone, as `head` does: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.DONE
    except Exception as error:  # the last door: a person sees a sentence, never a traceback
        if os.environ.get("MOORING_DEBUG"):
            raise
        return _fault(console, error)


def _told(console: Console, error: WrongUsage | MooringError) -> int:
    if isinstance(error, WrongUsage):
        return _wrong_usage(console, error)
    tell_error(console, error)
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), exit_codes.FAULT)


def _wrong_usage(console: Console, wrong: WrongUsage) -> int:
    console.warn(str(wrong))
    console.answer(
        {
            "code": "invalid_request",
            "title": "The command line is not right",
            "detail": str(wrong),
            "next": {"action": "correct", "label": "Correct the command and try again"},
        }
    )
    return exit_codes.WRONG_USAGE


def _fault(console: Console, error: Exception) -> int:
    detail = f"Something went wrong in Mooring itself ({type(error).__name__}: {error})."
    console.warn(f"{detail} Nothing was changed on purpose. MOORING_DEBUG=1 shows where it happened.")
    console.answer(
        {
            "code": "fault",
            "title": "A fault in Mooring",
            "detail": detail,
            "next": {"action": "contact_publisher", "label": "Tell the publisher, with the support code"},
        }
    )
    return exit_codes.FAULT
