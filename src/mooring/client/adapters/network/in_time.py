"""Work that is left behind when its deadline passes.

A socket's own time-out begins anew with every read, and looking up a name has none: a server that sends
a byte a second would hold a program for ever. So the work runs in a daemon thread, and nobody waits for
it too long.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from mooring.client.domain.errors import ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.deadline import Deadline

T = TypeVar("T")


def in_time(work: Callable[[], T], deadline: Deadline, *, abandon: Callable[[], None] | None = None) -> T:
    """Return what ``work`` returns, or raise what it raises.

    Args:
        work: what to do; it may hang.
        deadline: when to stop waiting for it.
        abandon: called when nobody waits any more; it should make ``work`` end.

    Raises:
        ServerUnreachable: ``work`` was not done in time.
    """
    outcome: _Outcome[T] = _Outcome()
    thread = threading.Thread(target=outcome.of, args=(work,), name="mooring-network", daemon=True)
    try:
        thread.start()
    except RuntimeError as error:  # the interpreter is shutting down, or the system has no thread to give
        raise ServerUnreachable("no thread could be started") from error
    try:
        thread.join(deadline.remaining)
    finally:
        late = thread.is_alive()
        if late and abandon is not None:
            abandon()
    if late:  # whatever the work says of its end by now: it ended because it was abandoned
        raise ServerUnreachable("it did not answer in time")
    return outcome.get()


class _Outcome(Generic[T]):
    """What came of the work, as its thread left it."""

    def __init__(self) -> None:
        self._results: list[T] = []
        self._error: BaseException | None = None

    def of(self, work: Callable[[], T]) -> None:
        try:
            self._results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            self._error = error

    def get(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
