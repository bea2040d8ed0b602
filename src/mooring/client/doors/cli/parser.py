"""The command line of `mooring`: its options, its commands, and help with examples."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"  # noqa: SLF001 - argparse gives it no public name

DESCRIPTION = """\
Activate programs, and keep their licenses moored to you.

On the device:  status, activate, renew, deactivate, ... tell and change how a program is activated.
"""


class WrongUsage(Exception):
    """The command line asks for something that cannot be done as it was written."""

    def __init__(self, sentence: str, usage: str = "") -> None:
        super().__init__(sentence)
        self.usage = usage


class CommandParser(argparse.ArgumentParser):
    """An argument parser that raises `WrongUsage` instead of printing and leaving by itself."""

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with a sentence and where to read more."""
        raise WrongUsage(f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help", self.format_usage())


def build_parser() -> tuple[CommandParser, Commands, argparse.ArgumentParser]:
    """Return the program's parser, its list of commands to add to, and the options that all share."""
    shared = shared_options()
    parser = CommandParser(
        prog="mooring",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared, device_options()],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    return parser, commands, shared


def shared_options() -> argparse.ArgumentParser:
    """Return the options that stand before or after any command."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--json", action="store_true", help="print one JSON document on standard output")
    options.add_argument("--language", metavar="TAG", help="language of what is shown, such as en or de-AT")
    return options


def device_options() -> argparse.ArgumentParser:
    """Return the options that stand before or after any command of the device."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    device = options.add_argument_group("on the device")
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


def _version() -> str:
    from mooring import __version__  # noqa: PLC0415 - a circle: the package exports what doors show

    return f"mooring {__version__}"
