"""The supervisor: starts the workers, another for one that dies or hangs, and ends when all have ended.

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
HANGS_AFTER: Final = 30.0
"""Seconds without a beat, after which a worker counts as hanging and is ended.

A worker beats every second; nothing that it does between two beats takes one. So thirty are no pause but an
endless one, and a computer so busy that it runs nobody for as long is not helped by ending anybody sooner.
"""
START_PATIENCE: Final = 120.0
"""Seconds until the first beat: before it the database is opened, which may be on its way back."""
OVERSLEPT: Final = 5.0
"""Seconds: a supervisor that wakes so much too late was stopped itself, as the workers may have been."""
LAST_PATIENCE: Final = GRACE_SECONDS + 5.0
"""Seconds until workers that were asked to stop are made to."""
_ASKED_BY: Final = (signal.SIGTERM, signal.SIGINT)

Work = Callable[[int, Callable[[], None], int], bool]
"""Serves as the worker of a number: told what to call as long as it answers, and given the lifeline."""


@dataclass(slots=True)
class _Worker:
    """One worker's place, and the process that fills it."""

    number: int
    pid: int | None = None
    started_at: float = 0.0
    pulse: int | None = None
    """Where it says that it answers, every second anew."""
    answers: bool = False
    heard_at: float = 0.0
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
            self._wait(
                min(worker.start_at if worker.pid is None else _late(worker) for worker in self._workers)
            )
            self._end_hanging()
            for worker in self._ended():
                if self._awaited:
                    return False
                self._plan_successor(worker)
        return True

    def _start(self, worker: _Worker) -> None:
        """Start ``worker``; where the system has no room for another process now, try again later."""
        try:
            self._fork(worker)
        except OSError as error:
            self._plan_start(worker)
            pause = round(worker.start_at - time.monotonic(), 2)
            self._log.error("worker_not_started", worker=worker.number, why=error.strerror, again_in=pause)

    def _fork(self, worker: _Worker) -> None:
        pulse, tell = os.pipe()
        # Until it has handlers of its own, a signal for the worker must not be taken for one of ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, (*_ASKED_BY, signal.SIGCHLD))
        try:
            pid = os.fork()
            if pid == 0:
                self._become(worker, tell)
        except OSError:
            os.close(pulse)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_ASKED_BY, signal.SIGCHLD))
            os.close(tell)
        now = time.monotonic()
        worker.pid, worker.pulse, worker.started_at = pid, pulse, now
        worker.answers, worker.heard_at = False, now

    def _become(self, worker: _Worker, tell: int) -> NoReturn:
        """Be the worker, in the process that was just forked."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*_ASKED_BY, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_ASKED_BY, signal.SIGCHLD))
            os.close(self._hold)  # else it would hold its own lifeline
            os.set_blocking(tell, False)  # a supervisor that does not listen keeps no worker waiting
            if self._work(worker.number, lambda: _say(tell), self._lifeline):
                code = 0
        except BaseException:  # noqa: BLE001 - whatever it is ends this process, and no other
            self._log.exception("worker_failed", worker=worker.number)
        finally:
            os._exit(code)

    def _wait(self, until: float) -> None:
        """Wait until something happens, at most ``until`` then."""
        watched = [self._woken, *(worker.pulse for worker in self._workers if worker.pulse is not None)]
        readable, _, _ = select.select(watched, (), (), max(0.0, until - time.monotonic()))
        if self._woken in readable:
            os.read(self._woken, 4096)
        overslept = time.monotonic() > until + OVERSLEPT
        for worker in self._workers:
            if overslept:
                worker.heard_at = time.monotonic()
            if worker.pulse in readable and worker.pulse is not None:
                self._hear(worker, worker.pulse)

    def _hear(self, worker: _Worker, pulse: int) -> None:
        if not os.read(pulse, 4096):
            os.close(pulse)
            worker.pulse = None
            return
        worker.answers, worker.heard_at = True, time.monotonic()
        if self._awaited:
            self._awaited.discard(worker.number)
            if not self._awaited:
                self._announce()

    def _end_hanging(self) -> None:
        """End the workers that have not been heard of for too long, and say so."""
        for worker in self._workers:
            if worker.pid is not None and _late(worker) <= time.monotonic():
                silent = round(time.monotonic() - worker.heard_at)
                self._log.error("worker_hangs", worker=worker.number, pid=worker.pid, silent_for=silent)
                worker.heard_at = time.monotonic()
                os.kill(worker.pid, signal.SIGKILL)

    def _ended(self) -> list[_Worker]:
        """Return the workers that have ended since, and say so."""
        ended = []
        for worker in self._workers:
            if worker.pid is None:
                continue
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid:
                if worker.pulse is not None:
                    os.close(worker.pulse)
                worker.pid = worker.pulse = None
                ended.append(worker)
                if not self._asked:
                    self._log.warning("worker_ended", worker=worker.number, pid=pid, how=_how(status))
        return ended

    def _plan_successor(self, worker: _Worker) -> None:
        if time.monotonic() - worker.started_at < SHORT_LIFE:
            self._plan_start(worker)
        else:
            worker.short_lives, worker.start_at = 0, time.monotonic()

    def _plan_start(self, worker: _Worker) -> None:
        """Let a worker that lived for a moment, or not at all, start after a longer pause than last time."""
        pause = min(FIRST_PAUSE * 2.0**worker.short_lives, LONGEST_PAUSE)
        worker.short_lives += 1
        worker.start_at = time.monotonic() + pause

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
    with suppress(BrokenPipeError, BlockingIOError):
        os.write(tell, b"!")


def _late(worker: _Worker) -> float:
    """Return when a worker that is not heard of until then counts as hanging."""
    return worker.heard_at + (HANGS_AFTER if worker.answers else START_PATIENCE)


def _how(status: int) -> str:
    """Return how a process ended, for people."""
    code = os.waitstatus_to_exitcode(status)
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name
