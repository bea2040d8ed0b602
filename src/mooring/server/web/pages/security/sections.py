"""A section of the page on security: its template, what that shows, and what is said when it was changed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.door import SECURITY
from mooring.server.web.pages.visiting.visit import Visit


class Section(NamedTuple):
    """One section of the page."""

    name: str
    """What its heading is called in addresses, such as ``passkeys``."""
    template: str
    """A path below ``pages/``; in it ``own`` is what ``values`` returned."""
    values: Callable[[Visit], Awaitable[Mapping[str, object]]]
    """Finds out what it shows; nothing at all leaves it out."""
    done: Mapping[str, str]
    """What the page says after something of this section was done, by the word in the address."""


def back(_visit: Visit, done: str, section: str = "") -> Answer:
    """Send the browser back to the page, which says what was ``done`` beside its ``section``."""
    return _visit.go_to(f"{SECURITY}?done={done}" + (f"#{section}" if section else ""))
