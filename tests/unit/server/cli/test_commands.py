"""The command line itself: cheap to build, and every command explains itself."""

import argparse
import subprocess
import sys

import pytest

from mooring.command_line.parser import CommandParser
from mooring.command_line.words import ENGLISH_WORDS
from mooring.server.cli import add_commands


def every_command(parser, words=()):
    """Yield each command's words and parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield (*words, name), child
                yield from every_command(child, (*words, name))


def built():
    parser = CommandParser(prog="mooring")
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--json", action="store_true")
    add_commands(parser.add_subparsers(), shared)
    return parser


COMMANDS = dict(every_command(built()))
RUNNABLE = {words: parser for words, parser in COMMANDS.items() if parser.get_default("run")}


def test_offers_what_the_contract_names():
    assert {" ".join(words) for words in RUNNABLE} == {
        "init",
        "serve",
        "demo",
        "admin product create",
        "admin product list",
        "admin edition create",
        "admin edition list",
        "admin policy create",
        "admin policy list",
        "admin keys mint",
        "admin keys import",
        "admin license list",
        "admin license show",
        "admin license suspend",
        "admin license reinstate",
        "admin license revoke",
        "admin license extend",
        "admin license issue",
        "admin license send",
        "admin account create",
        "admin account list",
        "admin account staff",
        "admin account second-factor-off",
        "admin descriptor",
        "admin mail test",
        "admin signing-key list",
        "admin signing-key rotate",
        "admin signing-key request",
        "admin signing-key sign",
        "admin signing-key install",
        "migrate",
        "backup",
        "restore",
        "doctor",
    }


@pytest.mark.parametrize("words", RUNNABLE, ids=" ".join)
def test_every_command_has_an_example_and_takes_json(words):
    text = RUNNABLE[words].format_help()
    assert "examples:\n" in text
    assert f"mooring {' '.join(words)}" in text
    assert "--json" in text


def test_building_the_command_line_loads_none_of_the_servers_libraries():
    code = """
import argparse, sys
import mooring
from mooring.command_line.parser import CommandParser
from mooring.command_line.words import ENGLISH_WORDS
before = set(sys.modules)
from mooring.server.cli import add_commands
add_commands(CommandParser().add_subparsers(), argparse.ArgumentParser(add_help=False))
heavy = {"sqlalchemy", "rich", "msgspec", "alembic", "starlette", "asyncio", "tomllib"}
print(sorted(heavy & (set(sys.modules) - before)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_help_of_a_group_has_an_example_of_each_of_its_commands():
    built_groups = built()
    built_groups.speak(ENGLISH_WORDS)
    groups = dict(every_command(built_groups))
    assert (
        groups["admin", "keys"]
        .format_help()
        .endswith(
            "examples:\n"
            "  mooring admin keys mint harbor-notes pro --count 1000 --output keys.csv\n"
            "  mooring admin keys import keys.csv\n"
        )
    )
    assert "\n  mooring admin product create " in groups[("admin",)].epilog
