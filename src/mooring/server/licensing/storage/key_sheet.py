"""Key sheets: the CSV files in which minted keys leave the server.

While keys are being minted a sheet is called ``FILE.partial``. After a crash it may end in a line that was
not written whole; the reader stops there, because no license is kept before its line is durable.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from mooring.core.identifiers import LicenseId, is_identifier
from mooring.core.product_key import ProductKey
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere, ValueRefused
from mooring.server.licensing.ports.minting import MintedKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

COLUMNS = "product_key,license_id,product,edition,policy,batch"


class KeySheetFile:
    """A :class:`~mooring.server.licensing.ports.minting.KeySheet` that only its owner may read."""

    def __init__(self, path: Path, stream: BinaryIO, tail: str, written: list[MintedKey]) -> None:
        self.path = path
        self._stream = stream
        self._tail = tail
        self._written = written

    @classmethod
    def create(cls, path: Path, *, product: str, edition: str, policy: str, batch: str) -> KeySheetFile:
        """Begin a new sheet.

        Raises:
            AlreadyExists: There is such a file, or an unfinished sheet of this name.
            ValueRefused: The file cannot be written.
        """
        if path.exists():
            raise AlreadyExists(f"{path} exists and is not overwritten.", "Choose another file.")
        try:
            stream = open(os.open(_partial(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b")  # noqa: SIM115
        except FileExistsError:
            raise AlreadyExists(
                f"{_partial(path)} was left by an interrupted minting.",
                "Finish it with the same command and --resume",
            ) from None
        except OSError as error:
            raise ValueRefused(
                f"{path} cannot be written: {error.strerror}.", "Choose another file."
            ) from error
        _lock(stream, path)
        sheet = cls(path, stream, f"{product},{edition},{policy},{batch}", [])
        sheet._write(f"{COLUMNS}\n")
        _sync_folder(path)
        return sheet

    @classmethod
    def resume(cls, path: Path, *, product: str, edition: str, policy: str, batch: str) -> KeySheetFile:
        """Open the sheet that an interrupted minting left; ``batch`` counts only if it holds no key yet.

        Raises:
            NotThere: There is no unfinished sheet of this name.
            ValueRefused: It cannot be read, or is for another product, edition or policy.
        """
        try:
            stream = open(os.open(_partial(path), os.O_RDWR), "r+b")  # noqa: SIM115 - lives as long as the sheet
        except FileNotFoundError:
            raise NotThere(
                f"No interrupted minting left {_partial(path)}.", "Run the command without --resume"
            ) from None
        except OSError as error:
            raise ValueRefused(
                f"{_partial(path)} cannot be opened: {error.strerror}.", "See to its permissions."
            ) from error
        _lock(stream, path)
        written, tail, end = _read(stream)
        for_whom = f"{product},{edition},{policy},"
        if tail is not None and not tail.startswith(for_whom):
            stream.close()
            raise ValueRefused(
                f"{_partial(path)} holds keys for {' '.join(tail.split(',')[:3])}.",
                "Resume with the same product, edition and policy, or choose another file.",
            )
        stream.seek(end)
        stream.truncate()
        sheet = cls(path, stream, tail or f"{for_whom}{batch}", written)
        if end == 0:
            sheet._write(f"{COLUMNS}\n")
        return sheet

    @property
    def batch(self) -> str:
        """The name by which the licenses of this sheet are found again."""
        return self._tail.rpartition(",")[2]

    def written(self) -> Iterable[MintedKey]:
        """Return the keys that an interrupted minting left on this sheet."""
        return self._written

    def append(self, keys: Sequence[MintedKey]) -> None:
        """Write ``keys``; on return they outlive a crash."""
        tail = self._tail
        self._write(
            "".join(
                f"{s[:5]}-{s[5:10]}-{s[10:15]}-{s[15:20]}-{s[20:]},{license_id},{tail}\n"
                for s, license_id in keys
            )
        )

    def finish(self) -> None:
        """Give the sheet its final name; raises AlreadyExists if a file got that name meanwhile."""
        self._stream.close()
        try:
            if os.name == "posix":
                os.link(_partial(self.path), self.path)  # fails where a rename would overwrite
                os.unlink(_partial(self.path))
            else:
                os.rename(_partial(self.path), self.path)
        except FileExistsError:
            raise AlreadyExists(
                f"{self.path} was made by somebody else meanwhile.",
                f"The keys are complete in {_partial(self.path)}: give it another name.",
            ) from None
        _sync_folder(self.path)

    def close(self) -> None:
        """Leave the sheet as it is."""
        self._stream.close()

    def _write(self, text: str) -> None:
        self._stream.write(text.encode("ascii"))
        self._stream.flush()
        os.fsync(self._stream.fileno())


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")


def _read(stream: BinaryIO) -> tuple[list[MintedKey], str | None, int]:
    """Return the whole lines' keys, what follows key and license on each, and where the whole lines end."""
    written: list[MintedKey] = []
    tail: str | None = None
    end = 0
    for number, line in enumerate(stream):
        if number == 0:
            if line != f"{COLUMNS}\n".encode():
                break
        else:
            key, rest = _parsed(line)
            if key is None or (tail is not None and rest != tail):
                break
            written.append(key)
            tail = rest
        end += len(line)
    return written, tail, end


def _parsed(line: bytes) -> tuple[MintedKey | None, str]:
    try:
        typed, license_id, tail = line.decode("ascii").split(",", 2)
        symbols = ProductKey(typed.replace("-", "")).symbols
    except ValueError:
        return None, ""
    if not tail.endswith("\n") or not is_identifier(license_id, "lic"):
        return None, ""
    return MintedKey(symbols, LicenseId(license_id)), tail[:-1]


def _lock(stream: BinaryIO, path: Path) -> None:
    """Keep a second minting off this sheet; the lock ends with the stream."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise AlreadyExists(
            f"Another minting is writing {_partial(path)} now.", "Wait for it to end."
        ) from None


def _sync_folder(path: Path) -> None:
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
