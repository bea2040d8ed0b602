"""A letter: what a mail says, sentence by sentence, before it is set as text and as a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from mooring.server.wording.formats import moment
from mooring.server.wording.languages import site_translator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mooring.server.record.outbox.mail import Value

_LONGEST_VALUE: Final = 120


class Button(NamedTuple):
    """The one thing to do."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in one language.

    Attributes:
        subject: Its subject line, plain.
        title: Its headline: the subject, unless another is given.
        paragraphs: What it says.
        code: Digits to be typed, shown large.
        button: The one thing to do.
        facts: What happened, name by value.
        notice: What to do if it was not the reader.
        because: Why they get it.
    """

    subject: str
    paragraphs: tuple[str, ...]
    because: str
    title: str = ""
    code: str | None = field(default=None, repr=False)
    button: Button | None = field(default=None, repr=False)
    facts: tuple[tuple[str, str], ...] = ()
    notice: str | None = None

    def __post_init__(self) -> None:
        """Take the subject for a headline where no other is given."""
        object.__setattr__(self, "title", self.title or self.subject)


class Matter:
    """What a letter is written from: a language, the values of its mail, and the site it comes from."""

    def __init__(self, language: str, values: Mapping[str, Value], site: str) -> None:
        """Write in ``language``; ``site`` is the server's address, without a slash at its end."""
        say = site_translator(language)
        self.say: Callable[[str], str] = say.gettext
        self.ngettext: Callable[[str, str, int], str] = say.ngettext
        self.site = site
        self.host = site.partition("://")[2]
        self._language = language
        self._values = values

    def text(self, name: str) -> str:
        """Return a value in one line of some length: some are typed by strangers."""
        return _one_line(str(self._values[name]))

    def link(self) -> str:
        """Return the address that the mail is about, as it is."""
        return str(self._values["link"])

    def number(self, name: str) -> int:
        """Return a number."""
        return int(cast("int", self._values[name]))

    def moment(self, name: str) -> str:
        """Return a time as it is said in this language."""
        return moment(cast("datetime", self._values[name]), self._language)


def _one_line(text: str) -> str:
    shown = " ".join("".join(symbol if symbol.isprintable() else " " for symbol in text).split())
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 1]}…"
