"""What the documents say, taken apart: their links, headings, code, and the commands they show."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ENDS_A_COMMAND = {"|", "||", "&&", ";", "&"}
_REDIRECTS = {"<", ">", ">>", "<<"}
_ASSIGNMENT = re.compile(r"[A-Z_]+=")


class Block(NamedTuple):
    """A piece of code in a page."""

    page: Path
    line: int
    language: str
    code: str

    @property
    def place(self) -> str:
        """Where it stands, for a failing test's message."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, language: str) -> Iterator[Block]:
    """Yield the page's code of one language, such as ``python``."""
    text = page.read_text("utf-8")
    for fence in _FENCE.finditer(text):
        if fence[2] == language:
            indent = len(fence[1])
            code = "".join(line[indent:] for line in fence[3].splitlines(keepends=True))
            yield Block(page, text.count("\n", 0, fence.start()) + 2, language, code)


def links(page: Path) -> Iterator[str]:
    """Yield where the page's links lead; addresses elsewhere are left out."""
    for link in _LINK.finditer(_FENCE.sub("", page.read_text("utf-8"))):
        if not re.match(r"[a-z]+:", link[1]):
            yield link[1]


def anchors(page: Path) -> set[str]:
    """Return the names under which the page's headings can be linked to, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(block: Block) -> Iterator[list[str]]:
    """Yield the arguments of each `mooring` that a console block shows."""
    for line in block.code.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            for words in _simple_commands(line[2:]):
                if words[:1] == ["mooring"]:
                    yield words[1:]


def _simple_commands(line: str) -> Iterator[list[str]]:
    """Yield the words of each command of a shell line, without assignments and redirections."""
    words: list[str] = []
    redirected = False
    for word in [*_words(line), ";"]:
        if word in _REDIRECTS:
            redirected = True
        elif word in _ENDS_A_COMMAND:
            yield words
            words, redirected = [], False
        elif redirected:
            redirected = False
        elif words or not _ASSIGNMENT.match(word):
            words.append(word)


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    return list(lexer)
