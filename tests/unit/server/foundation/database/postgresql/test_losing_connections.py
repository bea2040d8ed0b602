"""PostgreSQL goes away, cuts connections, or others are in the way: nothing hangs, leaks or is told wrong."""

import asyncio
import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.schema import CreateTable

from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import (
    DatabaseUnavailable,
    OutcomeUnknown,
    TransactionConflict,
    UniqueViolation,
)
from mooring.server.foundation.database.postgresql import connecting, dialect, reading
from mooring.server.foundation.database.postgresql.database import (
    READING,
    RESERVE,
    WRITING,
    PostgresqlDatabase,
)
from mooring.server.foundation.database.statement import Statement
from tests.support.boats import ADD, GET, LOCK, SAIL, a_boat, add, boats, names, sail, trips
from tests.support.postgresql import Cluster, a_postgresql, cluster
from tests.support.relays import a_relay

CREATE = str(CreateTable(boats).compile(dialect=dialect.DIALECT))
MY_PROCESS = Statement(select(func.pg_backend_pid().label("id")))
OTHERS = "FROM pg_stat_activity WHERE datname = '{0}' AND pid <> pg_backend_pid()"


@pytest.fixture
def url():
    with a_postgresql(empty=True) as made:
        cluster().sql(CREATE, database=made.database)
        yield made


@pytest.fixture
async def database(url):
    opened = PostgresqlDatabase(url, writing=3, reading=2)
    await add(opened, a_boat(1), a_boat(2))
    yield opened
    await opened.close()


def processes(url, where=""):
    """Return how many connections the server has open to the database."""
    [row] = cluster().sql(f"SELECT count(*) AS many {OTHERS.format(url.database)} {where}")
    return row["many"]


async def until(so):
    """Let others run until it is ``so``; the test's time limit ends a wait in vain."""
    while not so():  # noqa: ASYNC110 - nobody tells: the server is asked
        await asyncio.sleep(0)


def cut(url):
    """Let the server cut every connection to the database."""
    cluster().sql(f"SELECT pg_terminate_backend(pid) {OTHERS.format(url.database)}")


async def test_goes_on_unnoticed_when_idle_connections_were_cut(database, url):
    await asyncio.gather(*(sail(database) for _ in range(3)))
    await asyncio.gather(*(trips(database) for _ in range(3)))
    for _ in range(3):
        cut(url)
        assert await trips(database) == 3
    await sail(database)
    assert await trips(database) == 4


async def test_a_transaction_whose_connection_is_cut_may_be_run_again(database, url):
    async def be_cut():
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)
            cut(url)
            await transaction.execute(SAIL, boat=1)

    with pytest.raises(TransactionConflict):
        await be_cut()
    assert await trips(database) == 0
    await sail(database)
    assert await trips(database) == 1


async def test_a_swallowed_loss_is_not_taken_for_a_commit(database, url):
    async def swallow():
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)
            cut(url)
            with pytest.raises(TransactionConflict):
                await transaction.execute(SAIL, boat=1)

    with pytest.raises(TransactionConflict):
        await swallow()
    assert await trips(database) == 0


async def test_a_swallowed_refusal_is_not_taken_for_a_commit(database):
    async def swallow():
        async with database.transaction() as transaction:
            await transaction.execute(SAIL, boat=1)
            with pytest.raises(UniqueViolation):
                await transaction.execute(ADD, **a_boat(1))

    with pytest.raises(UniqueViolation):
        await swallow()
    assert await trips(database) == 0


async def test_a_connection_lost_in_a_commit_leaves_the_end_open(database, url):
    cluster().sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
        "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON boats DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()",
        database=url.database,
    )
    with pytest.raises(DatabaseUnavailable, match="during a commit") as met:
        await add(database, a_boat(3))
    assert type(met.value) is OutcomeUnknown
    assert await names(database) == [(1, None), (2, None)]


async def test_two_that_wait_for_each_other_are_parted(database):
    async def lock(first, second):
        async with database.transaction() as transaction:
            await transaction.lock(LOCK, boat=first)
            turns[first].set()
            await turns[second].wait()
            await transaction.lock(LOCK, boat=second)
            await transaction.execute(SAIL, boat=first)

    turns = {1: asyncio.Event(), 2: asyncio.Event()}
    outcomes = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert sorted(type(each) for each in outcomes if each) == [TransactionConflict]
    assert sorted([await trips(database, 1), await trips(database, 2)]) == [0, 1]


