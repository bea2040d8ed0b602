"""The whole command line of `mooring`: its options, and its commands in two lists."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mooring.client.domain.version import __version__
from mooring.command_line.parser import CommandParser

if TYPE_CHECKING:
    from mooring.command_line.parser import Commands

DESCRIPTION = "Activate programs, and keep their licenses moored to you."
HELP = "Each command has its own --help, with examples."


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
