"""PostgreSQL is migrated while others use it: nobody waits for long, and nothing is done by halves."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.migrations.migrating import current_schema
from mooring.server.foundation.migrations.postgresql import _ONLY_ONE, Patience, migrate_postgresql
from mooring.server.foundation.migrations.revisions import head_revision, known_revisions
from tests.support.schemas import change, described, settings_at, step_down, upgrade_to

HASTY = Patience(lock_milliseconds=50, tries=3, pause_seconds=0.01, turn_seconds=0.1)


@pytest.fixture
def old(postgresql):
    """A PostgreSQL that one more step must be taken on."""
    upgrade_to(postgresql, known_revisions()[-1])
    step_down(postgresql)
    return postgresql


@asynccontextmanager
async def holding(url, statement):
    """Have a session that holds on to what ``statement`` locks; give what makes it let go."""
    connection = await asyncpg.connect(url.render_as_string())
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(statement)
    tasks = []
    try:
        yield lambda: tasks.append(asyncio.create_task(transaction.rollback()))
        await asyncio.gather(*tasks)
    finally:
        await connection.close()


async def test_lets_others_go_first_and_tries_again(old):
    said = []
    async with holding(old, "LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE") as let_go:

        def say(sentence):
            said.append(sentence)
            if len(said) == 2:
                let_go()

        await migrate_postgresql(old, say, HASTY._replace(tries=9))
    assert said[:2] == [
        "Others use a table that must change; they go first. Trying again (2 of 9).",
        "Others use a table that must change; they go first. Trying again (3 of 9).",
    ]
    assert (await asyncio.to_thread(described, old)).keys() >= {"schema_reach", "licenses"}


async def test_gives_up_in_the_end_and_changes_nothing(old, tmp_path):
    said = []
    async with holding(old, "LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"):
        with pytest.raises(
            DatabaseUnavailable, match=r"3 times a table that must change .* Nothing was changed"
        ):
            await migrate_postgresql(old, said.append, HASTY)
    assert len(said) == 2
    schema = await asyncio.to_thread(current_schema, settings_at(old, tmp_path))
    assert schema.revision == known_revisions()[-2]


async def test_one_computer_at_a_time(old, tmp_path):
    said = []
    mine = f"SELECT pg_advisory_xact_lock({_ONLY_ONE})"
    async with holding(old, mine):
        with pytest.raises(DatabaseUnavailable, match="Another computer is still migrating this database"):
            await migrate_postgresql(old, said.append, HASTY)
    assert said == ["Another computer is migrating this database; waiting for it."]
    async with holding(old, mine) as let_go:
        await migrate_postgresql(old, lambda _: let_go(), HASTY._replace(turn_seconds=30))
    schema = await asyncio.to_thread(current_schema, settings_at(old, tmp_path))
    assert schema.revision == head_revision()


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        ("pg_sleep(5)", "it took longer than was allowed"),
        ("pg_terminate_backend(pg_backend_pid())", "it was shut down|the connection broke"),
    ],
)
def test_a_step_that_hangs_or_breaks_changes_nothing(old, deed, says):
    before = described(old)
    change(
        old,
        f"CREATE FUNCTION hinder() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM {deed}; END $$",
        "CREATE EVENT TRIGGER hinderer ON ddl_command_end EXECUTE FUNCTION hinder()",
    )
    with pytest.raises(DatabaseUnavailable, match=says):
        asyncio.run(migrate_postgresql(old, lambda _: None, HASTY._replace(statement_milliseconds=200)))
    assert described(old) == before
