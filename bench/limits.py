"""What the machine can do at best: bare routes, one signature, one durable update."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANSWER = b'{"certificate":"' + b"x" * 2000 + b'"}'
WAITING_FOR_ONE_COMMIT = 32
READ = """
    SELECT licenses.standing, licenses.expires_at, products.slug, editions.entitlements, policies.tolerance
    FROM licenses
    JOIN policies ON policies.id = licenses.policy_id
    JOIN editions ON editions.id = policies.edition_id
    JOIN products ON products.id = editions.product_id
    WHERE licenses.key_hash = ?
"""
"""What a validation must know: it is good for which product and features, and until when."""
_connection: sqlite3.Connection | None = None


async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """Answer `/read/<hash>` with one indexed read, anything else with a certificate's worth of bytes."""
    if scope["type"] != "http":
        return
    message = await receive()
    while message.get("more_body"):
        message = await receive()
    path = scope["path"]
    body = _read(bytes.fromhex(path[6:])) if path.startswith("/read/") else ANSWER
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _read(key_hash: bytes) -> bytes:
    global _connection  # noqa: PLW0603 - one connection a process
    if _connection is None:
        _connection = sqlite3.connect(os.environ["BENCH_DATABASE"])
    standing, *_ = _connection.execute(READ, (key_hash,)).fetchone()
    return b'{"valid":true,"code":"%s"}' % standing.encode()


def seconds_each(work: Callable[[], object], times: int = 2000) -> float:
    """Return how long one call of ``work`` takes."""
    for _ in range(times // 10):
        work()
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times


def verification_seconds() -> float:
    """Return how long one ES256 verification takes, with the key at hand."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    key, message, algorithm = ec.generate_private_key(ec.SECP256R1()), b"x" * 500, ec.ECDSA(SHA256())
    signature, public = key.sign(message, algorithm), key.public_key()
    return seconds_each(lambda: public.verify(signature, message, algorithm))


def signature_seconds() -> float:
    """Return how long one Ed25519 signature takes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, message = Ed25519PrivateKey.generate(), b"x" * 1500
    return seconds_each(lambda: key.sign(message))


def update_seconds(folder: Path, rows: int = 5000) -> float:
    """Return how long SQLite takes for one durable update, when as many wait for a commit as the load has.

    The row is as large as an installation's with its certificate; WAL, synchronous=FULL.
    """
    file = folder / f"limit-{time.monotonic_ns()}.db"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE kept (id TEXT PRIMARY KEY, sequence TEXT, certificate TEXT, seen INTEGER)")
    database.execute("BEGIN")
    names = [f"ins_{number:026d}" for number in range(rows)]
    database.executemany("INSERT INTO kept VALUES (?, '{}', ?, 0)", ((name, "x" * 2000) for name in names))
    database.execute("COMMIT")
    began = time.perf_counter()
    for at in range(0, rows, WAITING_FOR_ONE_COMMIT):
        database.execute("BEGIN IMMEDIATE")
        for name in names[at : at + WAITING_FOR_ONE_COMMIT]:
            database.execute(
                "UPDATE kept SET sequence = ?, certificate = ?, seen = ? WHERE id = ?",
                ('{"last":2}', "y" * 2000, at, name),
            )
        database.execute("COMMIT")
    seconds = (time.perf_counter() - began) / rows
    database.close()
    return seconds
