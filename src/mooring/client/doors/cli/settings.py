"""The command that opens Settings: `mooring window`."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from mooring.client.bootstrap.doors import SettingsPage, settings_door
from mooring.client.doors.cli.activation import setting
from mooring.command_line import exit_codes
from mooring.command_line.parser import add_command
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse

    from mooring.command_line.parser import Commands


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the command to the program."""
    window_parser = add_command(
        commands, "window", window, parents=parents,
        says=mark("open Settings in a window; in the terminal, where there is no screen"),
        examples="  mooring window\n  mooring window devices\n  mooring window --terminal privacy",
    )  # fmt: skip
    window_parser.add_argument(
        "page", nargs="?", default="activation", metavar="PAGE",
        type=lambda name: name.replace("-", "_"), choices=get_args(SettingsPage),
        help=mark("the page to begin with: your_info, devices, activation, privacy, about"),
    )  # fmt: skip
    window_parser.add_argument(
        "--terminal", action="store_true", help=mark("in the terminal, whatever there is")
    )
    window_parser.add_argument(
        "--first-run", action="store_true", help=mark("the small form of a program that was just installed")
    )


def window(arguments: argparse.Namespace) -> int:
    """Open Settings, and wait until it is closed."""
    app, console = setting(arguments)
    if arguments.first_run:
        settings_door().show_first_run(app, in_terminal=arguments.terminal)
    else:
        settings_door().show(app, arguments.page, in_terminal=arguments.terminal)
    console.answer(app.status().to_document())
    return exit_codes.DONE
