"""The store in memory: for a folder that cannot be written, and for tests."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from mooring.client.domain.stored_state import NOTHING_STORED, Held, StoredState

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryStore:
    """The state of one product, as long as the program runs."""

    def __init__(self, state: StoredState = NOTHING_STORED) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._process = os.getpid()

    def load(self) -> Held:
        """Return what is held."""
        return Held(self._state)

    def save(self, state: StoredState) -> None:
        """Hold ``state``."""
        self._state = state

    def forget(self) -> None:
        """Drop the certificate."""
        self._state = self._state.without_certificate()

    @contextlib.contextmanager
    def lock(self, *, seconds: float) -> Iterator[bool]:
        """Hold the lock; False when another thread still had it after ``seconds``."""
        if (
            self._process != os.getpid()
        ):  # forked: the thread that may have held the lock is not in this process
            self._lock, self._process = threading.Lock(), os.getpid()
        lock = self._lock
        held = lock.acquire(timeout=seconds)
        try:
            yield held
        finally:
            if held:
                lock.release()