async def test_whoever_waits_too_long_for_anothers_rows_gives_up(database, monkeypatch, url):
    monkeypatch.setitem(connecting.LIMITS, "lock_timeout", "50ms")
    impatient = PostgresqlDatabase(url)
    async with database.transaction() as transaction:
        await transaction.lock(LOCK, boat=1)
        with pytest.raises(TransactionConflict, match="holds what it needs"):
            await sail(impatient)
    await sail(impatient)
    await impatient.close()


async def test_a_row_that_somebody_holds_leaves_room_for_all_others(url, monkeypatch):
    """However many ask for it, and through however many tries."""
    monkeypatch.setitem(connecting.LIMITS, "lock_timeout", "60s")
    database, holder = PostgresqlDatabase(url), PostgresqlDatabase(url)
    await add(database, a_boat(1), a_boat(2))
    async with holder.transaction() as transaction:
        await transaction.lock(LOCK, boat=1)
        stuck = [asyncio.create_task(through_conflicts(lambda: sail(database, 1))) for _ in range(40)]
        await until(lambda: processes(url, "AND wait_event_type = 'Lock'") >= WRITING - RESERVE)
        for sailed in range(1, 21):
            await through_conflicts(lambda: sail(database, 2))
            assert await trips(database, 2) == sailed
        assert not any(task.done() for task in stuck)
    await asyncio.gather(*stuck)
    assert await trips(database, 1) == 40
    await database.close()
    await holder.close()


async def test_whoever_finds_every_connection_taken_gives_up(url):
    small = PostgresqlDatabase(url, writing=1, patience=0.05)
    inside, leave = asyncio.Event(), asyncio.Event()

    async def stay():
        async with small.transaction():
            inside.set()
            await leave.wait()

    staying = asyncio.create_task(stay())
    await inside.wait()
    with pytest.raises(DatabaseUnavailable, match="too much is asked"):
        await sail(small)
    leave.set()
    await staying
    await sail(small)
    await small.close()


@pytest.mark.parametrize("rounds", range(1, 10))
async def test_a_cancelled_transaction_leaves_neither_lock_nor_connection(database, url, rounds):
    """Each round cancels at another point of the way, some of them while they wait for a row."""
    async with database.transaction() as transaction:
        await transaction.lock(LOCK, boat=1)
        tasks = [asyncio.create_task(sail(database)) for _ in range(6)]
        for _ in range(rounds**2):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(each) for each in outcomes} == {asyncio.CancelledError}
    await asyncio.gather(*(sail(database, 2) for _ in range(9)))
    assert (await trips(database, 1), await trips(database, 2)) == (0, 9)
    await until(lambda: processes(url, "AND state <> 'idle'") == 0)
    assert processes(url) <= 3 + 2


