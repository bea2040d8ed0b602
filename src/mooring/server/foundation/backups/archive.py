"""A backup's file: a ZIP archive of the database, a note about it and, only if wished, the sealed secrets.

Every member carries a checksum; ``mooring.db`` is an ordinary SQLite file, should Mooring itself be lost.
"""

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Final, Literal, Self

import msgspec

from mooring.server.foundation.disk import sync_folder

_NOTE, _DATABASE, _SECRETS = "backup.json", "mooring.db", "secrets.sealed"
_NOTE_LIMIT: Final = 65_536
_SECRETS_LIMIT: Final = 65_536
# ``zipfile`` raises the last two for members that are encrypted, or packed in a way it does not know.
_UNREADABLE: Final = (zipfile.BadZipFile, KeyError, EOFError, zlib.error, RuntimeError, NotImplementedError)
_CHUNK: Final = 1 << 20
Progress = Callable[[int], None]


class BackupUnusable(Exception):
    """A file is no backup of Mooring, or is damaged; the message says which."""


class BackupExists(Exception):
    """There is a file already where the backup was to be written."""


Plain: Final = msgspec.Meta(pattern="^[A-Za-z0-9_-]*$", max_length=64)
"""What is shown to an operator before anything is proven: it must not steer the terminal."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says about itself."""

    mooring_backup: Literal[1] = 1
    made_at: datetime
    revision: Annotated[str, Plain]
    """The revision of the database's tables."""
    secret_fingerprint: Annotated[str, Plain] | None
    """Which secret the database belongs to; none before it has a publisher."""
    database_bytes: int


def write(file: Path, note: Note, database: Path, sealed_secrets: bytes | None, progress: Progress) -> None:
    """Write the backup ``file``, which appears under its name only when it is complete and on the disk.

    Args:
        file: Where; nothing may be there yet.
        note: What the backup says about itself.
        database: The copy to put in.
        sealed_secrets: The secrets, already encrypted; none leaves them out.
        progress: Told how many bytes of the database are written.

    Raises:
        BackupExists: there is a file at ``file``.
        OSError: it cannot be written.
    """
    draft = file.with_name(f"{file.name}.{os.urandom(4).hex()}.partial")
    try:
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            # Level 1: a big database is copied at the disk's speed; ids and hashes compress little anyway.
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_NOTE, msgspec.json.encode(note))
                if sealed_secrets is not None:
                    archive.writestr(_SECRETS, sealed_secrets)
                with database.open("rb") as source, archive.open(_DATABASE, "w", force_zip64=True) as member:
                    _copy(source, member, progress)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)  # unlike a rename, never over another backup
        except FileExistsError:
            raise BackupExists(f"There is a file at {file} already; a backup is not overwritten.") from None
        sync_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)


class BackupFile:
    """A backup that is read. Use it in a ``with`` statement."""

    def __init__(self, file: Path) -> None:
        """Open ``file``.

        Raises:
            BackupUnusable: it is not a backup, or is damaged.
        """
        try:
            self._archive = zipfile.ZipFile(file)
            with self._archive.open(_NOTE) as member:
                self.note = msgspec.json.decode(member.read(_NOTE_LIMIT), type=Note)
        except (OSError, msgspec.DecodeError, RecursionError, *_UNREADABLE) as error:
            why = getattr(error, "strerror", None) or "it is no Mooring backup"
            raise BackupUnusable(f"The backup {file} cannot be used: {why}.") from error
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    @property
    def sealed_secrets(self) -> bytes | None:
        """The encrypted secrets, if they were put in."""
        if _SECRETS not in self._archive.namelist():
            return None
        content = io.BytesIO()
        self._take(_SECRETS, content, lambda _: None, limit=_SECRETS_LIMIT)
        return content.getvalue()

    def take_database(self, target: IO[bytes], progress: Progress) -> None:
        """Write the database into ``target``, telling ``progress`` how many bytes are done.

        Raises:
            BackupUnusable: the backup is damaged.
        """
        self._take(_DATABASE, target, progress, limit=self.note.database_bytes)

    def _take(self, name: str, target: IO[bytes], progress: Progress, *, limit: int) -> None:
        def tell(done: int) -> None:
            if done > limit:  # a small file can unpack to more than the disk holds
                raise BackupUnusable(f"The backup {self._file} is damaged.")
            progress(done)

        try:
            with self._archive.open(name) as member:
                _copy(member, target, tell)
        except _UNREADABLE as error:
            raise BackupUnusable(f"The backup {self._file} is damaged.") from error


def _copy(source: IO[bytes], target: IO[bytes], progress: Progress) -> None:
    done = 0
    while chunk := source.read(_CHUNK):
        target.write(chunk)
        done += len(chunk)
        progress(done)
