"""Budgets in memory: no more of it than there may be, and who guesses is remembered."""

from datetime import timedelta

from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.memory import MemoryBudgets
from tests.support.budgets import spend
from tests.support.certificates import AT

TEN, THREE = Budget("ten", 10, 900), Budget("three", 3, 60)
LATER = AT + timedelta(seconds=900)


async def test_what_was_given_back_whole_needs_no_memory():
    budgets = MemoryBudgets()
    await budgets.give_back(Try(THREE, "mia"), at=AT)
    assert len(budgets) == 0
    await spend(budgets, THREE, "mia", 2)
    await budgets.give_back(Try(THREE, "mia"), at=AT)
    assert len(budgets) == 1
    await budgets.give_back(Try(THREE, "mia"), at=AT)
    assert len(budgets) == 0


async def test_remembers_those_who_guess_when_there_are_too_many_names():
    budgets = MemoryBudgets(most=4)
    await spend(budgets, TEN, "thief")
    for number in range(500):
        await budgets.take(Try(TEN, f"guest {number}"), at=AT)
        assert len(budgets) <= 4
    assert await spend(budgets, TEN, "thief") == 0


async def test_forgets_full_budgets_first():
    budgets = MemoryBudgets(most=2)
    await budgets.take(Try(TEN, "mia"), at=AT)
    await budgets.take(Try(TEN, "thief"), at=LATER)
    await budgets.take(Try(TEN, "noah"), at=LATER)
    assert len(budgets) == 2
    assert await spend(budgets, TEN, "thief", at=LATER) == 9


async def test_names_of_one_budget_push_out_none_of_another():
    budgets = MemoryBudgets(most=2)
    await budgets.take(Try(TEN, "mia"), at=AT)
    await budgets.take(Try(THREE, "mia"), Try(TEN, "tom"), at=AT)
    await budgets.take(Try(THREE, "tom"), at=AT)
    assert len(budgets) == 4
