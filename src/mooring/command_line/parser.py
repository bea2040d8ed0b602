"""How a command of `mooring` is added and read: wrong usage is a sentence, help ends with examples."""

from __future__ import annotations

import argparse
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"  # noqa: SLF001 - argparse gives it no public name


class WrongUsage(Exception):
    """The command line asks for something that cannot be done as it was written."""


class CommandParser(argparse.ArgumentParser):
    """An argument parser that raises `WrongUsage` instead of printing and leaving by itself."""

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with a sentence and where to read more."""
        raise WrongUsage(f"{_plain(message)} See: {self.prog} --help")


def _plain(message: str) -> str:
    """Return argparse's ``message`` as a sentence; a word that is no choice gets the nearest that are."""
    apart = re.search(r"argument (\S+): not allowed with argument (\S+)", message)
    if apart:
        return f"Give {apart[2]} or {apart[1]}, not both."
    unknown = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
    if not unknown:
        return f"{message[:1].upper()}{message[1:]}."
    near = get_close_matches(unknown[1], re.findall(r"[\w-]+", unknown[2]), n=3)
    return f"There is no {unknown[1]!r} here." + (f" Perhaps: {', '.join(near)}?" if near else "")


def add_command(
    commands: Commands,
    name: str,
    run: Callable[..., int],
    *,
    says: str,
    examples: str,
    parents: tuple[argparse.ArgumentParser, ...],
) -> CommandParser:
    """Add the command ``name`` and return its parser.

    Args:
        commands: where it is added.
        name: what is typed.
        run: what runs it; it returns the exit code.
        says: one line for the list of commands.
        examples: the end of its help: commands as they are typed, a line each.
        parents: the options that it shares with others.
    """
    lines = "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
    parser = commands.add_parser(
        name,
        help=says,
        description=f"{says[:1].upper()}{says[1:]}.",
        epilog=f"examples:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,  # type: ignore[arg-type]  # any parser will do, whatever the stub says
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser
