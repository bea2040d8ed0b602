"""The person before the browser: the demo plays them, by filling in the site's own forms over HTTP.

python -m mooring.server.cli.demo.person PERSON.json ADDRESS    visits an address and says yes to what it asks
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from http.cookiejar import LWPCookieJar
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

if TYPE_CHECKING:
    from typing import Self

SECONDS = 20


class FormMissing(Exception):
    """The page is not the one that the person expected."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account; their browser's cookies lie in a file beside them."""

    site: str
    email: str
    password: str
    cookies: str

    @classmethod
    def read(cls, file: Path) -> Self:
        """Return the person that was written to ``file``."""
        return cls(**json.loads(file.read_text("utf-8")))

    def write(self, file: Path) -> None:
        """Write the person to ``file``, for a browser in another process."""
        file.write_text(json.dumps(asdict(self)), "utf-8")

    def says_yes_to(self, address: str) -> str:
        """Visit ``address``, sign up or in if asked to, approve, and return the page then seen.

        Raises:
            FormMissing: something else was shown.
            OSError: the server cannot be reached, or refuses.
        """
        browser = _Browser(self.cookies)
        page = browser.visit(address)
        if "password" in page.fields:
            page = browser.submit(page, email=self.email, password=self.password)
        seen = browser.submit(page, decision="approve")
        browser.keep()
        return seen.text


class _Page(HTMLParser):
    """A page that was seen: its text, and the one form that changes something."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.text = html
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = given.get("method") == "post" and "sign-out" not in given.get("action", "")
            if self._in_form:
                self.action = given.get("action", "")
        elif tag == "input" and self._in_form and "name" in given:
            self.fields[given["name"]] = given.get("value", "")

    _in_form = False


class _Browser:
    def __init__(self, cookies: str) -> None:
        self._jar = LWPCookieJar(cookies)
        if Path(cookies).exists():
            self._jar.load(ignore_discard=True)
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self._jar))

    def visit(self, address: str) -> _Page:
        return self._see(Request(address))  # noqa: S310 - the demo's own loopback address

    def submit(self, page: _Page, **typed: str) -> _Page:
        if page.action is None:
            raise FormMissing(f"there is nothing to fill in at {page.address}")
        address = urljoin(page.address, page.action)
        form = urlencode({**page.fields, **typed}).encode()
        origin = address[: address.index("/", 8)]
        return self._see(Request(address, form, {"Origin": origin}))  # noqa: S310 - as above

    def keep(self) -> None:
        self._jar.save(ignore_discard=True)

    def _see(self, request: Request) -> _Page:
        with self._opener.open(request, timeout=SECONDS) as answer:
            return _Page(answer.url, answer.read().decode())


if __name__ == "__main__":
    Person.read(Path(sys.argv[1])).says_yes_to(sys.argv[2])
