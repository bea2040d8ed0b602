"""An operator at the command line: real commands, a folder of their own, what was printed."""

import argparse
import json
from typing import NamedTuple

from mooring.command_line.parser import CommandParser
from mooring.server.cli import add_commands


class Parser(CommandParser):
    """The program's own, which leaves by itself where it is used wrongly."""

    error = argparse.ArgumentParser.error


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        """The one JSON document on standard output."""
        return json.loads(self.out)


class Operator:
    """Runs the server's commands in the present folder; ``capsys`` is pytest's."""

    def __init__(self, capsys):
        self._capsys = capsys

    def run(self, *words):
        """Run ``mooring WORDS`` and return what came of it."""
        parser = Parser(prog="mooring", allow_abbrev=False)
        shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
        shared.add_argument("--json", action="store_true")
        add_commands(parser.add_subparsers(required=True), shared)
        arguments = parser.parse_args([str(word) for word in words])
        self._capsys.readouterr()
        code = arguments.run(arguments)
        return Outcome(code, *self._capsys.readouterr())

    def json(self, *words):
        """Run a command that must succeed and return its JSON document."""
        outcome = self.run(*words, "--json")
        assert outcome.code == 0, outcome.err
        return outcome.document

    def refused(self, *words, code=4):
        """Run a command that must be refused, to people too, and return the document."""
        outcome = self.run(*words, "--json")
        assert outcome.code == code, outcome
        document = outcome.document
        assert document["detail"] in outcome.err
        assert set(document) >= {"code", "title", "detail", "next"}
        assert set(document["next"]) >= {"action", "label"}
        return document
