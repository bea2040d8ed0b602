"""How fast keys are minted and stored, beside the plain insertion of the same rows."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import TYPE_CHECKING

import asyncpg

from bench.places import psql
from bench.table import Row

if TYPE_CHECKING:
    from pathlib import Path

    from bench.places import Place
    from bench.processes import Publisher

ROUNDS = 2


def rows(publisher: Publisher, folder: Path, count: int) -> list[Row]:
    """Measure `admin keys mint` as a whole process against inserting its rows into a like table."""
    minted, inserted = [], []
    copies = publisher.place.is_postgresql
    for _ in range(ROUNDS):
        began = time.perf_counter()
        file = folder / f"minted-{time.monotonic_ns()}.csv"
        publisher.run(
            "admin", "keys", "mint", "harbor-notes", "pro", "--count", str(count), "--output", str(file)
        )
        minted.append(count / (time.perf_counter() - began))
        inserted.append(_copy(publisher.place, count) if copies else _insert(publisher.place, folder, count))
    return [
        Row(
            f"keys minted and stored/s ({count:,}), {publisher.place.name}", minted, "/s",
            "COPY of the same rows" if copies else "inserting the same rows", inserted, at_least=0.33,
        )
    ]  # fmt: skip


def _copy(place: Place, count: int) -> float:
    """Copy the newest ``count`` licenses into an empty table with the same indexes, and say how fast."""
    psql(place.url, "DROP TABLE IF EXISTS plain; CREATE TABLE plain (LIKE licenses INCLUDING ALL)")
    return asyncio.run(_copied(place, count))


async def _copied(place: Place, count: int) -> float:
    connection = await asyncpg.connect(place.url)
    same = await connection.fetch("SELECT * FROM licenses ORDER BY id DESC LIMIT $1", count)
    began = time.perf_counter()
    await connection.copy_records_to_table("plain", records=same)
    seconds = time.perf_counter() - began
    await connection.close()
    return count / seconds


def _insert(place: Place, folder: Path, count: int) -> float:
    """Insert the newest ``count`` licenses into an empty table with the same indexes, and say how fast."""
    source = sqlite3.connect(place.file)
    [(table,)] = source.execute("SELECT sql FROM sqlite_master WHERE type='table' AND name='licenses'")
    indexes = source.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name='licenses' AND type='index' AND sql NOT NULL"
    )
    made = [sql for (sql,) in indexes]
    same = source.execute("SELECT * FROM licenses ORDER BY rowid DESC LIMIT ?", (count,)).fetchall()
    source.close()
    target = sqlite3.connect(folder / f"plain-{time.monotonic_ns()}.db", isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    for sql in (table, *made):
        target.execute(sql)
    began = time.perf_counter()
    target.execute("BEGIN")
    target.executemany(f"INSERT INTO licenses VALUES ({','.join('?' * len(same[0]))})", same)
    target.execute("COMMIT")
    seconds = time.perf_counter() - began
    target.close()
    return count / seconds
