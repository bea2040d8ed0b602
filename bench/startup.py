"""What `import mooring` and `status()` add to a program's start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from bench.processes import plain_environment
from bench.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bench.processes import Publisher

ROUNDS = 30
ALLOWED_MILLISECONDS = 25.0

BARE = """\
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
public, signature, message = open({file!r}, "rb").read().split(b"|", 2)
Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.decode())).verify(
    bytes.fromhex(signature.decode()), message)
"""
WITH_MOORING = """\
import mooring
assert mooring.App({descriptor!r}, home={home!r}).status().activated
"""


def rows(publisher: Publisher, folder: Path) -> list[Row]:
    """Measure a fresh interpreter with an activated program's first status against a bare verification."""
    home = folder / "startup-home"
    [key] = publisher.mint(1)
    with publisher.serving():
        publisher.run("--descriptor", str(publisher.descriptor), "--home", str(home), "activate", key)
    mine = WITH_MOORING.format(descriptor=str(publisher.descriptor), home=str(home))
    bare = BARE.format(file=str(_signed_file(folder)))
    pairs = [(_milliseconds(mine), _milliseconds(bare)) for _ in range(ROUNDS)]
    what, limit = "`import mooring` + `status()`", "import Ed25519, read a file, verify once"
    return [
        Row(
            f"{what}, processor time", _quiet(mine.processor for mine, _ in pairs), "ms",
            limit, _quiet(bare.processor for _, bare in pairs), at_most_more=ALLOWED_MILLISECONDS,
        ),
        Row(
            f"{what}, from start to end", _quiet(mine.wall for mine, _ in pairs), "ms",
            limit, _quiet(bare.wall for _, bare in pairs),
        ),
    ]  # fmt: skip


def _signed_file(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, message = Ed25519PrivateKey.generate(), b"x" * 1500
    file = folder / "signed"
    public = key.public_key().public_bytes_raw().hex().encode()
    file.write_bytes(public + b"|" + key.sign(message).hex().encode() + b"|" + message)
    return file


class _Milliseconds(NamedTuple):
    wall: float
    processor: float


def _milliseconds(script: str) -> _Milliseconds:
    """Return what a fresh interpreter takes for ``script``, with its modules compiled by an earlier run."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", script], env=plain_environment())
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the script ended with {process.returncode}")
    return _Milliseconds(1000 * wall, 1000 * (used.ru_utime + used.ru_stime))


def _quiet(times: Iterable[float]) -> list[float]:
    """Return the fastest third, in which nothing else that the machine did shows."""
    ordered = sorted(times)
    return ordered[: len(ordered) // 3]
