"""What `import mooring` and `status()` add to a program's start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from bench.table import Row

if TYPE_CHECKING:
    from pathlib import Path

    from bench.processes import Publisher

ROUNDS = 15
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
    mooring_times, bare_times = [], []
    for _ in range(ROUNDS):
        bare_times.append(_milliseconds(bare))
        mooring_times.append(_milliseconds(mine))
    return [
        Row(
            "`import mooring` + `status()`, fresh interpreter",
            _quiet(mooring_times), "ms",
            "import Ed25519, read a file, verify once", _quiet(bare_times),
            at_most_more=ALLOWED_MILLISECONDS,
        )
    ]  # fmt: skip


def _signed_file(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, message = Ed25519PrivateKey.generate(), b"x" * 1500
    file = folder / "signed"
    public = key.public_key().public_bytes_raw().hex().encode()
    file.write_bytes(public + b"|" + key.sign(message).hex().encode() + b"|" + message)
    return file


def _milliseconds(script: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True)
    return 1000 * (time.perf_counter() - began)


def _quiet(times: list[float]) -> list[float]:
    """Leave out the rounds that a busy machine disturbed: the slowest third."""
    return sorted(times)[: -len(times) // 3] if len(times) > 3 else [statistics.median(times)]
