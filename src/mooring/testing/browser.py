"""A person with a browser, in a test: they decide at once, and the browser comes back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class FakeBrowser:
    """A browser in which somebody decides at once.

    Args:
        visit: returns what comes back from an address; None if nothing does, because nobody looks.
    """

    redirect_uri = "http://127.0.0.1:1/callback"

    def __init__(self, visit: Callable[[str], Mapping[str, str] | None]) -> None:
        self._visit = visit
        self._brought: Mapping[str, str] | None = None
        self.visited: list[str] = []
        """Every address that was opened."""

    @contextmanager
    def listening(self) -> Iterator[FakeBrowser]:
        """Wait for what comes back."""
        yield self

    def open(self, address: str) -> bool:
        """Visit the address."""
        self.visited.append(address)
        self._brought = self._visit(address)
        return True

    def wait(
        self,
        is_answer: Callable[[Mapping[str, str]], bool],
        *,
        seconds: float,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Mapping[str, str] | None:
        """Return what came back, if it is the answer."""
        del seconds, cancelled
        brought = self._brought
        return brought if brought is not None and is_answer(brought) else None
