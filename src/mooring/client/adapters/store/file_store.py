"""The store in the home folder: one state document, replaced atomically, and the one before it.

Killed at any instant, the next start finds the old state or the new one:

    state.json            the state
    state.previous.json   the last good state before it
    state.json.new        being written; means nothing
    *.damaged             what could not be read, kept for whoever wants to know why
    lock                  held by whoever is changing the state
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from mooring.client.adapters.store.document import Damaged, read_document, write_document
from mooring.client.adapters.store.files import FileOperations
from mooring.client.domain.stored_state import NOTHING_STORED, Held, StoredState

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mooring.client.adapters.store.document import Owner


class FileStore:
    """The state of one product in a folder. Its methods raise `OSError` where the folder refuses.

    Args:
        folder: the home folder; made on the first save.
        owner: whose state it is.
        files: the file system, or a test's.
    """

    def __init__(self, folder: str, owner: Owner, files: FileOperations | None = None) -> None:
        self.folder = folder
        self._owner = owner
        self._files = files or FileOperations()
        self._current = os.path.join(folder, "state.json")
        self._previous = os.path.join(folder, "state.previous.json")
        self._lock = os.path.join(folder, "lock")

    def load(self) -> Held:
        """Return the newest state that is whole.

        Raises:
            OSError: a file is there and cannot be read.
            BelongsToAnother: the folder is another product's.
        """
        damaged = False
        for path in (self._current, self._previous):
            try:
                state = read_document(self._files.read(path), self._owner)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except Damaged:
                damaged = True
                continue
            return Held(state, restored=path == self._previous)
        return Held(NOTHING_STORED, lost=damaged)

    def save(self, state: StoredState) -> None:
        """Replace the state, keeping the one before it.

        Raises:
            OSError: the folder refuses, or the disk is full; the old state stays.
            BelongsToAnother: the folder is another product's, and stays as it is.
        """
        for path in (self._current, self._previous):
            self._set_aside_if_damaged(path)
        new = self._write(state)
        self._keep_current_as_previous()
        self._files.replace(new, self._current)
        self._files.sync_folder(self.folder)

    def forget(self) -> None:
        """Drop the certificate, here and in the copy: a copy must not bring a freed activation back."""
        state = self.load().state.without_certificate()
        self._files.replace(self._write(state), self._current)
        self._files.discard(self._previous)
        self._files.sync_folder(self.folder)

    def lock(self, *, seconds: float) -> AbstractContextManager[bool]:
        """Hold the folder's lock; False when somebody else still had it after ``seconds``."""
        from mooring.client.adapters.store.lock import file_lock  # noqa: PLC0415 - a status takes no lock

        self._files.make_folder(self.folder)
        return file_lock(self._lock, seconds=seconds)

    def _write(self, state: StoredState) -> str:
        new = self._current + ".new"
        self._files.make_folder(self.folder)
        try:
            self._files.write_synced(new, write_document(state, self._owner))
        except OSError:
            with contextlib.suppress(OSError):
                self._files.discard(new)
            raise
        return new

    def _set_aside_if_damaged(self, path: str) -> None:
        try:
            read_document(self._files.read(path), self._owner)
        except (FileNotFoundError, NotADirectoryError):
            return
        except Damaged:
            self._files.replace(path, path + ".damaged")

    def _keep_current_as_previous(self) -> None:
        # Written anew, and not renamed: in no instant is a whole `state.json` missing.
        try:
            current = self._files.read(self._current)
        except FileNotFoundError:
            return
        new = self._previous + ".new"
        self._files.write_synced(new, current)
        self._files.replace(new, self._previous)
