"""An answer leaves only when its commit is on the disk: read off the system calls of a serving process."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from mooring.core.jose.encoding import b64url_decode
from tests.support.computers import a_computer
from tests.support.devices import SimulatedDevice
from tests.support.servers import Server
from tests.support.system_calls import CALLS, durable_from, read_trace, sent_at

ROUNDS = 5


@contextmanager
def traced(server: Server, trace: Path) -> Iterator[None]:
    """Run the server under strace, which writes its calls to ``trace``.

    With `-D` the child of this process is the server itself, so that it can be asked to end.
    """
    strace = shutil.which("strace")
    assert strace, "this test needs strace: apt-get install strace"
    watch = [
        strace,
        "-D",
        "-f",
        "-yy",
        "-xx",
        "-s",
        "100000",
        "-e",
        f"trace={','.join(CALLS)}",
        "-o",
        str(trace),
    ]
    with subprocess.Popen(
        [*watch, sys.executable, "-m", "mooring", "serve", "--port", str(server.port)],
        env=server.environ, cwd=server.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        first = process.stdout.readline()
        if "listens" not in first:
            process.kill()
            pytest.fail(f"strace cannot run the server here: {first}{process.stderr.read()}")
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)  # until strace, too, has closed what it writes to


class Answered(NamedTuple):
    """One answer: what is in its transaction, and what in its bytes."""

    what: str
    installation: bytes
    signature: bytes


async def test_every_answer_leaves_after_the_fsync_of_its_commit(tmp_path: Path):
    server = Server(tmp_path)
    server.found()
    keys = server.mint(ROUNDS)
    answers = []
    with traced(server, tmp_path / "trace"):
        for number, key in enumerate(keys):
            device = server.device(computer=a_computer(number + 1))
            assert (await device.activate(key)).status == 201
            answers.append(answered(f"activation {number}", device))
            assert (await device.renew()).status == 200
            answers.append(answered(f"renewal {number}", device))
    calls = read_trace((tmp_path / "trace").read_text())
    before, early = 0, []
    for answer in answers:
        # One is asked after the other was answered: what was written between them, was written for it.
        durable = durable_from(calls, answer.installation, after=before)
        before = sent_at(calls, answer.signature)
        if durable is None or durable > before:
            early.append(answer.what)
    assert not early, f"these answers left before their commit was on the disk: {early}"


def answered(what: str, device: SimulatedDevice) -> Answered:
    _, payload, signature = device.certificate.split(".")
    return Answered(what, json.loads(b64url_decode(payload))["installation"].encode(), signature.encode())


WAL, CLIENT = "7</data/mooring.db-wal>", "9<TCP:[127.0.0.1:8000->127.0.0.1:50000]>"
INSTALLATION, SIGNATURE = b"ins_of_this_device", b"the certificate"


def line(thread: int, call: str, file: str, data: bytes = b"") -> str:
    written = "".join(rf"\x{byte:02x}" for byte in data)
    return f'{thread} {call}({file}, "{written}") = 0'


BEGUN = [
    line(1, "pwrite64", WAL, bytes(24)),
    line(1, "pwrite64", WAL, b"page with " + INSTALLATION),
]
COMMITTED = [
    line(1, "pwrite64", WAL, bytes(7) + b"\x05" + bytes(16)),
    line(1, "pwrite64", WAL, b"the last page"),
]
SYNCED, ANSWERED = line(1, "fdatasync", WAL), line(2, "sendto", CLIENT, b"HTTP/1.1 201\r\n\r\n" + SIGNATURE)


@pytest.mark.parametrize(
    ("lines", "in_order"),
    [
        ([*BEGUN, *COMMITTED, SYNCED, ANSWERED], True),
        ([ANSWERED], False),
        ([*BEGUN, *COMMITTED, ANSWERED, SYNCED], False),
        ([*BEGUN, SYNCED, *COMMITTED, ANSWERED, SYNCED], False),
        ([*BEGUN, *COMMITTED, "1 fdatasync(7</data/mooring.db-wal> <unfinished ...>", ANSWERED,
          "1 <... fdatasync resumed>) = 0"], False),
        ([*BEGUN, *COMMITTED, "1 fdatasync(7</data/mooring.db-wal> <unfinished ...>",
          "1 <... fdatasync resumed>) = 0", ANSWERED], True),
    ],
    ids=["after it", "no commit", "before it", "a sync too early", "during it", "in two parts"],
)  # fmt: skip
def test_the_reading_of_a_trace_tells_an_early_answer(lines: list[str], in_order: bool):
    calls = read_trace("\n".join([*BEGUN, *COMMITTED, SYNCED, *lines]))
    durable = durable_from(calls, INSTALLATION, after=len([*BEGUN, *COMMITTED, SYNCED]) - 1)
    assert (durable is not None and durable < sent_at(calls, SIGNATURE)) is in_order
