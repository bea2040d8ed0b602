"""A board that the workers of one server share: each writes on its own place what the others may read.

It lies in memory that processes inherit when they are forked from the one that made it. So it leaves no file
behind, and what a worker wrote is there for its successor.
"""

import mmap
import struct
import zlib
from typing import Final

PLACE_BYTES: Final = 1024 * 1024
"""What one place may take of the memory; what is not used of it takes none."""
_HEAD: Final = struct.Struct("<II")  # length, CRC-32
_HALF: Final = PLACE_BYTES // 2
_MOST_TRIES: Final = 20


class Place:
    """Where one worker writes.

    It has two halves. The one that is not being read is written, then a single byte says that it counts: so a
    worker that is killed in the middle leaves what it had written before.
    """

    def __init__(self, memory: mmap.mmap, start: int) -> None:
        self._memory = memory
        self._start = start

    def write(self, content: bytes) -> bool:
        """Replace what is written here, and return whether there was room for ``content``."""
        if len(content) > _HALF - _HEAD.size:
            return False
        counts = 1 - self._memory[self._start]
        at = self._half(counts)
        self._memory[at : at + _HEAD.size] = _HEAD.pack(len(content), zlib.crc32(content))
        self._memory[at + _HEAD.size : at + _HEAD.size + len(content)] = content
        self._memory[self._start] = counts
        return True

    def read(self) -> bytes:
        """Return what is written here, nothing where nothing was."""
        for _ in range(_MOST_TRIES):  # again where it was written twice meanwhile
            at = self._half(self._memory[self._start])
            length, check = _HEAD.unpack(self._memory[at : at + _HEAD.size])
            content = self._memory[at + _HEAD.size : at + _HEAD.size + length]
            if zlib.crc32(content) == check:
                return content
        return b""

    def _half(self, number: int) -> int:
        return self._start + 1 + number * _HALF


class Board:
    """As many places as there are workers."""

    def __init__(self, places: int) -> None:
        self._memory = mmap.mmap(-1, places * (PLACE_BYTES + 1))
        self.places: Final = tuple(
            Place(self._memory, number * (PLACE_BYTES + 1)) for number in range(places)
        )
