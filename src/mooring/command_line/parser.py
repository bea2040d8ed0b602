"""How a command of `mooring` is added and read: wrong usage is a sentence, help ends with examples.

Everything is written in English, and translated where it is shown: only then the language is known.
"""

from __future__ import annotations

import argparse
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from mooring.command_line.folding import folded, folded_example
from mooring.command_line.words import ENGLISH_WORDS, said
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mooring.core.wording.catalogue import Translator

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"  # noqa: SLF001 - argparse gives it no public name

_ARGPARSE_SAYS = (
    mark("usage: "),
    mark("options"),
    mark("positional arguments"),
    mark("show this help message and exit"),
    mark("show program's version number and exit"),
)
"""What argparse says by itself in a help."""

_MISSING = mark("This is missing: {names}.")
_COMPLAINTS = (
    (r"argument (?P<second>\S+): not allowed with argument (?P<first>\S+)",
     mark("Give {first} or {second}, not both.")),
    (r"the following arguments are required: (?P<names>.*)", _MISSING),
    (r"one of the arguments (?P<names>.*) is required", mark("One of these is missing: {names}.")),
    (r"unrecognized arguments: (?P<names>.*)", mark("This means nothing here: {names}.")),
    (r"argument (?P<name>.*?): expected (at least )?one argument", mark("{name} wants a value behind it.")),
    (r"argument (?P<name>.*?): ignored explicit argument (?P<value>.*)", mark("{name} takes no value.")),
    (r"argument (?P<name>.*?): invalid \w+ value: (?P<value>.*)", mark("{name} cannot be {value}.")),
)  # fmt: skip
"""What argparse complains of, and what we say instead."""

_INDENT = "  "
_SEE = mark("See: {command}")
_SENTENCE = mark("{summary}.")
_EXAMPLES = mark("examples")
_NO_SUCH_WORD = mark("There is no {word} here.")
_NEAR_WORDS = mark("There is no {word} here. Perhaps: {near}?")


class WrongUsage(Exception):
    """The command line asks for something that cannot be done as it was written.

    Args:
        message: the sentence in English, with names in braces for ``values``.
        more: the command whose help tells more.
    """

    def __init__(self, message: str, *, more: str | None = None, **values: object) -> None:
        super().__init__(message)
        self._message, self._more, self._values = message, more, values

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.sentence(ENGLISH_WORDS)

    def sentence(self, words: Translator) -> str:
        """Return the sentence in the language of ``words``."""
        sentence = said(words, self._message, self._values)
        if self._more is None:
            return sentence
        return f"{sentence} {words.gettext(_SEE).format(command=f'{self._more} --help')}"


class HelpWanted(WrongUsage):
    """A group was named, and none of its commands: what there is to choose from says more than a complaint.

    Attributes:
        help: the help of the group, in the person's language.
    """

    def __init__(self, message: str, *, text: str, more: str, **values: object) -> None:
        super().__init__(message, more=more, **values)
        self.help = text


class CommandParser(argparse.ArgumentParser):
    """An argument parser that raises `WrongUsage` instead of printing and leaving by itself."""

    words: Translator = ENGLISH_WORDS
    says: str = ""
    examples: str = ""
    is_group: bool = False
    """Whether it only holds commands: its examples are the first of each."""

    def speak(self, words: Translator) -> None:
        """Say the help of this command, and of those below it, in the language of ``words``."""
        self.words = words
        if self.says:
            lines = words.gettext(self.examples).strip().splitlines()
            self.description = words.gettext(_SENTENCE).format(summary=self.summary)
            self.epilog = "\n".join(
                [f"{words.gettext(_EXAMPLES)}:", *(f"{_INDENT}{line.strip()}" for line in lines)]
            )
        below = self._parsers_below()
        if self.is_group:
            examples = (f"{_INDENT}{one.first_example}" for one in below)
            self.epilog = "\n".join([f"{words.gettext(_EXAMPLES)}:", *examples])
        for one in below:
            one.speak(words)

    @property
    def summary(self) -> str:
        """What the command does, as it stands in a list."""
        said_so = self.words.gettext(self.says) if self.says else ""
        return f"{said_so[:1].upper()}{said_so[1:]}"

    @property
    def first_example(self) -> str:
        """How it is typed, at its simplest."""
        if self.examples:
            return self.examples.strip().splitlines()[0].strip()
        return next((below.first_example for below in self._parsers_below()), self.prog)

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with a sentence and where to read more.

        Raises:
            HelpWanted: only a command is missing behind the group's name.
            WrongUsage: anything else.
        """
        missing = [action for action in self._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
        if any(message == f"the following arguments are required: {action.metavar}" for action in missing):
            raise HelpWanted(_MISSING, text=self.format_help(), more=self.prog, names=missing[0].metavar)
        raise _wrong_usage(message, self.prog)

    def _get_formatter(self) -> argparse.HelpFormatter:
        formatter = _Formatter(prog=self.prog)
        formatter.words = self.words
        return formatter

    def _parsers_below(self) -> Sequence[CommandParser]:
        lists = (action.choices for action in self._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
        return [parser for choices in lists for parser in choices.values()]


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A help in the language of its words."""

    words: Translator = ENGLISH_WORDS

    def start_section(self, heading: str | None) -> None:
        super().start_section(self.words.gettext(heading) if heading else heading)

    def _format_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None,
    ) -> str:
        prefix = self.words.gettext("usage: ") if prefix is None else prefix
        return super()._format_usage(usage, actions, groups, prefix)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for each in text.splitlines() for line in self._fitting(each, width))

    @staticmethod
    def _fitting(line: str, width: int) -> list[str]:
        example = line.startswith(_INDENT)
        return (folded_example(line, width) if example else folded(line, width)).split("\n")

    def _split_lines(self, text: str, width: int) -> list[str]:
        return folded(" ".join(text.split()), width).split("\n")

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return self.words.gettext(action.help) if action.help else action.help


def _wrong_usage(complaint: str, prog: str) -> WrongUsage:
    """Return argparse's ``complaint`` as a sentence; a word that is no choice gets the nearest that are."""
    for pattern, message in _COMPLAINTS:
        if found := re.search(pattern, complaint):
            return WrongUsage(message, more=prog, **found.groupdict())
    unknown = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", complaint)
    if not unknown:
        return WrongUsage("{complaint}", more=prog, complaint=f"{complaint[:1].upper()}{complaint[1:]}.")
    near = get_close_matches(unknown[1], re.findall(r"[\w-]+", unknown[2]), n=3)
    if near:
        return WrongUsage(_NEAR_WORDS, more=prog, word=repr(unknown[1]), near=", ".join(near))
    return WrongUsage(_NO_SUCH_WORD, more=prog, word=repr(unknown[1]))


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
    parser = commands.add_parser(
        name,
        help=says,
        parents=parents,  # type: ignore[arg-type]  # any parser will do, whatever the stub says
        allow_abbrev=False,
    )
    parser.says, parser.examples = says, examples
    parser.speak(ENGLISH_WORDS)
    parser.set_defaults(run=run)
    return parser
