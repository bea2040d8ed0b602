"""What met another's transaction is run again, a few times and not for long."""

import pytest

from mooring.server.foundation.database.conflicts import (
    GIVE_UP_AFTER,
    TRIES,
    may_hurry,
    through_conflicts,
)
from mooring.server.foundation.database.port import (
    DatabaseUnavailable,
    Hurried,
    TransactionConflict,
    UniqueViolation,
)


class Act:
    """Something that meets others so many times, each time after so many seconds."""

    def __init__(self, conflicts: int, *, takes: float = 0.0, error: type[Exception] = TransactionConflict):
        self.conflicts = conflicts
        self.takes = takes
        self.error = error
        self.count = 0
        self.now = 100.0
        self.pauses: list[float] = []

    async def __call__(self) -> str:
        self.count += 1
        self.now += self.takes
        if self.count <= self.conflicts:
            raise self.error("met another")
        return "done"

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    async def run(self) -> str:
        return await through_conflicts(self, pause=self.pause, seconds=lambda: self.now)


@pytest.mark.parametrize("error", [TransactionConflict, UniqueViolation])
@pytest.mark.parametrize("conflicts", range(TRIES))
async def test_runs_again_until_nobody_is_met(conflicts: int, error: type[Exception]):
    act = Act(conflicts, error=error)
    assert await act.run() == "done"
    assert act.count == conflicts + 1
    assert len(act.pauses) == conflicts


async def test_gives_up_after_the_last_try():
    act = Act(TRIES)
    with pytest.raises(TransactionConflict):
        await act.run()
    assert act.count == TRIES


async def test_pauses_longer_each_time_and_never_as_long_as_another():
    pauses = []
    for _ in range(20):
        act = Act(TRIES - 1)
        await act.run()
        pauses.append(act.pauses)
    for number, same in enumerate(zip(*pauses, strict=True)):
        assert len(set(same)) > 1
        assert 0.005 * 4**number <= min(same) <= max(same) <= 0.015 * 4**number
    assert max(map(sum, pauses)) < GIVE_UP_AFTER / 2


async def test_begins_no_try_when_the_time_is_up():
    act = Act(TRIES, takes=GIVE_UP_AFTER * 0.6)
    with pytest.raises(TransactionConflict):
        await act.run()
    assert act.count == 2


async def test_what_may_have_been_applied_is_never_run_again():
    act = Act(1, error=DatabaseUnavailable)
    with pytest.raises(DatabaseUnavailable):
        await act.run()
    assert act.count == 1


async def test_what_was_hurried_is_run_again_with_time_and_counts_as_no_try():
    errors = [Hurried("in a hurry"), *[TransactionConflict("met another")] * (TRIES - 1)]
    hurries: list[bool] = []

    async def act() -> str:
        hurries.append(may_hurry())
        if len(hurries) <= len(errors):
            raise errors[len(hurries) - 1]
        return "done"

    assert await through_conflicts(act, pause=Act(0).pause) == "done"
    assert hurries == [True] + [False] * TRIES


async def test_what_was_hurried_late_is_run_again_all_the_same():
    """It waited for its turn, perhaps for long; only now it may wait for the rows."""
    act = Act(1, takes=GIVE_UP_AFTER + 1, error=Hurried)
    assert await act.run() == "done"
    assert act.pauses == []


async def test_nobody_is_hurried_whom_nobody_runs_again():
    assert not may_hurry()
    await Act(0).run()
    assert not may_hurry()
    with pytest.raises(TransactionConflict):
        await Act(TRIES).run()
    assert not may_hurry()
