"""The store that programs use: the home folder, and memory where the folder cannot be used."""

from __future__ import annotations

import contextlib
import os
from functools import cached_property
from typing import TYPE_CHECKING

from mooring.client.adapters.store.document import BelongsToAnother
from mooring.client.domain.stored_state import NOTHING_STORED, Held, StoredState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mooring.client.adapters.store.file_store import FileStore
    from mooring.client.adapters.store.memory_store import MemoryStore


class ResilientStore:
    """A file store that never raises: what the folder refuses is kept in memory while the program runs.

    A later save that succeeds, or another process's, ends the time in memory.
    """

    def __init__(self, disk: FileStore) -> None:
        self._disk = disk
        self._memory: StoredState | None = None
        self._disk_when_refused: StoredState = NOTHING_STORED

    def load(self) -> Held:
        """Return what is held, and whether the folder can be written."""
        held = self._load_from_disk()
        memory = self._memory
        if memory is None:
            return held
        if held.state != self._disk_when_refused:  # another process could write: what it wrote is newer
            self._memory = None
            return held
        return Held(memory, unwritable=self._disk.folder)

    def save(self, state: StoredState) -> None:
        """Hold ``state`` in the folder, or else in memory."""
        try:
            self._disk.save(state)
        except (OSError, BelongsToAnother):
            self._keep_in_memory(state)
        else:
            self._memory = None

    def forget(self) -> None:
        """Drop the certificate from the folder, or else for as long as the program runs."""
        state = self.load().state
        try:
            self._disk.forget()
        except (OSError, BelongsToAnother):
            self._keep_in_memory(state.without_certificate())
        else:
            self._memory = None

    @contextlib.contextmanager
    def lock(self, *, seconds: float) -> Iterator[bool]:
        """Hold the folder's lock, or else one among the threads of this process."""
        with contextlib.ExitStack() as stack:
            try:
                held = stack.enter_context(self._disk.lock(seconds=seconds))
            except OSError:
                held = stack.enter_context(self._threads.lock(seconds=seconds))
            yield held

    def _keep_in_memory(self, state: StoredState) -> None:
        self._disk_when_refused = self._load_from_disk().state
        self._memory = state

    @cached_property
    def _threads(self) -> MemoryStore:
        """Lends its lock where the folder has none to give."""
        from mooring.client.adapters.store.memory_store import MemoryStore  # noqa: PLC0415 - rarely needed

        return MemoryStore()

    def _load_from_disk(self) -> Held:
        folder = self._disk.folder
        try:
            held = self._disk.load()
        except (OSError, BelongsToAnother):
            return Held(NOTHING_STORED, unwritable=folder)
        return held if _can_be_written(folder) else held._replace(unwritable=folder)


def _can_be_written(folder: str) -> bool:
    # A folder that is not there yet can be made if the nearest one above it can be written.
    while not os.path.lexists(folder):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)
