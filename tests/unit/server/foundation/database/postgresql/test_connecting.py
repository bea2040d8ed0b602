"""Where connections go, and what they bring along."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql import connecting
from mooring.server.foundation.database.postgresql.connecting import LIMITS, Server
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.statement import Statement
from tests.support.postgresql import a_postgresql, cluster

BROUGHT = {
    "lock_timeout": LIMITS["lock_timeout"],
    "statement_timeout": LIMITS["statement_timeout"],
    "idle_in_transaction_session_timeout": LIMITS["idle_in_transaction_session_timeout"],
    "application_name": "mooring",
    "jit": "off",
    "synchronous_commit": "on",
}


@pytest.fixture
def url():
    with a_postgresql(empty=True) as made:
        yield made


async def settings_of(session):
    names = [*BROUGHT, "default_transaction_read_only"]
    asked = select(*[func.current_setting(name).label(name) for name in names])
    return (await session.fetch_one(Statement(asked)))._asdict()


async def test_every_session_brings_its_limits(url):
    database = PostgresqlDatabase(url)
    async with database.transaction() as transaction:
        assert await settings_of(transaction) == {**BROUGHT, "default_transaction_read_only": "off"}
    async with database.reading() as session:
        assert await settings_of(session) == {**BROUGHT, "default_transaction_read_only": "on"}
    await database.close()


async def test_reaches_a_server_through_its_socket(url):
    by_socket = url.set(host=None, query={"host": str(cluster().folder)})
    database = PostgresqlDatabase(by_socket)
    asked = Statement(select(func.inet_client_addr().label("address")))
    async with database.reading() as session:
        assert (await session.fetch_one(asked)).address is None
    await database.close()


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("postgresql://mooring@db/mooring", [{}]),
        ("postgresql://mooring@/mooring?host=one", [{"host": "one", "port": 5432}]),
        (
            "postgresql://mooring@/mooring?host=one:6,two",
            [{"host": "one", "port": 6}, {"host": "two", "port": 5432}],
        ),
        (
            "postgresql://mooring@x:7/mooring?host=one,::1",
            [{"host": "one", "port": 7}, {"host": "::1", "port": 7}],
        ),
        ("postgresql://mooring@/mooring?host=/run/pg", [{"host": "/run/pg", "port": 5432}]),
    ],
)
def test_goes_where_the_address_says(address, places):
    assert Server(make_url(address))._places == places


async def test_goes_on_to_the_next_server_where_one_is_silent(url, monkeypatch):
    monkeypatch.setattr(connecting, "CONNECT_PATIENCE", 2.0)
    asked = []
    silent = await asyncio.start_server(lambda *streams: asked.append(streams), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    several = url.set(host=None, query={"host": f"127.0.0.1:{port},127.0.0.1:{url.port}"})
    server = Server(several)
    for times in (1, 1):  # whoever answered is asked first from then on
        connection = await server.connect(read_only=False)
        assert await connection.fetchval("SELECT current_database()") == url.database
        assert len(asked) == times
        await connection.close()
    for _, writer in asked:
        writer.close()
    silent.close()


@pytest.mark.parametrize(
    ("query", "pooled"), [("", False), ("?pgbouncer=false", False), ("?pgbouncer=true", True)]
)
def test_knows_when_there_is_a_pgbouncer_in_between(query, pooled):
    server = Server(make_url(f"postgresql://mooring@db/mooring{query}"))
    assert server.pooled is pooled
    assert "pgbouncer" not in server._dsn


async def test_says_that_nobody_answers(url):
    database = PostgresqlDatabase(url.set(port=1, password="s3cret"))
    async with database.reading() as session:
        with pytest.raises(
            DatabaseUnavailable, match=r"^The database cannot be used now: its server cannot be"
        ):
            await session.fetch(Statement(select(func.now().label("now"))))
    await database.close()
