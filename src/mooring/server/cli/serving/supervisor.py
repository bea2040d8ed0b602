"""The supervisor: starts the workers, starts another for one that dies, and ends when all have ended.

It does nothing else, so that nothing can go wrong with it: it opens no database and no event loop. Workers
are forked from it once everything is loaded, which takes a moment and shares the memory; when it is gone
itself, its end of the lifeline closes and they end, too.
"""

import gc
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NoReturn

from mooring.server.cli.serving.worker import GRACE_SECONDS
from mooring.server.web.watch.logs import logger

SHORT_LIFE: Final = 2.0
"""Seconds: a worker that lived no longer has a successor only after a pause."""
FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 5.0
"""Seconds; the pause doubles from one short life to the next."""
LAST_PATIENCE: Final = GRACE_SECONDS + 5.0
"""Seconds until workers that were asked to stop are made to."""
_ASKED_BY: Final = (signal.SIGTERM, signal.SIGINT)

Work = Callable[[int, Callable[[], None], int], bool]
"""Serves as the worker of a number: told what to call when it is ready, and given the lifeline."""


@dataclass(slots=True)
class _Worker:
    """One worker's place, and the process that fills it."""

    number: int
    pid: int | None = None
    started_at: float = 0.0
    ready: int | None = None
    """Where it will say that it answers."""
    short_lives: int = 0
    start_at: float = 0.0


class Supervisor:
    """Keeps ``count`` workers alive."""

    def __init__(
        self, count: int, work: Work, *, announce: Callable[[], None], stop_listening: Callable[[], None]
    ) -> None:
        """Let workers ``work``; ``announce`` when all answer, and ``stop_listening`` when they are to end."""
        self._workers = [_Worker(number) for number in range(count)]
        self._work = work
        self._announce = announce
        self._stop_listening = stop_listening
        self._awaited = set(range(count))
        self._asked = 0
        self._lifeline, self._hold = os.pipe()
        self._woken, self._wake = os.pipe()
        self._log = logger()

    def run(self) -> bool:
        """Return when all workers have ended, because that was asked for: True.

        False where one ended before all had answered for the first time: another would end like it.
        """
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake)
        before = {number: signal.signal(number, self._note) for number in (*_ASKED_BY, signal.SIGCHLD)}
        gc.freeze()  # what is here now stays: counting it over and over would only part it from the workers
        try:
            return self._supervise()
        finally:
            self._end_all()
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            gc.unfreeze()

    def _supervise(self) -> bool:
        while not self._asked:
            for worker in self._workers:
                if worker.pid is None and worker.start_at <= time.monotonic():
                    self._start(worker)
            self._wait(min((worker.start_at for worker in self._workers if worker.pid is None), default=None))
            for worker in self._ended():
                if self._awaited:
                    return False
                self._plan_successor(worker)
        return True

    def _start(self, worker: _Worker) -> None:
        ready, tell = os.pipe()
        # Until it has handlers of its own, a signal for the worker must not be taken for one of ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, (*_ASKED_BY, signal.SIGCHLD))
        pid = os.fork()
        if pid == 0:
            self._become(worker, tell)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_ASKED_BY, signal.SIGCHLD))
        os.close(tell)
        worker.pid, worker.ready, worker.started_at = pid, ready, time.monotonic()

    def _become(self, worker: _Worker, tell: int) -> NoReturn:
        """Be the worker, in the process that was just forked."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*_ASKED_BY, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_ASKED_BY, signal.SIGCHLD))
            os.close(self._hold)  # else it would hold its own lifeline
            if self._work(worker.number, lambda: _say(tell), self._lifeline):
                code = 0
        except BaseException:  # noqa: BLE001 - whatever it is ends this process, and no other
            self._log.exception("worker_failed", worker=worker.number)
        finally:
            os._exit(code)

    def _wait(self, until: float | None) -> None:
        """Wait until something happens, at most ``until`` then."""
        watched = [self._woken, *(worker.ready for worker in self._workers if worker.ready is not None)]
        patience = None if until is None else max(0.0, until - time.monotonic())
        readable, _, _ = select.select(watched, (), (), patience)
        if self._woken in readable:
            os.read(self._woken, 4096)
        for worker in self._workers:
            if worker.ready in readable and worker.ready is not None:
                self._hear(worker, worker.ready)

    def _hear(self, worker: _Worker, ready: int) -> None:
        said = os.read(ready, 1)
        os.close(ready)
        worker.ready = None
        if said and self._awaited:
            self._awaited.discard(worker.number)
            if not self._awaited:
                self._announce()

    def _ended(self) -> list[_Worker]:
        """Return the workers that have ended since, and say so."""
        ended = []
        for worker in self._workers:
            if worker.pid is None:
                continue
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid:
                if worker.ready is not None:
                    os.close(worker.ready)
                worker.pid = worker.ready = None
                ended.append(worker)
                if not self._asked:
                    self._log.warning("worker_ended", worker=worker.number, pid=pid, how=_how(status))
        return ended

    def _plan_successor(self, worker: _Worker) -> None:
        now = time.monotonic()
        worker.short_lives = worker.short_lives + 1 if now - worker.started_at < SHORT_LIFE else 0
        pause = FIRST_PAUSE * 2.0 ** (worker.short_lives - 1) if worker.short_lives else 0.0
        worker.start_at = now + min(pause, LONGEST_PAUSE)

    def _end_all(self) -> None:
        """Let the workers finish what they are at, and end them if that takes too long or is asked for."""
        self._stop_listening()
        self._tell_all(signal.SIGTERM)
        give_up_at = time.monotonic() + LAST_PATIENCE
        hurried = self._asked
        while any(worker.pid is not None for worker in self._workers):
            if time.monotonic() >= give_up_at or self._asked > hurried:
                self._tell_all(signal.SIGKILL)
            self._wait(min(give_up_at, time.monotonic() + 1.0))
            self._ended()
        for pipe in (self._hold, self._lifeline, self._woken, self._wake):
            os.close(pipe)

    def _tell_all(self, what: signal.Signals) -> None:
        for worker in self._workers:
            if worker.pid is not None:
                os.kill(worker.pid, what)

    def _note(self, number: int, _frame: object) -> None:
        if number in _ASKED_BY:
            self._asked += 1


def _say(tell: int) -> None:
    with suppress(BrokenPipeError):
        os.write(tell, b"!")
    os.close(tell)


def _how(status: int) -> str:
    """Return how a process ended, for people."""
    code = os.waitstatus_to_exitcode(status)
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name
