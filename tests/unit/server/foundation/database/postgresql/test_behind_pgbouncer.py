"""Behind PgBouncer nothing may be left on a connection: the next transaction on it is somebody else's."""

import asyncio

import pytest
from sqlalchemy import func, select

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql import connecting
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.statement import Statement
from tests.support.boats import a_boat, add, create_boats, sail, trips
from tests.support.pgbouncer import a_pgbouncer
from tests.support.postgresql import a_postgresql, cluster


@pytest.fixture
def url():
    with a_postgresql(empty=True) as made:
        create_boats(made)
        yield made


@pytest.fixture
async def database(url):
    with a_pgbouncer(url, size=2) as behind:
        opened = PostgresqlDatabase(behind)
        await add(opened, a_boat(1))
        yield opened
        await opened.close()


async def value_of(database, name, *, durable=True):
    statement = Statement(select(func.current_setting(name).label("value")))
    async with database.transaction(durable=durable) as transaction:
        return (await transaction.fetch_one(statement)).value


@pytest.mark.parametrize(("name", "limit"), connecting.LIMITS.items())
async def test_each_transaction_has_its_limits(database, name, limit):
    assert await value_of(database, name) == limit


async def test_waits_for_the_disk_unless_it_need_not(database, url):
    cluster().sql(f"ALTER DATABASE {url.database} SET synchronous_commit = local")
    for durable, value in [(True, "on"), (False, "off"), (True, "on"), (False, "off")]:
        assert await value_of(database, "synchronous_commit", durable=durable) == value


async def test_says_what_is_missing_where_the_address_does_not_tell_of_it(url):
    with a_pgbouncer(url) as behind:
        opened = PostgresqlDatabase(behind.difference_update_query(["pgbouncer"]))
        with pytest.raises(DatabaseUnavailable, match=r"Add \?pgbouncer=true\.$"):
            await trips(opened)
        await opened.close()


async def test_many_more_than_it_has_connections_are_served(database):
    await asyncio.gather(*(sail(database) for _ in range(50)), *(trips(database) for _ in range(50)))
    assert await trips(database) == 50
