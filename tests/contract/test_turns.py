"""What everyone who gives turns promises, and what those in the database promise beyond."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import URL

from mooring.server.foundation.database import sweeping
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.turns.alone import TurnsAlone
from mooring.server.foundation.turns.port import Turn
from mooring.server.foundation.turns.stored import StoredTurns
from tests.support.postgresql import a_postgresql, cluster

LONG = timedelta(minutes=1)
OVER = timedelta(0)


@pytest.fixture(scope="module")
def url() -> Iterator[URL]:
    with a_postgresql() as url:
        yield url


@pytest.fixture
async def database(url: URL) -> AsyncIterator[PostgresqlDatabase]:
    cluster().sql("DELETE FROM turns", database=url.database)
    database = PostgresqlDatabase(url)
    yield database
    await database.close()


@pytest.fixture
def turns(database: PostgresqlDatabase) -> StoredTurns:
    return StoredTurns(database)


async def test_gives_a_turn_to_one_at_a_time(turns: StoredTurns, database: PostgresqlDatabase):
    assert await turns.take("housekeeping", lasts=LONG) is not None
    assert await turns.take("housekeeping", lasts=LONG) is None
    assert await StoredTurns(database).take("housekeeping", lasts=LONG) is None
    assert await turns.take("something else", lasts=LONG) is not None


async def test_whoever_gives_up_makes_room(turns: StoredTurns):
    turn = await turns.take("housekeeping", lasts=LONG)
    await turns.give_up(turn)
    assert await turns.take("housekeeping", lasts=LONG) is not None


async def test_a_turn_ends_by_itself(turns: StoredTurns):
    assert await turns.take("housekeeping", lasts=OVER) is not None
    assert await turns.take("housekeeping", lasts=LONG) is not None
    assert await turns.take("housekeeping", lasts=LONG) is None


async def test_who_comes_too_late_to_give_up_takes_nobody_elses_turn(turns: StoredTurns):
    late = await turns.take("housekeeping", lasts=OVER)
    assert await turns.take("housekeeping", lasts=LONG) is not None
    await turns.give_up(late)
    assert await turns.take("housekeeping", lasts=LONG) is None


async def test_a_turn_that_is_renewed_goes_on(turns: StoredTurns):
    turn = await turns.take("housekeeping", lasts=OVER)
    assert await turns.renew(turn, lasts=LONG)
    assert await turns.take("housekeeping", lasts=LONG) is None


async def test_a_turn_that_is_anothers_by_now_is_not_renewed(turns: StoredTurns):
    late = await turns.take("housekeeping", lasts=OVER)
    theirs = await turns.take("housekeeping", lasts=OVER)
    assert not await turns.renew(late, lasts=LONG)
    assert await turns.renew(theirs, lasts=OVER)
    assert await turns.take("housekeeping", lasts=LONG) is not None
    assert not await turns.renew(Turn(b"never taken", b"nobody"), lasts=LONG)


async def test_forgets_many_piece_by_piece(turns: StoredTurns, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 2)
    for number in range(5):
        await turns.take(f"long ended {number}", lasts=timedelta(minutes=-61))
    assert await turns.forget_ended(at=datetime(2026, 1, 2, tzinfo=UTC)) == 5


async def test_forgets_what_ended_an_hour_ago(turns: StoredTurns, url: URL):
    await turns.take("of one who died", lasts=OVER)
    await turns.take("just ended", lasts=timedelta(minutes=-59))
    await turns.take("long ended", lasts=timedelta(minutes=-61))
    assert await turns.forget_ended(at=datetime(2026, 1, 2, tzinfo=UTC)) == 1
    assert cluster().sql("SELECT count(*) FROM turns", database=url.database)[0][0] == 2


async def test_a_turn_that_cannot_be_given_up_lasts_to_its_end(turns: StoredTurns, database):
    turn = await turns.take("housekeeping", lasts=LONG)
    await database.close()
    await turns.give_up(turn)


async def test_who_is_alone_has_every_turn():
    turns = TurnsAlone()
    turn = await turns.take("housekeeping", lasts=LONG)
    assert await turns.renew(turn, lasts=LONG)
    assert await turns.take("housekeeping", lasts=LONG) is not None
    await turns.give_up(turn)
    assert await turns.forget_ended(at=datetime(2026, 1, 2, tzinfo=UTC)) == 0
