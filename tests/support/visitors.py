"""A visitor: a browser without its screen. It keeps cookies, reads forms, sends them, follows redirects."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.support.clients import Client, Headers, Reply

PASSWORD = "correct horse battery staple"


class Form(HTMLParser):
    """The fields of the page's forms that change something, with what is in them."""

    def __init__(self, html: str, action: str | None = None) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.actions: list[str] = []
        self._wanted = action
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            action = given.get("action") or ""
            self._inside = self._wanted is None or action == self._wanted
            self.actions.append(action)
        if tag == "input" and self._inside and given.get("name"):
            self.fields[given["name"] or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Visitor:
    """One person's browser at one server."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, headers: Headers = ()) -> Reply:
        """Ask for a page and stay where the answer says."""
        return self._keep(await self.client.send("GET", path, (*self._cookie(), *headers)))

    async def post(self, path: str, fields: dict[str, str], headers: Headers = ()) -> Reply:
        """Send a form as it is, with nothing added."""
        media_type = ("Content-Type", "application/x-www-form-urlencoded")
        body = urlencode(fields).encode()
        return self._keep(await self.client.send("POST", path, (*self._cookie(), media_type, *headers), body))

    async def submit(self, page: str, action: str, /, headers: Headers = (), **fields: str) -> Reply:
        """Open ``page``, fill its form that goes to ``action``, and send it."""
        shown = await self.get(page)
        assert shown.status == 200, shown.body.decode()
        form = Form(shown.body.decode(), action)
        assert action in form.actions, f"no form for {action} among {form.actions}"
        return await self.post(action, form.fields | fields, headers)

    async def sign_up(self, email: str = "mia@outlook.example", *, next_page: str = "") -> Reply:
        page = f"/sign-up?{urlencode({'next': next_page})}" if next_page else "/sign-up"
        return await self.submit(page, "/sign-up", email=email, password=PASSWORD)

    async def sign_in(
        self, email: str = "mia@outlook.example", password: str = PASSWORD, *, next_page: str = ""
    ) -> Reply:
        page = f"/sign-in?{urlencode({'next': next_page})}" if next_page else "/sign-in"
        return await self.submit(page, "/sign-in", email=email, password=password)

    def _cookie(self) -> Headers:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return (("Cookie", held),) if held else ()

    def _keep(self, reply: Reply) -> Reply:
        for name, value in reply.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                held, *attributes = rest.split("; ")
                if "Max-Age=0" in attributes:
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = held
        return reply


def location(reply: Reply) -> str:
    """Return where the answer sends the browser."""
    target = reply.header("location")
    assert target is not None, f"{reply.status} sends nobody anywhere"
    return target


def path_of(address: str) -> str:
    """Return the path and query of an address, as a request line has them."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def said(reply: Reply) -> Any:
    return reply.body.decode()
