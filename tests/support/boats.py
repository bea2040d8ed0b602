"""A small table of boats, by which tests see what a database does."""

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.schema import CreateTable

from mooring.server.foundation.database.postgresql import dialect
from mooring.server.foundation.database.schema import Instant
from mooring.server.foundation.database.statement import Statement
from tests.support.postgresql import cluster

boats = Table(
    "boats",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True),
    Column("trips", Integer, nullable=False),
    Column("built_at", Instant),
    Column("log", JSON, nullable=False),
)
ADD = Statement(insert(boats))
SAIL = Statement(update(boats).where(boats.c.id == bindparam("boat")).values(trips=boats.c.trips + 1))
GET = Statement(select(boats).where(boats.c.id == bindparam("boat")))
LOCK = Statement(select(boats).where(boats.c.id == bindparam("boat")).with_for_update())
ALL = Statement(select(boats.c.id, boats.c.name).order_by(boats.c.id))


def create_boats(url, *, on=None):
    """Make the table in the database at ``url``, one of PostgreSQL's."""
    (on or cluster()).sql(str(CreateTable(boats).compile(dialect=dialect.DIALECT)), database=url.database)


def a_boat(number, name=None, **changes):
    return {"id": number, "name": name, "trips": 0, "built_at": None, "log": {}} | changes


async def add(database, *added):
    async with database.transaction() as transaction:
        await transaction.execute_many(ADD, added)


async def sail(database, boat=1):
    async with database.transaction() as transaction:
        await transaction.execute(SAIL, boat=boat)


async def names(database):
    async with database.reading() as session:
        return [tuple(row) for row in await session.fetch(ALL)]


async def trips(database, boat=1):
    async with database.reading() as session:
        return (await session.fetch_one(GET, boat=boat)).trips
