"""Two lanes: most places for who may wait for a row, some for who does not; each in the order of asking."""

import asyncio

import pytest

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql.lanes import Lanes


async def asked(*doings):
    """Return these as tasks that have got as far as they can."""
    tasks = [asyncio.create_task(each) for each in doings]
    for _ in range(10):
        await asyncio.sleep(0)
    return tasks


async def full(size=3, reserve=1, *, patience=5):
    """Return lanes in which nobody else finds a place."""
    lanes = Lanes(size, reserve, patience=patience)
    assert [await lanes.enter(may_hurry=True) for _ in range(size)] == [False] * (size - reserve) + [True] * (
        reserve
    )
    return lanes


async def test_hurries_nobody_as_long_as_there_are_patient_places():
    lanes = Lanes(3, 1, patience=5)
    assert await lanes.enter(may_hurry=True) is False
    assert await lanes.enter(may_hurry=False) is False
    assert await lanes.enter(may_hurry=True) is True


async def test_the_reserve_is_not_for_who_may_not_be_hurried():
    lanes = Lanes(3, 1, patience=0.01)
    await lanes.enter(may_hurry=False)
    await lanes.enter(may_hurry=False)
    with pytest.raises(DatabaseUnavailable, match="too much is asked"):
        await lanes.enter(may_hurry=False)
    assert await lanes.enter(may_hurry=True) is True


async def test_a_hurried_place_goes_past_those_who_may_not_be_hurried():
    lanes = await full()
    patient, hurried = await asked(lanes.enter(may_hurry=False), lanes.enter(may_hurry=True))
    lanes.leave(True)
    assert await hurried is True
    assert not patient.done()
    lanes.leave(False)
    assert await patient is False


async def test_a_patient_place_goes_to_who_asked_first():
    for first, second in ((True, False), (False, True)):
        lanes = await full()
        waiting = await asked(lanes.enter(may_hurry=first), lanes.enter(may_hurry=second))
        lanes.leave(False)
        assert await waiting[0] is False
        assert not waiting[1].done()
        lanes.leave(False)
        assert await waiting[1] is False


async def test_whoever_goes_away_hands_its_place_on():
    lanes = await full()
    gone, waiting = await asked(lanes.enter(may_hurry=True), lanes.enter(may_hurry=True))
    lanes.leave(False)  # it is theirs now, and they go before they learn of it
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await waiting is False


async def test_whoever_waits_too_long_gives_up_and_takes_nobodys_turn():
    lanes = await full(1, 0, patience=0.01)
    with pytest.raises(DatabaseUnavailable, match="too much is asked"):
        await lanes.enter(may_hurry=True)
    [waiting] = await asked(lanes.enter(may_hurry=True))
    lanes.leave(False)
    assert await waiting is False


async def test_closing_waits_for_all_who_are_in_and_all_who_wait():
    lanes = await full(2, 1)
    waiting, closing = await asked(lanes.enter(may_hurry=True), lanes.close())
    lanes.leave(False)
    lanes.leave(True)
    assert await waiting is False
    assert not closing.done()
    lanes.leave(False)
    await closing
    await lanes.close()
