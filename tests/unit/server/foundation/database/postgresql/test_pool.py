"""The pool: so many connections and no more, given in the order of asking, none lost whoever goes away."""

import asyncio

import pytest

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql import pool as module
from mooring.server.foundation.database.postgresql.pool import STALE_AFTER, Pool


class Connection:
    """What the pool knows of a connection."""

    def __init__(self, number):
        self.number = number
        self.gone = False
        self.told = []
        self.answers = asyncio.Event()
        self.answers.set()

    def is_closed(self):
        return self.gone

    def terminate(self):
        self.gone = True

    async def close(self, **_options):
        self.gone = True

    async def execute(self, sql, **_options):
        await self.answers.wait()
        if self.gone:
            raise ConnectionResetError
        self.told.append(sql)


class Server:
    """Makes connections, unless it is away."""

    def __init__(self):
        self.made = []
        self.away = False

    async def connect(self):
        await asyncio.sleep(0)
        if self.away:
            raise DatabaseUnavailable("away")
        self.made.append(Connection(len(self.made) + 1))
        return self.made[-1]


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def pool(server):
    return Pool(server.connect, 2, patience=5)


async def asked(*doings):
    """Return these as tasks that have got as far as they can."""
    tasks = [asyncio.create_task(each) for each in doings]
    for _ in range(10):
        await asyncio.sleep(0)
    return tasks


async def test_makes_a_connection_when_it_is_needed_and_keeps_it(pool, server):
    assert (pool.size, pool.open) == (2, 0)
    first = await pool.take()
    pool.give_back(first)
    assert await pool.take() is first
    assert await pool.take() is not first
    assert (pool.open, len(server.made)) == (2, 2)


async def test_gives_the_one_that_was_used_last(pool):
    first, second = await pool.take(), await pool.take()
    pool.give_back(second)
    pool.give_back(first)
    assert await pool.take() is first


async def test_whoever_asks_when_all_are_taken_waits_in_the_order_of_asking(pool):
    first, second = await pool.take(), await pool.take()
    waiting = await asked(*(pool.take() for _ in range(3)))
    assert not any(each.done() for each in waiting)
    pool.give_back(second)
    pool.give_back(first)
    assert await waiting[0] is second
    assert await waiting[1] is first
    assert not waiting[2].done()
    pool.give_back(second)
    assert await waiting[2] is second
    assert pool.open == 2


async def test_nobody_overtakes_those_who_wait(pool):
    first, _ = await pool.take(), await pool.take()
    [waiting] = await asked(pool.take())
    pool.give_back(first)
    [later] = await asked(pool.take())
    assert await waiting is first
    assert not later.done()
    pool.give_back(first)
    assert await later is first


async def test_whoever_waits_too_long_gives_up_and_takes_nobodys_turn(server):
    pool = Pool(server.connect, 1, patience=0.01)
    taken = await pool.take()
    with pytest.raises(DatabaseUnavailable, match="too much is asked"):
        await pool.take()
    [waiting] = await asked(pool.take())
    pool.give_back(taken)
    assert await waiting is taken


async def test_whoever_goes_away_hands_its_turn_on(pool):
    first, _ = await pool.take(), await pool.take()
    gone, waiting = await asked(pool.take(), pool.take())
    pool.give_back(first)  # it is theirs now, and they go before they learn of it
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await waiting is first


async def test_whoever_goes_away_before_their_turn_is_passed_over(pool):
    first, _ = await pool.take(), await pool.take()
    gone, waiting = await asked(pool.take(), pool.take())
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    pool.give_back(first)
    assert await waiting is first


@pytest.mark.parametrize("how", ["drop", "give_back"])
async def test_a_broken_connection_makes_place_for_another(pool, server, how):
    first, _ = await pool.take(), await pool.take()
    [waiting] = await asked(pool.take())
    if how == "give_back":
        first.gone = True
    getattr(pool, how)(first)
    assert first.gone
    assert await waiting is server.made[2]
    assert pool.open == 2


async def test_a_place_handed_to_whoever_goes_away_is_not_lost(pool, server):
    first, _ = await pool.take(), await pool.take()
    gone, waiting = await asked(pool.take(), pool.take())
    pool.drop(first)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await waiting is server.made[2]
    assert pool.open == 2


async def test_a_connection_that_cannot_be_made_takes_no_place(pool, server):
    server.away = True
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable, match="away"):
            await pool.take()
    assert pool.open == 0
    server.away = False
    await pool.take()
    await pool.take()
    assert pool.open == 2


async def test_while_a_server_is_away_everybody_who_waits_is_told(pool, server):
    first, second = await pool.take(), await pool.take()
    waiting = await asked(*(pool.take() for _ in range(4)))
    server.away = True
    pool.drop(first)
    pool.drop(second)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(each) for each in outcomes] == ["away"] * 4
    assert pool.open == 0


async def test_whoever_goes_away_while_connecting_leaves_the_place(pool):
    [gone] = [asyncio.create_task(pool.take())]
    await asyncio.sleep(0)
    assert pool.open == 1
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert pool.open == 0


async def test_drops_a_connection_that_broke_while_it_was_idle(pool):
    first = await pool.take()
    pool.give_back(first)
    first.gone = True
    assert await pool.take() is not first
    assert pool.open == 1


async def test_drops_a_connection_that_was_idle_for_long(pool, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    first = await pool.take()
    pool.give_back(first)
    now[0] += STALE_AFTER - 0.1
    assert await pool.take() is first
    pool.give_back(first)
    now[0] += STALE_AFTER
    assert await pool.take() is not first
    assert first.gone


async def test_takes_a_connection_back_from_who_was_cancelled_when_it_has_undone(pool):
    first, second = await pool.take(), await pool.take()
    first.answers.clear()
    pool.recover(first)
    [waiting] = await asked(pool.take())
    assert not waiting.done()
    first.answers.set()
    assert await waiting is first
    assert first.told == ["ROLLBACK"]
    assert second.told == []


async def test_drops_a_connection_that_does_not_come_round(pool, server):
    first, _ = await pool.take(), await pool.take()
    first.gone = True
    pool.recover(first)
    [waiting] = await asked(pool.take())
    assert await waiting is server.made[2]
    assert pool.open == 2


async def test_closes_when_all_were_given_back(pool, server):
    first, second = await pool.take(), await pool.take()
    pool.give_back(second)
    [waiting, closing] = await asked(pool.take(), pool.close())
    assert waiting.result() is second
    assert not closing.done()
    second.answers.clear()
    pool.recover(second)
    pool.give_back(first)
    [still] = await asked(asyncio.sleep(0))
    assert still.done()
    assert not closing.done()
    second.answers.set()
    await closing
    assert all(each.gone for each in server.made)
    assert pool.open == 0
    await pool.close()
