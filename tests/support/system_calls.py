"""What a process asked the operating system to do, in order, as `strace -f -yy -xx` writes it down."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

CALLS = ("fsync", "fdatasync", "pwrite64", "pwritev", "write", "writev", "sendto", "sendmsg")

_LINE = re.compile(r"(?P<thread>\d+) +(?P<call>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)")
_BYTES = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FILE = re.compile(r"\d+<(?P<file>.*?)>(?=[,)\s]|$)")


class SystemCall(NamedTuple):
    """One call. ``began`` and ``ended`` are places in the order of everything that was written down."""

    name: str
    file: str
    data: bytes
    began: int
    ended: int


class Frame(NamedTuple):
    """One page that SQLite wrote to its write-ahead log (sqlite.org/fileformat2.html §4.1)."""

    page: bytes
    commits: bool
    ended: int


def read_trace(text: str) -> list[SystemCall]:
    """Return the calls of a trace, in the order in which they began."""
    calls: list[SystemCall] = []
    open_calls: dict[str, tuple[str, str, int]] = {}
    for place, line in enumerate(text.splitlines()):
        if resumed := _RESUMED.match(line):
            name, rest, began = open_calls.pop(resumed["thread"])
            calls.append(_call(name, rest + resumed["rest"], began, place))
        elif begun := _LINE.match(line):
            if "<unfinished ...>" in line:
                open_calls[begun["thread"]] = (begun["call"], begun["rest"], place)
            else:
                calls.append(_call(begun["call"], begun["rest"], place, place))
    return sorted(calls, key=lambda call: call.began)


def frames(calls: Sequence[SystemCall]) -> Iterator[Frame]:
    """Return the pages written to a write-ahead log: each a header of 24 bytes, then the page."""
    written = [call for call in calls if call.file.endswith("-wal") and call.name.startswith(("pw", "write"))]
    header = b""
    for call in written:
        if len(call.data) == 24:
            header = call.data
        elif header:
            yield Frame(call.data, header[4:8] != b"\0\0\0\0", call.ended)
            header = b""


def durable_from(calls: Sequence[SystemCall], mark: bytes, *, after: int) -> int | None:
    """Return from which place on the first transaction ``after`` one, with ``mark``, was on the disk.

    That is the end of the first `fsync` of the log that began after its commit frame was written; None if
    there was none.
    """
    log = [frame for frame in frames(calls) if frame.ended > after]
    first = next((number for number, frame in enumerate(log) if mark in frame.page), len(log))
    committed = next((frame.ended for frame in log[first:] if frame.commits), None)
    syncs = (call for call in calls if call.name in {"fsync", "fdatasync"} and call.file.endswith("-wal"))
    return None if committed is None else next((c.ended for c in syncs if c.began > committed), None)


def sent_at(calls: Sequence[SystemCall], mark: bytes) -> int:
    """Return the place at which the answer with ``mark`` began to leave.

    That is the first byte on its connection, which carried nothing else.
    """
    sent = [call for call in calls if call.file.startswith("TCP")]
    answer = next(call for call in sent if mark in call.data)
    return next(call.began for call in sent if call.file == answer.file)


def _call(name: str, rest: str, began: int, ended: int) -> SystemCall:
    file = _FILE.match(rest)
    data = b"".join(bytes.fromhex(found.replace("\\x", "")) for found in _BYTES.findall(rest))
    return SystemCall(name, _plain(file["file"]) if file else "", data, began, ended)


def _plain(file: str) -> str:
    """Return a file's name: with `-xx` strace writes that in hexadecimal, too."""
    return bytes.fromhex(file.replace("\\x", "")).decode() if file.startswith("\\x") else file
