"""Where a person goes on after signing in: a page of ours, and never anybody else's."""

from collections.abc import Callable
from typing import Final

LONGEST: Final = 4096


def own_page(wish: str | None, is_ours: Callable[[str], bool], otherwise: str) -> str:
    r"""Return ``wish`` if it is one of our own pages, else ``otherwise``.

    ``is_ours`` tells whether a path has a page that can be shown. So an address that a browser would read in
    another way than we do (``//host``, ``/\host``, a tab in between) is not judged at all: it is no page's.
    """
    if not wish or len(wish) > LONGEST or not wish.isascii() or not wish.isprintable():
        return otherwise
    path, _, _ = wish.partition("?")
    if "#" in wish or "\\" in wish or not is_ours(path):
        return otherwise
    return wish
