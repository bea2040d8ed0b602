"""A language that nobody speaks: every message between ⟦ and ⟧, and 40 % longer than in English.

What a page shows outside the brackets did not come from a catalogue. A process whose ``PYTHONPATH`` begins
with the folder that `speaking_pseudo` makes speaks it wherever it would speak another language than English.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

BEGIN, END = "⟦", "⟧"

_SITECUSTOMIZE = '''
"""Every compiled catalogue becomes the language that nobody speaks."""
import gettext


class Pseudo:
    def __init__(self, _file):
        pass

    def gettext(self, message):
        longer = len(message) * 2 // 5 + 1
        return f"⟦{message} {('länger ' * longer)[:longer]}⟧"

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


gettext.GNUTranslations = Pseudo
'''

_ALLOWED = re.compile(
    r"[\w.+-]+@[\w.-]+"  # addresses
    r"|\b(?=[\w-]*\d)[\w-]+\b"  # codes and numbers
    r"|\b[A-Z]{4,}(-[A-Z]+)*\b"  # codes of letters
    r"|\b[a-z]+(_[a-z]+)+\b"  # codes of reasons
    r"|\bmooring( \w+)?\b"  # commands
    r"|Chrom\w+ on Linux"  # a browser's own word, as it was kept at sign-in
    r"|GitHub|octocat"
    r"|Mooring|Harbor Notes( Pro)?|Mia's laptop|Linux|Chromium|Chrome|HeadlessChrome|UTC|[Ss]tandard"
)
_SPARED = {"a", "code", "script", "style", "time"}
_SHOWN = ("aria-label", "alt", "title", "placeholder")


def speaking_pseudo(folder: Path) -> dict[str, str]:
    """Return what a process needs in its environment to speak it, made in ``folder``."""
    (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE, encoding="utf-8")
    return {"PYTHONPATH": str(folder), "PYTHONUTF8": "1"}


def escaped(text: str) -> list[str]:
    """Return the words in ``text`` that came from no catalogue, and are no name, code or address."""
    depth, outside = 0, ""
    for letter in text:
        depth += (letter == BEGIN) - (letter == END)
        outside += letter if depth == 0 and letter != END else " "
    return re.findall(r"[^\W\d_]{2,}[^\n]*", _ALLOWED.sub("", outside))


class _Shown(HTMLParser):
    """What a page shows and says: its text, and the attributes that are read to people."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self._inside: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.text += "".join(f"\n{given[name]}\n" for name in _SHOWN if given.get(name))
        if tag in _SPARED:
            # Languages are named in themselves, dates are CLDR's, and developers are told in English.
            self._inside.append(tag not in {"a", "code"} or "hreflang" in given or given.get("lang") == "en")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SPARED:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._inside):
            self.text += data


def escaped_from_page(html: str) -> list[str]:
    """Return what a page shows that came from no catalogue."""
    return escaped(_Shown(html).text)
