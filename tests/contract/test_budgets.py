"""Budgets of tries: so many at once, refilled evenly, whatever the clock; wherever they are kept."""

import asyncio
from datetime import timedelta

import pytest

from mooring.core.refusals import RateLimited
from mooring.server.foundation.budgets.budget import Budget, BudgetSpent, Level, Try
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.budgets.stored import StoredBudgets
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from tests.support.budgets import spend
from tests.support.certificates import AT
from tests.support.postgresql import a_postgresql

SECOND = timedelta(seconds=1)
TEN, THREE, FIVE = Budget("ten", 10, 900), Budget("three", 3, 60), Budget("five", 5, 60)


@pytest.fixture(params=["memory", "postgresql"])
async def budgets(request):
    if request.param == "memory":
        yield MemoryBudgets()
        return
    with a_postgresql() as url:
        database = PostgresqlDatabase(url)
        yield StoredBudgets(database, b"a key")
        await database.close()


async def refusal(budgets, *tries, at=AT):
    with pytest.raises(BudgetSpent) as refused:
        await budgets.take(*tries, at=at)
    assert isinstance(refused.value, RateLimited)
    assert refused.value.retry_after == refused.value.level.wait
    return refused.value.level


async def test_gives_so_many_at_once_and_says_when_the_next_is(budgets):
    assert await spend(budgets, TEN, "mia") == 10
    assert await refusal(budgets, Try(TEN, "mia")) == Level("ten", 10, 900, 0, 90)
    assert await refusal(budgets, Try(TEN, "mia"), at=AT + 30 * SECOND) == Level("ten", 10, 900, 0, 60)


async def test_tells_what_is_left_of_each(budgets):
    assert await budgets.take(Try(TEN, "mia"), Try(THREE, "here"), at=AT) == (
        Level("ten", 10, 900, 9, 0),
        Level("three", 3, 60, 2, 0),
    )
    assert await budgets.take(Try(THREE, "here"), Try(TEN, "tom"), at=AT) == (
        Level("three", 3, 60, 1, 0),
        Level("ten", 10, 900, 9, 0),
    )
    assert await budgets.take(Try(THREE, "here"), at=AT) == (Level("three", 3, 60, 0, 20),)


async def test_refills_evenly_to_what_it_holds_and_no_further(budgets):
    await spend(budgets, TEN, "mia")
    assert await spend(budgets, TEN, "mia", at=AT + 89 * SECOND) == 0
    assert await spend(budgets, TEN, "mia", at=AT + 90 * SECOND) == 1
    assert await spend(budgets, TEN, "mia", at=AT + 900 * SECOND) == 9
    assert await spend(budgets, TEN, "mia", at=AT + 9000 * SECOND) == 10


async def test_each_name_has_its_own_of_each_kind(budgets):
    await spend(budgets, THREE, "mia")
    assert await spend(budgets, THREE, "noah") == 3
    assert await spend(budgets, FIVE, "mia") == 5


async def test_where_one_is_empty_nothing_is_taken(budgets):
    await spend(budgets, FIVE, "here")
    await budgets.take(Try(THREE, "mia"), at=AT)
    assert (await refusal(budgets, Try(THREE, "mia"), Try(FIVE, "here"), Try(TEN, "all"))).policy == "five"
    assert await spend(budgets, THREE, "mia") == 2
    assert await spend(budgets, TEN, "all") == 10


async def test_a_refused_try_costs_nothing(budgets):
    await spend(budgets, THREE, "mia")
    for _ in range(10):
        assert (await refusal(budgets, Try(THREE, "mia"), at=AT + SECOND)).wait == 19
    assert await spend(budgets, THREE, "mia", at=AT + 20 * SECOND) == 1


async def test_a_try_given_back_can_be_taken_again(budgets):
    await spend(budgets, THREE, "mia")
    await budgets.give_back(Try(THREE, "mia"), Try(TEN, "mia"), at=AT)
    assert await spend(budgets, THREE, "mia") == 1
    assert await spend(budgets, TEN, "mia") == 10


async def test_giving_back_makes_no_budget_fuller_than_full(budgets):
    await budgets.take(Try(THREE, "mia"), at=AT)
    for _ in range(3):
        await budgets.give_back(Try(THREE, "mia"), at=AT)
    assert await spend(budgets, THREE, "mia") == 3


async def test_a_clock_set_back_locks_nobody_out_for_longer(budgets):
    await spend(budgets, THREE, "mia", at=AT + timedelta(days=365))
    assert (await refusal(budgets, Try(THREE, "mia"))).wait == 20
    assert await spend(budgets, THREE, "mia", at=AT + 60 * SECOND) == 3


async def test_forgets_what_is_full_again_and_nothing_else(budgets):
    await budgets.take(Try(THREE, "mia"), Try(TEN, "mia"), at=AT)
    assert await budgets.forget_full(at=AT + 19 * SECOND) == 0
    assert await budgets.forget_full(at=AT + 20 * SECOND) == 1
    assert await spend(budgets, TEN, "mia", at=AT + 20 * SECOND) == 9
    assert await spend(budgets, THREE, "mia", at=AT + 20 * SECOND) == 3


async def test_of_guesses_at_the_same_moment_only_so_many_pass(budgets):
    tries = [budgets.take(Try(TEN, "mia"), Try(FIVE, f"place {n % 3}"), at=AT) for n in range(60)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    passed = [each for each in answers if not isinstance(each, BaseException)]
    assert len(passed) == 10
    assert {type(each) for each in answers if isinstance(each, BaseException)} == {BudgetSpent}
    assert sorted(level.left for level, _ in passed) == list(range(10))


async def test_attempts_that_name_the_same_budgets_in_another_order_wait_for_no_other(budgets):
    wide = [Budget(f"wide-{number}", 1000, 60) for number in range(6)]
    for number in range(100):
        name = f"name {number % 5}"
        order = wide if number % 2 else wide[::-1]
        tries = [Try(budget, name) for budget in order]
        await asyncio.gather(budgets.take(*tries, at=AT), budgets.give_back(*tries, at=AT))
    assert len(await budgets.take(Try(TEN, "mia"), at=AT)) == 1
