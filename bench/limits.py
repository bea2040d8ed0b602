"""What the machine can do at best: bare routes, one signature, one durable update."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from bench.places import pgbench, psql

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bench.places import Place

ANSWER = b'{"certificate":"' + b"x" * 2000 + b'"}'
WAITING_FOR_ONE_COMMIT = 32
CLIENTS = 8
"""Of pgbench: with more, two processors get less done."""
READ = """
    SELECT licenses.standing, licenses.expires_at, products.slug, editions.entitlements, policies.tolerance
    FROM licenses
    JOIN policies ON policies.id = licenses.policy_id
    JOIN editions ON editions.id = policies.edition_id
    JOIN products ON products.id = editions.product_id
    WHERE licenses.key_hash = {}
"""
"""What a validation must know: it is good for which product and features, and until when."""
_UPDATE = """
\\set at random(1, {rows})
UPDATE kept SET sequence = '{{"last":2}}', certificate = repeat('y', 2000), seen = :at WHERE id = :at
"""
_reading: Callable[[bytes], Awaitable[str]] | None = None


async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """Answer `/read/<hash>` with one indexed read, anything else with a certificate's worth of bytes."""
    if scope["type"] != "http":
        return
    message = await receive()
    while message.get("more_body"):
        message = await receive()
    path = scope["path"]
    body = await _read(bytes.fromhex(path[6:])) if path.startswith("/read/") else ANSWER
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read(key_hash: bytes) -> bytes:
    global _reading  # noqa: PLW0603 - one connection, or pool, a process
    if _reading is None:
        url = os.environ["BENCH_DATABASE"]
        _reading = await _from_postgresql(url) if url.startswith("postgresql") else _from_sqlite(url)
    return b'{"valid":true,"code":"%s"}' % (await _reading(key_hash)).encode()


def _from_sqlite(url: str) -> Callable[[bytes], Awaitable[str]]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    sql = READ.format("?")

    async def read(key_hash: bytes) -> str:
        standing: str = connection.execute(sql, (key_hash,)).fetchone()[0]
        return standing

    return read


async def _from_postgresql(url: str) -> Callable[[bytes], Awaitable[str]]:
    import asyncpg

    pool = await asyncpg.create_pool(url, min_size=CLIENTS, max_size=CLIENTS, reset=_nothing)
    sql = READ.format("$1")

    async def read(key_hash: bytes) -> str:
        async with pool.acquire() as connection:
            row = await connection.fetchrow(sql, key_hash)
        standing: str = row[0]
        return standing

    return read


async def _nothing(_connection: object) -> None:
    """Leave a connection as it is when it goes back into the pool."""


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


def update_seconds(place: Place, folder: Path, rows: int = 5000) -> float:
    """Return how long the database takes for one durable update of a row as large as an installation's."""
    if place.is_postgresql:
        return _postgresql_update_seconds(place, folder, rows)
    return _sqlite_update_seconds(folder, rows)


def _postgresql_update_seconds(place: Place, folder: Path, rows: int) -> float:
    """Ask PostgreSQL's own load maker, with as many clients as this machine serves best."""
    psql(
        place.url,
        "CREATE TABLE IF NOT EXISTS kept"
        " (id bigint PRIMARY KEY, sequence text, certificate text, seen bigint);"
        f"INSERT INTO kept SELECT n, '{{}}', repeat('x', 2000), 0 FROM generate_series(1, {rows}) n"
        " ON CONFLICT DO NOTHING",
    )
    script = folder / "update.sql"
    script.write_text(_UPDATE.format(rows=rows), "utf-8")
    return 1 / pgbench(place.url, str(script), clients=CLIENTS, seconds=2)


def _sqlite_update_seconds(folder: Path, rows: int) -> float:
    """Commit as many at once as the load has waiting; WAL, synchronous=FULL."""
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