async def test_a_cancelled_read_leaves_no_connection_behind(database, url):
    slow = Statement(select(func.pg_sleep(600).label("slept")))

    async def read():
        async with database.reading() as session:
            await session.fetch(slow)

    for _ in range(3):
        tasks = [asyncio.create_task(read()) for _ in range(4)]
        await until(lambda: processes(url, "AND wait_event = 'PgSleep'") == 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await trips(database) == 0
    await until(lambda: processes(url, "AND state <> 'idle'") == 0)


async def test_closing_cuts_every_connection(database, url):
    await asyncio.gather(*(sail(database) for _ in range(9)), *(trips(database) for _ in range(9)))
    assert 0 < processes(url) <= 5
    await database.close()
    assert processes(url) == 0


async def test_says_why_it_cannot_be_opened_and_nothing_secret(url):
    elsewhere = url.set(database="harbor", password="s3cret")
    database = PostgresqlDatabase(elsewhere)
    with pytest.raises(DatabaseUnavailable, match="no database of this name") as met:
        await names(database)
    assert "s3cret" not in f"{met.value} {met.value.__cause__}"
    await database.close()


async def test_a_server_that_comes_back_is_used_again():
    with Cluster() as server:
        server.sql(CREATE)
        database = PostgresqlDatabase(server.url())
        await add(database, a_boat(1))
        for end in (server.stop, server.kill):
            end()
            with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
                await trips(database)
            with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
                await sail(database)
            server.start()
            before = await trips(database)
            await asyncio.gather(*(sail(database) for _ in range(9)))
            assert await trips(database) == before + 9
        await database.close()


async def test_follows_the_database_to_the_server_that_takes_over():
    with Cluster() as first:
        first.sql(CREATE)
        with Cluster(copy_of=first) as second:
            hosts = f"127.0.0.1:{first.port},127.0.0.1:{second.port}"
            database = PostgresqlDatabase(first.url().set(host=None, port=None, query={"host": hosts}))
            await add(database, a_boat(1))
            first.sql("SELECT pg_switch_wal()")
            await until(lambda: second.sql("SELECT count(*) AS many FROM boats")[0]["many"] == 1)
            first.kill()
            with pytest.raises(DatabaseUnavailable):  # the other one only reads yet
                await sail(database)
            second.promote()
            await sail(database)
            assert await trips(database) == 1
            await database.close()


@pytest.mark.parametrize("asked", [sail, trips])
async def test_of_a_server_that_fell_silent_one_connection_is_waited_for(url, monkeypatch, asked):
    """None of the idle connections may cost the patience that the one before it cost."""
    for patience in ("CONNECT_PATIENCE", "PATIENCE"):
        monkeypatch.setattr(connecting, patience, 0.5)
    monkeypatch.setattr(reading, "PATIENCE", 0.5)
    async with a_relay(url.port) as relay:
        hosts = f"127.0.0.1:{relay.listens_at},127.0.0.1:{url.port}"
        database = PostgresqlDatabase(url.set(host=None, port=None, query={"host": hosts}))
        await add(database, a_boat(1))
        await asyncio.gather(*(sail(database) for _ in range(8)), *(trips(database) for _ in range(4)))
        idle = WRITING - RESERVE + READING
        assert processes(url) == relay.connections == idle
        relay.fall_silent()
        began = time.monotonic()
        await asked(database)
        # One connection that says nothing, and one more to the same host before the other one is asked.
        assert time.monotonic() - began < 6 * 0.5
        assert relay.connections <= idle + 2  # it was also asked to cancel
        assert await trips(database) == 8 + (asked is sail)
        await database.close()


async def test_a_change_begins_where_the_server_is_not_silent_as_soon_as_it_could_connect(url, monkeypatch):
    monkeypatch.setattr(connecting, "CONNECT_PATIENCE", 0.3)
    async with a_relay(url.port) as relay:
        hosts = f"127.0.0.1:{relay.listens_at},127.0.0.1:{url.port}"
        database = PostgresqlDatabase(url.set(host=None, port=None, query={"host": hosts}))
        await add(database, a_boat(1))
        relay.fall_silent()
        began = time.monotonic()
        await sail(database)
        assert time.monotonic() - began < connecting.PATIENCE / 3
        await database.close()


async def test_leaves_a_server_that_takes_changes_no_longer(database, url):
    """A server that was demoted refuses changes; the connection to it must not be kept."""

    async def process():
        async with database.transaction() as transaction:
            return (await transaction.fetch_one(MY_PROCESS)).id

    demote = Statement(select(func.set_config("default_transaction_read_only", "on", False).label("value")))
    async with database.transaction() as transaction:
        await transaction.fetch(demote)
    before = await process()
    with pytest.raises(TransactionConflict, match="takes no changes"):
        await sail(database)
    assert await process() != before
    await sail(database)


async def test_waits_for_more_than_the_disks_where_the_operator_wants_it(url):
    cluster().sql(f"ALTER DATABASE {url.database} SET synchronous_commit = remote_apply")
    how = Statement(select(func.current_setting("synchronous_commit").label("value")))
    database = PostgresqlDatabase(url)
    async with database.transaction() as transaction:
        assert (await transaction.fetch_one(how)) == ("remote_apply",)
    await database.close()


@pytest.mark.parametrize(("durable", "waits"), [(True, "on"), (False, "off")])
@pytest.mark.parametrize("chosen", ["off", "local", "remote_write"])
async def test_waits_for_the_disks_whatever_the_database_is_set_to(url, chosen, durable, waits):
    cluster().sql(f"ALTER DATABASE {url.database} SET synchronous_commit = {chosen}")
    how = Statement(select(func.current_setting("synchronous_commit").label("value")))
    database = PostgresqlDatabase(url)
    async with database.transaction(durable=durable) as transaction:
        assert (await transaction.fetch_one(how)) == (waits,)
    async with database.transaction() as transaction:
        assert (await transaction.fetch_one(how)) == ("on",)
    await database.close()


async def test_keeps_no_zero_character_and_finds_nothing_by_one(database):
    await add(database, a_boat(3, "An\0na", log={"note": "a\0b"}))
    async with database.reading() as session:
        row = await session.fetch_one(GET, boat=3)
    assert (row.name, row.log) == ("An\ufffdna", {"note": "a\0b"})


async def test_a_value_that_does_not_fit_harms_nobody_else(database, url):
    for _ in range(9):
        async with database.reading() as session:
            with pytest.raises(Exception, match="int32"):
                await session.fetch(GET, boat=2**40)
        with pytest.raises(Exception, match="int32"):
            await add(database, a_boat(2**40))
    assert await names(database) == [(1, None), (2, None)]
    assert processes(url) <= 2
