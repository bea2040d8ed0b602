"""What every page of Settings stands on: one errand at a time, away from the caller's thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast

from mooring.client.domain.errors import MooringError
from mooring.client.view.settings.labels import labels_in
from mooring.client.view.settings.problem import fault, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.app import App
    from mooring.client.domain.status import Account, Status
    from mooring.client.view.settings.problem import Problem

PageName = Literal["your_info", "devices", "activation", "privacy", "about"]
PAGES: tuple[PageName, ...] = ("your_info", "devices", "activation", "privacy", "about")
"""The pages, in the order in which they are listed."""

T = TypeVar("T")


class Snapshot(Protocol):
    """What every page's snapshot has: an immutable NamedTuple."""

    @property
    def title(self) -> str:
        """The page's name."""

    @property
    def ready(self) -> bool:
        """Whether the page has read what it shows; until then it has its title only."""

    @property
    def busy(self) -> str | None:
        """What is being done, as a sentence; while there is one, the page takes no other errand."""

    @property
    def problem(self) -> Problem | None:
        """What went wrong with the last errand."""

    @property
    def notice(self) -> str | None:
        """What the last errand brought about, to be shown and read out."""


S = TypeVar("S", bound=Snapshot)


class Desk:
    """What the pages share: the App, the door's two functions, and whether anybody still looks.

    Args:
        app: the App.
        run_in_background: runs a function in another thread, and returns at once.
        changed: receives a page's name and its new snapshot.
    """

    def __init__(
        self,
        app: App,
        run_in_background: Callable[[Callable[[], None]], None],
        changed: Callable[[PageName, Snapshot], object],
    ) -> None:
        self.app = app
        self.run_in_background = run_in_background
        self.changed = changed
        self.lock = threading.RLock()
        self._reading = threading.RLock()
        self.closed = False
        self.status: Status | None = None
        self.turns = 0
        """How often somebody signed in or out: what was asked before is of another account."""
        self.language = app.language
        self.labels: Mapping[str, str] = labels_in(self.language)
        self.pages: list[Page[Any]] = []

    @property
    def account(self) -> Account | None:
        """Who is signed in, as far as it was read."""
        return self.status.signed_in if self.status else None

    def refresh(self) -> None:
        """Read the state, and let every page show it. It reads files: call it in the background."""
        with self._reading:  # or an older state might be shown after a newer one
            status = self.app.status()
            with self.lock:
                self.turns += status.signed_in != self.account
                self.status = status
                for page in self.pages:
                    page.look_at(status)


class Page(Generic[S]):
    """One page: a snapshot, and errands that change it."""

    name: ClassVar[PageName]

    def __init__(self, desk: Desk, first: S) -> None:
        self._desk = desk
        self._snapshot = first
        self._running: object | None = None
        self._again: Callable[[], object] | None = None
        desk.pages.append(self)

    @property
    def snapshot(self) -> S:
        """What the page shows now."""
        return self._snapshot

    def look_at(self, status: Status) -> None:
        """Show ``status``; called whenever it was read anew."""
        raise NotImplementedError

    def dismiss(self) -> None:
        """Take away the problem and the notice."""
        self._show(problem=None, notice=None)

    def try_again(self) -> bool:
        """Run the last errand once more; return whether there was one to run."""
        return self._again is not None and bool(self._again())

    def _show(self, **members: object) -> None:
        """Show other members; the door hears of it, in the order of the changes, if anything is another."""
        with self._desk.lock:
            snapshot: S = cast(Any, self._snapshot)._replace(**members)
            if self._desk.closed or snapshot == self._snapshot:
                return
            self._snapshot = snapshot
            self._desk.changed(self.name, snapshot)

    def _errand(
        self,
        busy: str,
        work: Callable[[], T],
        done: Callable[[T], Mapping[str, object]],
        *,
        again: Callable[[], object] | None = None,
        of_the_account: bool = False,
        **at_once: object,
    ) -> bool:
        """Run ``work`` in the background, unless something runs already; return whether it was begun.

        Args:
            busy: what is being done, as a sentence.
            work: what takes its time.
            done: returns what the page shows when it went well; called with the lock held.
            again: what `try_again` calls.
            of_the_account: whether the result is worth nothing once somebody else is signed in.
            at_once: what else the page shows from now on.
        """
        with self._desk.lock:
            if self._desk.closed or self._running is not None:
                return False
            ticket, turns = object(), self._desk.turns
            self._running, self._again = ticket, again
            self._show(busy=busy, problem=None, notice=None, **at_once)

        def is_stale() -> bool:
            return of_the_account and turns != self._desk.turns

        try:
            self._desk.run_in_background(lambda: self._work(ticket, work, done, is_stale))
        except RuntimeError as error:  # there is no thread to be had
            self._end(ticket, _giving({"problem": fault(error, self._desk.language)}))
        return True

    def _give_up(self) -> None:
        """Wait no longer for what runs: whatever it brings is dropped."""
        with self._desk.lock:
            self._running = None
            self._show(busy=None)

    def _work(
        self,
        ticket: object,
        work: Callable[[], T],
        done: Callable[[T], Mapping[str, object]],
        is_stale: Callable[[], bool],
    ) -> None:
        members: Callable[[], Mapping[str, object]]
        try:
            result = work()
        except MooringError as error:
            members = _giving({"problem": problem_of(error)})
        except Exception as error:  # noqa: BLE001 - the last door: a person sees a sentence, never nothing
            members = _giving({"problem": fault(error, self._desk.language)})
        else:
            members = lambda: {} if is_stale() else done(result)  # noqa: E731 - for later, under the lock
        self._desk.refresh()  # also what went wrong may have changed the state
        with self._desk.lock:
            self._end(ticket, members)

    def _end(self, ticket: object, members: Callable[[], Mapping[str, object]]) -> None:
        with self._desk.lock:
            if self._running is not ticket:
                return
            self._running = None
            self._show(**{"busy": None, **members()})


def _giving(members: Mapping[str, object]) -> Callable[[], Mapping[str, object]]:
    return lambda: members
