"""How a command is added: cheaply, because every `mooring status` reads the whole command line.

What a command does is imported only when it runs, so nothing here or in the modules that call it may import
more than argparse and the way commands are added.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mooring.command_line import parser as command_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_command(
    commands: Any,  # noqa: ANN401 - argparse gives the type no public name
    name: str,
    *,
    says: str,
    examples: str,
    shared: argparse.ArgumentParser,
    run: str,
) -> argparse.ArgumentParser:
    """Add the command ``name`` and return its parser.

    Args:
        commands: Where it is added.
        name: What is typed.
        says: One line for the list of commands.
        examples: The end of its help: commands as they are typed, a line each.
        shared: The options of every command.
        run: What runs it, as ``module:function``; imported only then.
    """
    return command_parser.add_command(
        commands, name, later(run), says=says, examples=examples, parents=(shared,)
    )


def add_group(
    commands: Any,  # noqa: ANN401 - as above
    name: str,
    *,
    says: str,
    shared: argparse.ArgumentParser,
) -> Any:  # noqa: ANN401 - as above
    """Add the word ``name`` under which further commands stand, and return where they are added."""
    parser = commands.add_parser(
        name,
        help=says,
        description=f"{says[:1].upper()}{says[1:]}.",
        parents=[shared],
        allow_abbrev=False,
    )
    parser.is_group = True
    return parser.add_subparsers(dest=f"{name}_command", metavar="COMMAND", title="commands", required=True)


def add_entitlements(parser: argparse.ArgumentParser) -> None:
    """Add the two options that name an edition's features."""
    parser.add_argument(
        "--entitlement",
        action="append",
        default=[],
        metavar="E",
        help="a feature, as slug or slug=Name; may be repeated",
    )
    parser.add_argument(
        "--unactivated-entitlement",
        action="append",
        default=[],
        metavar="E",
        help="a feature that works before activation, too; may be repeated",
    )


def later(where: str) -> Callable[[argparse.Namespace], int]:
    """Return a function that imports ``module:function`` when it is called, and calls it."""
    module, _, function = where.partition(":")

    def run(arguments: argparse.Namespace) -> int:
        code: int = getattr(import_module(module), function)(arguments)
        return code

    return run
