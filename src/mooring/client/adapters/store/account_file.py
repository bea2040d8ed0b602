"""The sign-in in a file of the home folder, `account.json`, readable by its owner only."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from mooring.client.adapters.store.files import FileOperations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mooring.client.adapters.store.document import Owner
    from mooring.client.adapters.store.memory_store import MemoryStore
    from mooring.client.domain.accounts.stored_account import StoredAccount

_VERSION = 1

# What reading a file raises that is not there, or was changed: nested too deep is one way.
_UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class AccountFile:
    """The account signed in on one installation. What cannot be written is kept in memory.

    Args:
        folder: the home folder.
        owner: whose program it is.
        files: the file system, or a test's.
    """

    def __init__(self, folder: str, owner: Owner, files: FileOperations | None = None) -> None:
        self._folder = folder
        self._path = os.path.join(folder, "account.json")
        self._owner = owner
        self._files = files or FileOperations()
        self._memory: MemoryAccount | None = None

    def load(self) -> StoredAccount | None:
        """Return the sign-in; None without one, or where the file is another program's or damaged."""
        if self._memory is not None:
            return self._memory.load()
        try:
            file = self._files.read(self._path)
        except OSError:
            return None
        from mooring.client.domain.accounts.stored_account import StoredAccount  # noqa: PLC0415 - few are signed in

        try:
            content = json.loads(file)
            if content["mooring"] != _VERSION or [content["issuer"], content["product"]] != [*self._owner]:
                return None
            return StoredAccount.from_document(content)
        except _UNUSABLE:
            return None

    def save(self, account: StoredAccount) -> None:
        """Keep the sign-in in the folder, or else in memory."""
        content = {"mooring": _VERSION, **self._owner._asdict(), **account.to_document()}
        new = self._path + ".new"
        try:
            self._files.make_folder(self._folder)
            self._files.write_synced(new, json.dumps(content).encode())
            self._files.replace(new, self._path)
            self._files.sync_folder(self._folder)
        except OSError:
            self._in_memory().save(account)
        else:
            self._memory = None

    def forget(self) -> None:
        """Drop the sign-in; where the file cannot be removed, for as long as the program runs."""
        try:
            self._files.discard(self._path)
        except NotADirectoryError:
            pass
        except OSError:
            self._in_memory().forget()
        else:
            self._memory = None

    @contextlib.contextmanager
    def lock(self, *, seconds: float) -> Iterator[bool]:
        """Hold the lock of the sign-in, or else one among the threads of this process."""
        from mooring.client.adapters.store.lock import file_lock  # noqa: PLC0415 - a status takes no lock

        with contextlib.ExitStack() as stack:
            try:
                self._files.make_folder(self._folder)
                path = os.path.join(self._folder, "account.lock")
                held = stack.enter_context(file_lock(path, seconds=seconds))
            except OSError:
                held = stack.enter_context(self._in_memory(keep=False).lock(seconds=seconds))
            yield held

    def __repr__(self) -> str:
        return f"<AccountFile {self._path}>"

    _spare: MemoryAccount | None = None

    def _in_memory(self, *, keep: bool = True) -> MemoryAccount:
        if self._spare is None:
            self._spare = MemoryAccount()
        if keep:
            self._memory = self._spare
        return self._spare


class MemoryAccount:
    """The account signed in on one installation as long as the program runs; for tests, and in need."""

    def __init__(self, account: StoredAccount | None = None) -> None:
        self._account = account
        self._threads: MemoryStore | None = None

    def load(self) -> StoredAccount | None:
        """Return the sign-in."""
        return self._account

    def save(self, account: StoredAccount) -> None:
        """Keep the sign-in."""
        self._account = account

    def forget(self) -> None:
        """Drop the sign-in."""
        self._account = None

    @contextlib.contextmanager
    def lock(self, *, seconds: float) -> Iterator[bool]:
        """Hold a lock among the threads of this process."""
        from mooring.client.adapters.store.memory_store import MemoryStore  # noqa: PLC0415 - lends its lock

        if self._threads is None:
            self._threads = MemoryStore()
        with self._threads.lock(seconds=seconds) as held:
            yield held
