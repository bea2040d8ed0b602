"""A real copy that follows the database: read where a moment does not matter, passed over when it fails."""

import asyncio

import pytest

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql import replica as module
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.postgresql.replica import LOOKS_AGAIN_AFTER
from tests.support.boats import ALL, GET, a_boat, add, create_boats, sail, trips
from tests.support.postgresql import Cluster

PAUSED, RESUMED = "SELECT pg_wal_replay_pause()", "SELECT pg_wal_replay_resume()"
IS_PAUSED = "SELECT pg_get_wal_replay_pause_state() AS state"


class Pair:
    """A database, its copy, and the time that passes between two looks at the copy."""

    def __init__(self, first, second, monkeypatch):
        self.first, self.second = first, second
        self.now = 1000.0
        monkeypatch.setattr(module.time, "monotonic", lambda: self.now)
        self.database = PostgresqlDatabase(first.url(), replica=second.url())

    async def stale(self):
        async with self.database.reading(stale=True) as session:
            return (await session.fetch_one(GET, boat=1)).trips

    async def follow(self, wanted):
        """Let others run until the copy has it."""
        while self.second.sql("SELECT trips FROM boats WHERE id = 1")[0]["trips"] != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def pause(self):
        self.second.sql(PAUSED)
        while self.second.sql(IS_PAUSED)[0]["state"] != "paused":  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)


@pytest.fixture(scope="module")
def servers():
    with Cluster() as first:
        first.sql("SELECT 1")
        create_boats(first.url(), on=first)
        first.sql("INSERT INTO boats VALUES (1, 'Anna', 0, NULL, '{}')")
        with Cluster(copy_of=first) as second:
            yield first, second


@pytest.fixture
async def pair(servers, monkeypatch):
    first, second = servers
    first.sql("UPDATE boats SET trips = 0")
    made = Pair(first, second, monkeypatch)
    await made.follow(0)
    yield made
    second.sql(RESUMED)
    await made.database.close()


async def test_reads_the_copy_where_that_may_be_and_only_there(pair):
    await pair.pause()
    await sail(pair.database)
    assert (await pair.stale(), await trips(pair.database)) == (0, 1)
    async with pair.database.transaction() as transaction:
        assert (await transaction.fetch_one(GET, boat=1)).trips == 1


async def test_does_not_read_a_copy_that_stopped_following(pair):
    await pair.pause()
    await sail(pair.database)
    assert await pair.stale() == 0
    pair.now += LOOKS_AGAIN_AFTER
    assert await pair.stale() == 1
    assert await pair.stale() == 1
    pair.second.sql(RESUMED)
    await pair.follow(1)
    pair.now += LOOKS_AGAIN_AFTER
    await pair.pause()
    await sail(pair.database)
    assert await pair.stale() == 1


async def test_passes_over_a_copy_that_is_away_until_it_is_back(pair):
    assert await pair.stale() == 0
    pair.second.kill()
    await sail(pair.database)
    for _ in range(3):
        assert await pair.stale() == 1
        async with pair.database.reading(stale=True) as session:
            assert len(await session.fetch(ALL)) == 1
    pair.now += LOOKS_AGAIN_AFTER
    assert await pair.stale() == 1
    pair.second.start()
    await pair.follow(1)
    pair.now += LOOKS_AGAIN_AFTER
    await pair.stale()
    await pair.pause()
    await sail(pair.database)
    assert (await pair.stale(), await trips(pair.database)) == (1, 2)


async def test_reads_the_copy_while_the_database_itself_is_away(pair):
    assert await pair.stale() == 0
    pair.first.kill()
    try:
        for _ in range(2):
            pair.now += LOOKS_AGAIN_AFTER
            assert await pair.stale() == 0
        with pytest.raises(DatabaseUnavailable):
            await trips(pair.database)
    finally:
        pair.first.start()


async def test_without_a_copy_reads_the_database(pair):
    alone = PostgresqlDatabase(pair.first.url())
    await add(alone, a_boat(2))
    async with alone.reading(stale=True) as session:
        assert [row.id for row in await session.fetch(ALL)] == [1, 2]
    await alone.close()
    pair.first.sql("DELETE FROM boats WHERE id = 2")
