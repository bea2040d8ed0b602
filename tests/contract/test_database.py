"""What every implementation of the ``Database`` port promises."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateTable

from mooring.server.foundation.database import sqlite_file
from mooring.server.foundation.database.port import Database, DatabaseUnavailable, UniqueViolation
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.sharing import MISSED_TURNS
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.database.statement import Lookup, Statement
from tests.support.boats import ADD, ALL, GET, LOCK, SAIL, a_boat, add, boats, create_boats, names, trips
from tests.support.pgbouncer import a_pgbouncer
from tests.support.postgresql import a_postgresql

BUILT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class OnSqlite:
    def __init__(self, folder: Path):
        self.file = folder / "boats.db"
        with closing(connect(self.file, create=True)) as connection:
            connection.execute(str(CreateTable(boats).compile(dialect=sqlite_file.DIALECT)))

    def open(self) -> Database:
        return SqliteDatabase(self.file)


class OnPostgresql:
    def __init__(self, url: URL):
        self.url = url
        create_boats(url)

    def open(self) -> Database:
        return PostgresqlDatabase(self.url)


@pytest.fixture(params=["sqlite", "postgresql", "pgbouncer"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OnSqlite | OnPostgresql]:
    if request.param == "sqlite":
        yield OnSqlite(tmp_path)
        return
    with a_postgresql(empty=True) as url:
        if request.param == "postgresql":
            yield OnPostgresql(url)
        else:
            with a_pgbouncer(url) as behind:
                yield OnPostgresql(behind)


@pytest.fixture
async def database(place: OnSqlite | OnPostgresql) -> AsyncIterator[Database]:
    opened = place.open()
    yield opened
    await opened.close()


async def test_gives_rows_with_attributes_and_converted_values(database):
    await add(database, a_boat(1, "Anna", built_at=BUILT, log={"ports": ["Kiel", "Ærø"], "crew": None}))
    async with database.reading() as session:
        row = await session.fetch_one(GET, boat=1)
    assert (row.id, row.name, row.trips) == (1, "Anna", 0)
    assert row.built_at == BUILT
    assert row.built_at.tzinfo is UTC
    assert row.log == {"ports": ["Kiel", "Ærø"], "crew": None}
    assert row._fields == ("id", "name", "trips", "built_at", "log")


async def test_gives_none_for_what_is_absent(database):
    await add(database, a_boat(1))
    async with database.reading() as session:
        row = await session.fetch_one(GET, boat=1)
        assert (row.name, row.built_at) == (None, None)
        assert await session.fetch_one(GET, boat=2) is None
        assert await session.fetch(GET, boat=2) == []


async def test_fetch_one_gives_the_first_of_many(database):
    await add(database, a_boat(1, "Anna"), a_boat(2, "Bella"))
    async with database.reading() as session:
        assert await session.fetch_one(ALL) == (1, "Anna")
    await add(database, a_boat(0, "Aida"))
    async with database.reading() as session:
        assert await session.fetch_one(ALL) == (0, "Aida")


async def test_takes_a_list_for_in(database):
    await add(database, a_boat(1, "Anna"), a_boat(2, "Bella", built_at=BUILT), a_boat(3, "Clara"))
    some = Statement(
        select(boats.c.id)
        .where(boats.c.id.in_(bindparam("chosen", expanding=True)), boats.c.trips < bindparam("below"))
        .order_by(boats.c.id)
    )
    built = Statement(select(boats.c.id).where(boats.c.built_at.in_(bindparam("days", expanding=True))))
    async with database.reading() as session:
        assert [row.id for row in await session.fetch(some, chosen=[1, 3], below=5)] == [1, 3]
        assert [row.id for row in await session.fetch(some, chosen=[2], below=5)] == [2]
        assert await session.fetch(some, chosen=[], below=5) == []
        assert await session.fetch(some, chosen=[1], below=0) == []
        assert [row.id for row in await session.fetch(built, days=[BUILT, BUILT])] == [2]


BY_NAME = Lookup(select(boats.c.id, boats.c.trips), by=boats.c.name)


async def test_looks_up_what_is_asked_for_at_the_same_time(database):
    await add(database, a_boat(1, "Anna"), a_boat(2, "Bella"), a_boat(3, "Carla"))
    async with database.reading() as session:
        asked = ["Bella", "Nobody", "Anna", "Bella", "Carla"] * 100
        found = await asyncio.gather(*(session.look_up(BY_NAME, name) for name in asked))
        assert [row and row[:2] for row in found] == [(2, 0), None, (1, 0), (2, 0), (3, 0)] * 100
        assert (await session.look_up(BY_NAME, "Anna")).id == 1
    async with database.transaction() as transaction:
        await transaction.execute(SAIL, boat=1)
        assert (await transaction.look_up(BY_NAME, "Anna")).trips == 1
        assert await transaction.look_up(BY_NAME, "Nobody") is None


async def test_a_look_up_sees_what_was_committed_before_it_was_asked(database):
    async with database.reading() as session:
        earlier = asyncio.ensure_future(session.look_up(BY_NAME, "Anna"))
        await add(database, a_boat(1, "Anna"))
        assert (await session.look_up(BY_NAME, "Anna")).id == 1
        await earlier


async def test_who_leaves_a_look_up_takes_no_other_along(database):
    await add(database, a_boat(1, "Anna"))
    async with database.reading() as session:
        leaving, staying = (asyncio.ensure_future(session.look_up(BY_NAME, "Anna")) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert (await staying).id == 1


async def test_takes_constants_written_into_the_statement(database):
    await add(database, a_boat(1, "Anna", trips=3), a_boat(2, "Bella", trips=4), a_boat(3, "Clara", trips=5))
    chosen = Statement(select(boats.c.id).where(boats.c.trips.in_([3, 5]), boats.c.name != "Anna").limit(7))
    counted = Statement(select(func.count().label("many")).where(boats.c.trips > bindparam("than")))
    async with database.reading() as session:
        assert [row.id for row in await session.fetch(chosen)] == [3]
        assert (await session.fetch_one(counted, than=3)).many == 2


async def test_tells_how_many_rows_changed(database):
    await add(database, a_boat(1), a_boat(2))
    async with database.transaction() as transaction:
        assert await transaction.execute(SAIL, boat=1) == 1
        assert await transaction.execute(SAIL, boat=9) == 0
        assert await transaction.execute(Statement(delete(boats))) == 2


async def test_returns_what_a_change_returns(database):
    await add(database, a_boat(1, "Anna"))
    sail = Statement(
        update(boats)
        .where(boats.c.id == bindparam("boat"))
        .values(trips=7)
        .returning(boats.c.trips, boats.c.log)
    )
    async with database.transaction() as transaction:
        row = await transaction.fetch_one(sail, boat=1)
        assert (row.trips, row.log) == (7, {})
    assert await trips(database, 1) == 7


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "missing: boat; unknown: none"),
        ({"boat": 1, "port": 2}, "missing: none; unknown: port"),
        ({"port": 2}, "missing: boat; unknown: port"),
    ],
)
async def test_refuses_values_that_do_not_fit_the_statement(database, values, message):
    async with database.reading() as session:
        with pytest.raises(TypeError, match=message):
            await session.fetch(GET, **values)


async def test_sees_its_own_writes_while_readers_see_what_is_committed(database):
    await add(database, a_boat(1))
    async with database.transaction() as transaction:
        await transaction.execute(SAIL, boat=1)
        assert (await transaction.fetch_one(GET, boat=1)).trips == 1
        assert await trips(database, 1) == 0
    assert await trips(database, 1) == 1


async def test_undoes_all_of_a_transaction_that_raises(database):
    await add(database, a_boat(1))

    async def be_lost() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)
            await transaction.execute(ADD, **a_boat(2))
            raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        await be_lost()
    assert await trips(database, 1) == 0
    assert await names(database) == [(1, None)]


async def test_changes_something_with_one_statement_alone(database):
    added = Statement(insert(boats).returning(boats.c.name))
    assert await database.at_once(added, **a_boat(1, "Anna")) == [("Anna",)]
    with pytest.raises(UniqueViolation):
        await database.at_once(added, **a_boat(1, "Bella"))
    async with database.reading() as session:
        assert await session.fetch(ALL) == [(1, "Anna")]
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.at_once(added, **a_boat(2, "Bella"))


async def test_a_transaction_that_raises_takes_no_other_along(database):
    await add(database, a_boat(1))

    async def sail(number: int) -> None:
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)
            if number % 3 == 0:
                raise LookupError(number)

    results = await asyncio.gather(*(sail(number) for number in range(30)), return_exceptions=True)
    assert [repr(result) for result in results] == [
        f"LookupError({number})" if number % 3 == 0 else "None" for number in range(30)
    ]
    assert await trips(database, 1) == 20


async def test_says_when_a_value_must_be_unique(database):
    await add(database, a_boat(1, "Anna"))
    for twin in (a_boat(1, "Bella"), a_boat(2, "Anna")):
        with pytest.raises(UniqueViolation):
            await add(database, a_boat(3), twin)
    assert await names(database) == [(1, "Anna")]


async def test_loses_no_update_among_many_at_once(database):
    await add(database, a_boat(1))

    async def sail_often() -> None:
        for _ in range(20):
            async with database.transaction() as transaction:
                before = (await transaction.fetch_one(LOCK, boat=1)).trips
                await asyncio.sleep(0)  # a transaction that lets others run is still alone with its rows
                await transaction.execute(SAIL, boat=1)
                assert (await transaction.fetch_one(GET, boat=1)).trips == before + 1

    await asyncio.gather(*(sail_often() for _ in range(10)))
    assert await trips(database, 1) == 200


@pytest.mark.parametrize("turns", [[(-5, 7), (7, 9)], [(7,), (7,)]])
async def test_those_that_name_the_same_turn_run_one_after_the_other(database, turns):
    await add(database, a_boat(1))

    async def sail_often(own: tuple[int, ...]) -> None:
        for _ in range(10):
            async with database.transaction(turns=own) as transaction:
                before = (await transaction.fetch_one(GET, boat=1)).trips  # no row is locked
                await asyncio.sleep(0)
                await transaction.execute(SAIL, boat=1)
                assert (await transaction.fetch_one(GET, boat=1)).trips == before + 1

    await asyncio.gather(*(sail_often(own) for own in turns * 3))
    assert await trips(database, 1) == 60


async def test_who_does_not_wait_is_told_which_turns_others_have(database):
    if database.dialect == "sqlite":
        async with database.transaction(turns=(1, 2), waits=False) as transaction:  # one at a time anyway
            assert await transaction.fetch(ALL) == []
        return
    asked = Statement(select(MISSED_TURNS.label("missed")))
    async with database.transaction(turns=(-5, 2, 7)):
        async with asyncio.TaskGroup() as others:
            missing = others.create_task(missed(database, asked, (-5, 1, 7, 9)))
            free = others.create_task(missed(database, asked, (3, 11)))
        assert {missing.result(), free.result()} == {"-5,7", ""}
    assert await missed(database, asked, (-5, 2, 7)) == ""


async def missed(database, asked, turns):
    async with database.transaction(turns=turns, waits=False) as transaction:
        return (await transaction.fetch_one(asked)).missed


async def test_changes_to_several_rows_may_be_done_together(database):
    for boat in range(1, 4):
        await add(database, a_boat(boat))
    rename = Statement(update(boats).where(boats.c.id == bindparam("of")).values(name=bindparam("new")))
    async with database.transaction() as transaction:
        await transaction.later(rename, {"of": 1, "new": "Tern"}, {"of": 3, "new": "Gull"})
    names_now = [row.name for row in await rows_of(database)]
    assert names_now == ["Tern", a_boat(2)["name"], "Gull"]


async def rows_of(database):
    async with database.reading() as session:
        return sorted(await session.fetch(ALL), key=lambda row: row.id)


async def test_a_cancelled_caller_harms_no_other(database):
    await add(database, a_boat(1))

    async def sail() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)

    for rounds in range(1, 8):  # each round cancels at another point of the way
        before = await trips(database, 1)
        tasks = [asyncio.create_task(sail()) for _ in range(9)]
        for _ in range(rounds):
            await asyncio.sleep(0)
        for task in tasks[::3]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        done = results.count(None)
        assert done >= 6
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
        await sail()
        # What was cancelled may or may not have been committed; what was answered has been.
        assert before + done + 1 <= await trips(database, 1) <= before + 10


async def test_undoes_a_transaction_that_is_cancelled_inside(database):
    await add(database, a_boat(1))
    inside = asyncio.Event()

    async def sail_forever() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(sail_forever())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await trips(database, 1) == 0
    await add(database, a_boat(2))


async def test_refuses_a_transaction_within_a_transaction(database):
    async with database.transaction():
        with pytest.raises(RuntimeError, match="wait for itself"):
            async with database.transaction():
                pass
    await add(database, a_boat(1))


async def test_refuses_to_go_on_with_a_transaction_that_has_ended(database):
    await add(database, a_boat(1))
    async with database.transaction() as transaction:
        pass
    with pytest.raises(RuntimeError, match="ended"):
        await transaction.execute(SAIL, boat=1)
    assert await trips(database, 1) == 0


async def test_closes_after_what_was_asked_and_then_refuses(database):
    await add(database, a_boat(1))

    async def sail() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)

    earlier = [asyncio.create_task(sail()) for _ in range(5)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*earlier)
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await sail()
    await database.close()


async def test_keeps_what_was_committed_when_it_is_opened_again(place, database):
    await add(database, a_boat(1, "Anna"))
    await database.close()
    again = place.open()
    assert await names(again) == [(1, "Anna")]
    await again.close()


class TestLater:
    """What is done later is done before anybody could tell, and before the end."""

    async def test_is_kept_with_the_transaction(self, database):
        async with database.transaction() as transaction:
            await transaction.later(ADD, a_boat(1, "Anna"), a_boat(2, "Berta"))
            await transaction.later(ADD)
        assert await names(database) == [(1, "Anna"), (2, "Berta")]

    async def test_is_seen_by_what_is_asked_next(self, database):
        async with database.transaction() as transaction:
            await transaction.later(ADD, a_boat(1))
            assert (await transaction.fetch_one(GET, boat=1)).trips == 0
            await transaction.later(SAIL, {"boat": 1}, {"boat": 1})
            assert await transaction.execute(SAIL, boat=1) == 1
            await transaction.later(SAIL, {"boat": 1})
            assert [row.trips for row in await transaction.fetch(GET, boat=1)] == [4]
            await transaction.later(ADD, a_boat(2))
            await transaction.execute_many(SAIL, [{"boat": 2}])
        assert (await trips(database, 1), await trips(database, 2)) == (4, 1)

    async def test_goes_with_what_is_done_next(self, database):
        async with database.transaction() as transaction:
            await transaction.later(ADD, *(a_boat(number, log={"n": [number]}) for number in range(1, 100)))
            assert await transaction.execute(ADD, **a_boat(100, "Anna", built_at=BUILT)) == 1
        assert len(await names(database)) == 100
        async with database.reading() as session:
            assert (await session.fetch_one(GET, boat=99)).log == {"n": [99]}
            assert (await session.fetch_one(GET, boat=100)).built_at == BUILT

    async def test_is_undone_with_the_transaction(self, database):
        with suppress(ZeroDivisionError):
            async with database.transaction() as transaction:
                await transaction.later(ADD, a_boat(1))
                raise ZeroDivisionError
        assert await names(database) == []

    async def test_a_row_that_exists_undoes_all_of_it(self, database):
        await add(database, a_boat(1, "Anna"))
        with pytest.raises(UniqueViolation):
            async with database.transaction() as transaction:
                await transaction.later(ADD, a_boat(2), a_boat(3, "Anna"))
        assert await names(database) == [(1, "Anna")]
        await add(database, a_boat(2, "Berta"))  # and the database goes on
