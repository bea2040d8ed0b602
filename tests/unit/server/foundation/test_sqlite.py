"""What the embedded database promises beyond the port: shared commits, durability, patience, honesty."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.schema import CreateTable

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.database.sqlite_file import DIALECT, connect
from mooring.server.foundation.database.statement import Statement

counters = Table(
    "counters",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("remark", String, nullable=False),
)
ADD = Statement(insert(counters).values(id=bindparam("id"), count=0, remark=bindparam("remark")))
COUNT_UP = Statement(update(counters).where(counters.c.id == 1).values(count=counters.c.count + 1))
GET = Statement(select(counters.c["count"].label("total")).where(counters.c.id == 1))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "counters.db"
    with closing(connect(path, create=True)) as connection:
        connection.execute(str(CreateTable(counters).compile(dialect=DIALECT)))
        connection.execute("INSERT INTO counters VALUES (1, 0, '')")
    return path


@pytest.fixture
async def database(file):
    opened = SqliteDatabase(file)
    yield opened
    await opened.close()


async def count_up(database, times=1):
    for _ in range(times):
        async with database.transaction() as transaction:
            await transaction.execute(COUNT_UP)


async def total(database):
    async with database.reading() as session:
        return (await session.fetch_one(GET)).total


class SlowDisk:
    """A writing connection whose commits wait for ``go_on``, and fail while ``error`` is set."""

    def __init__(self, database):
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.error = None
        self.commits = 0
        self._connection = database._writer
        database._writer = self

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, sql, *parameters):
        if sql != "COMMIT":
            return self._connection.execute(sql, *parameters)
        self.commits += 1
        self.reached.set()
        assert self.go_on.wait(20)
        error, self.error = self.error, None
        if error is not None:
            raise error
        return self._connection.execute(sql)

    async def is_reached(self):
        await asyncio.to_thread(self.reached.wait, 20)
        self.reached.clear()


def a_disk_error(code):
    error = sqlite3.OperationalError("disk")
    error.sqlite_errorcode = code
    return error


async def test_shares_one_commit_among_those_that_are_ready_together(database):
    seen = []
    database._writer.set_trace_callback(
        lambda sql: seen.append(sql) if sql in {"COMMIT", "ROLLBACK"} else None
    )
    await asyncio.gather(*(count_up(database, 10) for _ in range(32)))
    database._writer.set_trace_callback(None)
    assert await total(database) == 320
    assert seen == ["COMMIT"] * 10


async def test_answers_only_after_the_commit_while_the_loop_goes_on_and_the_next_batch_gathers(database):
    disk = SlowDisk(database)
    first = [asyncio.create_task(count_up(database)) for _ in range(3)]
    await disk.is_reached()
    later = [asyncio.create_task(count_up(database)) for _ in range(4)]
    for _ in range(50):
        await asyncio.sleep(0)
    assert await total(database) == 0
    assert not any(task.done() for task in first + later)
    disk.go_on.set()
    await asyncio.gather(*first, *later)
    assert disk.commits == 2
    assert await total(database) == 7


async def test_a_commit_that_fails_is_told_to_all_who_wait_and_leaves_nothing(database):
    disk = SlowDisk(database)
    disk.error = a_disk_error(sqlite3.SQLITE_IOERR_FSYNC)
    tasks = [asyncio.create_task(count_up(database)) for _ in range(5)]
    await disk.is_reached()
    later = asyncio.create_task(count_up(database))
    tasks[0].cancel()
    await asyncio.sleep(0)
    disk.go_on.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert {str(result) for result in results[1:]} == {
        "The database cannot be used now: the disk cannot be read or written."
    }
    assert all(isinstance(result, DatabaseUnavailable) for result in results[1:])
    await later
    assert await total(database) == 1  # of the batch that failed: nothing


async def test_a_full_disk_met_inside_a_transaction_harms_no_other_and_nothing_is_half_applied(database):
    pages = database._writer.execute("PRAGMA page_count").fetchone()[0]
    database._writer.execute(f"PRAGMA max_page_count = {pages + 3}")

    async def fill():
        async with database.transaction() as transaction:
            await transaction.execute(COUNT_UP)
            await transaction.execute(ADD, id=2, remark="x" * 100_000)

    results = await asyncio.gather(count_up(database), fill(), count_up(database), return_exceptions=True)
    done = results.count(None)
    assert isinstance(results[1], DatabaseUnavailable)
    assert "the disk is full" in str(results[1])
    assert all(result is None or isinstance(result, DatabaseUnavailable) for result in results)
    assert await total(database) == done
    await count_up(database)
    assert await total(database) == done + 1


async def test_what_goes_on_after_an_unavailable_database_is_refused(database):
    database._writer.execute("PRAGMA max_page_count = 1")

    async def go_on():
        async with database.transaction() as transaction:
            with pytest.raises(DatabaseUnavailable):
                await transaction.execute(ADD, id=2, remark="x" * 1_000_000)
            with pytest.raises(DatabaseUnavailable):
                await transaction.execute(COUNT_UP)

    with pytest.raises(DatabaseUnavailable):
        await go_on()
    assert await total(database) == 0


async def test_a_transaction_that_sqlite_gave_up_takes_its_batch_along(database):
    disk = SlowDisk(database)
    disk.go_on.set()

    async def be_given_up():
        async with database.transaction() as transaction:
            await transaction.execute(COUNT_UP)
            disk._connection.execute("ROLLBACK")  # what SQLite does on some errors of the disk
            raise LookupError

    results = await asyncio.gather(
        count_up(database), be_given_up(), count_up(database), return_exceptions=True
    )
    assert [type(result) for result in results] == [DatabaseUnavailable, LookupError, type(None)]
    assert await total(database) == 1


async def test_waits_for_another_process_without_stopping_the_loop(database, file):
    with closing(connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE counters SET count = count + 10")
        waiting = asyncio.create_task(count_up(database))
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not waiting.done()
        assert await total(database) == 0
        other.execute("COMMIT")
        await waiting
    assert await total(database) == 11


async def test_gives_up_on_another_process_in_the_end(file):
    database = SqliteDatabase(file, patience=0.05)
    with closing(connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        results = await asyncio.gather(*(count_up(database) for _ in range(5)), return_exceptions=True)
        assert {str(result) for result in results} == {
            "The database cannot be used now: another process is writing to it."
        }
        other.execute("ROLLBACK")
    await count_up(database)
    assert await total(database) == 1
    await database.close()


async def test_a_caller_cancelled_while_it_waits_for_another_process_leaves_the_turn(database, file):
    with closing(connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        tasks = [asyncio.create_task(count_up(database)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[1].cancel()
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 2 + [type(None)]
    assert await total(database) == 1


async def test_a_caller_cancelled_just_as_its_turn_comes_hands_it_on(database):
    tasks = []

    async def pass_the_turn_to_a_cancelled_caller():
        async with database.transaction() as transaction:
            await transaction.execute(COUNT_UP)
            # Runs after the turn is given to the next and before the next takes it.
            asyncio.get_running_loop().call_soon(tasks[1].cancel)

    async with database.transaction():
        tasks.append(asyncio.create_task(pass_the_turn_to_a_cancelled_caller()))
        tasks.extend(asyncio.create_task(count_up(database)) for _ in range(2))
        await asyncio.sleep(0)  # all three wait for their turn now
    async with asyncio.timeout(20):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), asyncio.CancelledError, type(None)]
    assert await total(database) == 2


async def test_only_a_transaction_can_write(database):
    async with database.reading() as session:
        with pytest.raises(DatabaseUnavailable):
            await session.fetch(ADD, id=2, remark="")


async def test_a_fault_in_our_own_sql_keeps_its_name(database):
    database._writer.execute("DROP TABLE counters")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        async with database.transaction() as transaction:
            await transaction.execute(COUNT_UP)


def test_commits_reach_the_disk_and_references_are_checked(file):
    with closing(connect(file)) as connection:
        pragmas = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 1, 0]


def test_refuses_a_file_that_is_absent_or_is_no_database(tmp_path):
    with pytest.raises(DatabaseUnavailable, match="its file cannot be opened"):
        SqliteDatabase(tmp_path / "absent.db")
    (tmp_path / "letter.db").write_text("Dear database, " * 1000)
    with pytest.raises(DatabaseUnavailable, match="its file is not a database"):
        SqliteDatabase(tmp_path / "letter.db")


_WRITE_UNTIL_KILLED = """
import asyncio, os, sys
from pathlib import Path
from sqlalchemy import Integer, bindparam, column, insert, table
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.database.statement import Statement

counters = table("counters", column("id", Integer), column("count", Integer), column("remark"))
add = Statement(insert(counters).values(id=bindparam("id"), count=0, remark=""))

async def write(database, lane):
    for number in range(lane, 10**9, 8):
        async with database.transaction() as transaction:
            await transaction.execute(add, id=number)
        os.write(1, b"%d\\n" % number)

async def main():
    database = SqliteDatabase(Path(sys.argv[1]))
    await asyncio.gather(*(write(database, lane) for lane in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged_before_the_kill", [1, 50, 400])
def test_a_killed_process_keeps_all_it_acknowledged(file, acknowledged_before_the_kill):
    with closing(connect(file)) as connection:
        connection.execute("DELETE FROM counters")
    command = [sys.executable, "-c", _WRITE_UNTIL_KILLED, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        acknowledged = [process.stdout.readline() for _ in range(acknowledged_before_the_kill)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line for line in process.stdout if line.endswith(b"\n")]
    with closing(connect(file)) as connection:
        kept = {row[0] for row in connection.execute("SELECT id FROM counters")}
        assert {int(line) for line in acknowledged} <= kept
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_keeps_what_it_may_have_to_undo_in_memory(database):
    """SQLite would write each page that a savepoint changes to a file of its own, beyond the first few."""
    change_all = Statement(update(counters).values(count=counters.c.count + 1))
    async with database.transaction() as transaction:
        rows = ({"id": number, "remark": "x" * 3000} for number in range(2, 200))
        await transaction.execute_many(ADD, rows)
    async with database.transaction() as transaction:
        assert await transaction.execute(change_all) == 199
        assert not [name for name in open_files() if "etilqs" in name]  # as SQLite calls its own files


def open_files():
    with os.scandir("/proc/self/fd") as several:
        return [
            os.readlink(each.path) for each in several if each.is_symlink() and os.path.lexists(each.path)
        ]
