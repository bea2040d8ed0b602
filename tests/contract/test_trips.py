"""How often the use cases of every day ask PostgreSQL, and that none of them reads a whole table."""

import asyncio

import asyncpg
import pytest

from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from tests.support.computers import a_computer
from tests.support.ledgers import FilledLedger
from tests.support.licenses import AT, HOUR, a_policy
from tests.support.postgresql import a_postgresql, cluster
from tests.support.publisher import Customer, Publisher

WHOLE_TABLES = (
    "SELECT relname, seq_scan FROM pg_stat_user_tables"
    " WHERE relname IN ('licenses', 'devices', 'device_components', 'activations', 'installations')"
    " ORDER BY relname"
)


@pytest.fixture
def url():
    with a_postgresql() as made:
        yield made


@pytest.fixture
async def publisher(url):
    database = PostgresqlDatabase(url)
    yield Publisher(FilledLedger(database, status_list_size=1 << 20))
    await database.close()


@pytest.fixture
def trips(monkeypatch):
    """Return the list to which each trip to the server is added."""
    made = []
    for name in ("execute", "executemany", "fetch", "fetchrow"):
        asks = getattr(asyncpg.Connection, name)

        async def counted(connection, sql, *parameters, _asks=asks, **options):
            made.append(sql)
            return await _asks(connection, sql, *parameters, **options)

        monkeypatch.setattr(asyncpg.Connection, name, counted)
    return made


async def several(publisher, count):
    """Return customers with their keys; the first two are activated, which fills what is remembered."""
    customers = [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(count)]
    policy = a_policy()
    keys = [await publisher.sell(policy=policy) for _ in customers]
    for each, key in zip(customers[:2], keys, strict=False):
        await each.activate(key)
    return list(zip(customers, keys, strict=True))


async def test_a_new_computer_is_activated_in_four_trips(publisher, trips):
    *_, (customer, key) = await several(publisher, 3)
    trips.clear()
    await customer.activate(key)
    assert [sql.split()[0] for sql in trips] == ["BEGIN", "SELECT", "WITH", "COMMIT"]


async def test_many_renewals_take_two_trips(publisher, trips):
    customers = await several(publisher, 8)
    for each, key in customers[2:]:
        await each.activate(key)
    trips.clear()
    await asyncio.gather(*(each.renew(at=AT + HOUR) for each, _ in customers))
    assert [sql.split()[0] for sql in trips] == ["SELECT", "WITH"]


async def test_no_statement_reads_a_whole_table_whatever_it_held_when_it_was_planned(publisher, url):
    before = cluster().sql(WHOLE_TABLES, database=url.database)
    assert len(before) == 5
    for customer, key in await several(publisher, 12):
        await customer.activate(key)
        await customer.renew(at=AT + HOUR)
        again = Customer(publisher, customer.computer, jkt=f"{customer.jkt}-again")
        await again.activate()
        await again.deactivate(at=AT + HOUR)
    await publisher.ledger.database.close()  # each connection tells what it did, at the latest, when it ends
    assert cluster().sql(WHOLE_TABLES, database=url.database) == before


async def test_new_computers_that_ask_at_once_are_activated_in_four_trips(publisher, trips):
    customers = await several(publisher, 12)
    trips.clear()
    answers = await asyncio.gather(*(each.activate(key) for each, key in customers[2:]))
    assert [sql.split()[0] for sql in trips] == ["BEGIN", "SELECT", "WITH", "COMMIT"]
    assert all(answer.created for answer in answers)
    lines = [await publisher.line(each) for each, _ in customers]
    assert len({line.device.id for line in lines}) == len(lines)
    assert {line.license.held for line in lines} == {1}
