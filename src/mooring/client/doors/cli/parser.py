"""The command line of `mooring`: its options, its commands, and help with examples."""

from __future__ import annotations

import argparse
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from mooring.client.domain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"  # noqa: SLF001 - argparse gives it no public name

DESCRIPTION = "Activate programs, and keep their licenses moored to you."
HELP = "Each command has its own --help, with examples."


class WrongUsage(Exception):
    """The command line asks for something that cannot be done as it was written."""


class CommandParser(argparse.ArgumentParser):
    """An argument parser that raises `WrongUsage` instead of printing and leaving by itself."""

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with a sentence and where to read more."""
        raise WrongUsage(f"{_plain(message)} See: {self.prog} --help")


class ProgramParser(CommandParser):
    """The whole program's parser: its help lists the device's commands and the server's apart."""

    commands: Commands
    of_the_device: frozenset[str] = frozenset()

    def format_help(self) -> str:
        """Return the help of the whole program."""
        width = max(len(name) for name in self.commands.choices)
        lists: dict[str, list[str]] = {"on the device": [], "on the server": []}
        for name, parser in self.commands.choices.items():
            place = "on the device" if name in self.of_the_device else "on the server"
            lists[place].append(f"  {name.ljust(width)}  {(parser.description or '').rstrip('.')}")
        listed = "".join(f"\n{place}:\n" + "\n".join(lines) + "\n" for place, lines in lists.items() if lines)
        options = super().format_help().partition("options:\n")[2]
        return f"usage: mooring COMMAND ...\n\n{DESCRIPTION} {HELP}\n{listed}\noptions:\n{options}"


def _plain(message: str) -> str:
    """Return argparse's ``message`` as a sentence; a word that is no choice gets the nearest that are."""
    unknown = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
    if not unknown:
        return f"{message[:1].upper()}{message[1:]}."
    near = get_close_matches(unknown[1], re.findall(r"[\w-]+", unknown[2]), n=3)
    return f"There is no {unknown[1]!r} here." + (f" Perhaps: {', '.join(near)}?" if near else "")


def build_parser() -> tuple[ProgramParser, Commands, argparse.ArgumentParser]:
    """Return the program's parser, its list of commands to add to, and the options that all share."""
    shared = shared_options()
    parser = ProgramParser(prog="mooring", parents=[shared, device_options()], allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"mooring {__version__}")
    parser.commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", help=argparse.SUPPRESS, parser_class=CommandParser, required=True
    )
    return parser, parser.commands, shared


def shared_options() -> argparse.ArgumentParser:
    """Return the options that stand before or after any command."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--json", action="store_true", help="print one JSON document on standard output")
    options.add_argument("--language", metavar="TAG", help="language of what is shown, such as en or de-AT")
    return options


def device_options() -> argparse.ArgumentParser:
    """Return the options that stand before or after any command of the device."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    device = options.add_argument_group("options on the device")
    device.add_argument(
        "--descriptor", metavar="FILE", help="the program's mooring.json (else MOORING_DESCRIPTOR)"
    )
    device.add_argument(
        "--home", metavar="DIR", help="where this program's license is kept (else MOORING_HOME)"
    )
    device.add_argument(
        "--hardware", metavar="FILE", help="component values from FILE; only with a lab descriptor"
    )
    return options


def add_command(
    commands: Commands,
    name: str,
    run: Callable[..., int],
    *,
    says: str,
    examples: str,
    parents: tuple[argparse.ArgumentParser, ...],
) -> CommandParser:
    """Add the command ``name`` with its one-line explanation and its examples, and return its parser."""
    parser = commands.add_parser(
        name,
        help=says,
        description=f"{says[:1].upper()}{says[1:]}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,  # type: ignore[arg-type]  # any parser will do, whatever the stub says
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser
