"""The whole command line of `mooring`: its options, the App that they name, and its commands in two lists."""

from __future__ import annotations

import argparse
import os
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from mooring.client.app import App
from mooring.client.domain.version import __version__
from mooring.command_line.folding import folded
from mooring.command_line.parser import CommandParser, WrongUsage
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    from mooring.command_line.parser import Commands

DESCRIPTION = mark("Activate programs, and keep their licenses moored to you.")
HELP = mark("Each command has its own --help, with examples.")
USAGE = mark("usage: mooring COMMAND ...")
ON_THE_DEVICE, ON_THE_SERVER = mark("on the device"), mark("on the server")


class ProgramParser(CommandParser):
    """The whole program's parser: its help lists the device's commands and the server's apart."""

    commands: Commands
    of_the_device: frozenset[str] = frozenset()

    def format_help(self) -> str:
        """Return the help of the whole program."""
        say = self.words.gettext
        width = max(len(name) for name in self.commands.choices)
        columns = get_terminal_size().columns - 2  # as argparse, for the rest of the help
        lists: dict[str, list[str]] = {ON_THE_DEVICE: [], ON_THE_SERVER: []}
        for name, parser in self.commands.choices.items():
            summary = parser.summary or (parser.description or "").rstrip(".")
            place = ON_THE_DEVICE if name in self.of_the_device else ON_THE_SERVER
            lists[place].append(folded(f"  {name.ljust(width)}  {summary}", columns, hanging=width + 2))
        listed = "".join(
            f"\n{say(place)}:\n" + "\n".join(lines) + "\n" for place, lines in lists.items() if lines
        )
        options = super().format_help().partition(f"{say('options')}:\n")[2]
        about = folded(f"{say(DESCRIPTION)} {say(HELP)}", columns)
        return f"{say(USAGE)}\n\n{about}\n{listed}\n{say('options')}:\n{options}"


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
    options.add_argument(
        "--json", action="store_true", help=mark("print one JSON document on standard output")
    )
    options.add_argument(
        "--language", metavar="TAG", help=mark("language of what is shown, such as en or de-AT")
    )
    return options


def device_options() -> argparse.ArgumentParser:
    """Return the options that stand before or after any command of the device."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    device = options.add_argument_group(mark("options on the device"))
    device.add_argument(
        "--descriptor", metavar="FILE", help=mark("the program's mooring.json (else MOORING_DESCRIPTOR)")
    )
    device.add_argument(
        "--home", metavar="DIR", help=mark("where this program's license is kept (else MOORING_HOME)")
    )
    device.add_argument(
        "--hardware", metavar="FILE", help=mark("component values from FILE; only with a lab descriptor")
    )
    return options


def app_for(arguments: argparse.Namespace) -> App:
    """Return the App that the command's options, or the environment, name.

    Raises:
        WrongUsage: no descriptor was named, or it, or the hardware, cannot be used.
    """
    descriptor = getattr(arguments, "descriptor", None) or os.environ.get("MOORING_DESCRIPTOR")
    if not descriptor:
        raise WrongUsage(
            mark(
                "Which program is this about? Name its descriptor, the mooring.json that its publisher "
                "ships: --descriptor FILE, or the variable MOORING_DESCRIPTOR."
            )
        )
    try:
        return App(
            descriptor,
            home=getattr(arguments, "home", None),
            hardware=getattr(arguments, "hardware", None),
            language=getattr(arguments, "language", None),
        )
    except OSError as error:
        raise WrongUsage(
            mark("{file} cannot be read: {error}."), file=error.filename, error=error.strerror
        ) from error
    except ValueError as error:
        raise WrongUsage(str(error)) from error
