"""Guessing: a wrong guess costs, a right one something else, and what is no guess nothing."""

import pytest

from mooring.core.refusals import RateLimited
from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import guessing
from mooring.server.foundation.budgets.memory import MemoryBudgets
from tests.support.budgets import left, spend
from tests.support.certificates import AT

MINE, OURS, RIGHT = Budget("mine", 3, 60), Budget("ours", 5, 60), Budget("right", 7, 60)


class Wrong(Exception):
    pass


@pytest.fixture
def budgets():
    return MemoryBudgets()


def a_guess(budgets):
    tries = Try(MINE, "mia"), Try(OURS, "here")
    return guessing(budgets, *tries, wrong=Wrong, if_right=(Try(RIGHT, "mia"),), at=AT)


async def all_left(budgets):
    kinds = ((MINE, "mia"), (OURS, "here"), (RIGHT, "mia"))
    return [await left(budgets, budget, name) for budget, name in kinds]


async def test_a_wrong_guess_costs_a_try_of_each_budget(budgets):
    with pytest.raises(Wrong):
        async with a_guess(budgets):
            raise Wrong
    assert await all_left(budgets) == [2, 4, 7]


async def test_a_right_guess_costs_only_what_right_ones_cost(budgets):
    async with a_guess(budgets):
        pass
    assert await all_left(budgets) == [3, 5, 6]


async def test_a_failure_that_is_no_guess_costs_nothing(budgets):
    with pytest.raises(LookupError):
        async with a_guess(budgets):
            raise LookupError
    assert await all_left(budgets) == [3, 5, 7]


async def test_while_it_is_judged_the_tries_are_taken(budgets):
    async with a_guess(budgets):
        assert await all_left(budgets) == [2, 4, 6]


@pytest.mark.parametrize(("budget", "name"), [(MINE, "mia"), (OURS, "here"), (RIGHT, "mia")])
async def test_where_one_budget_is_empty_nothing_is_taken_and_nothing_tried(budgets, budget, name):
    await spend(budgets, budget, name)
    before, tried = await all_left(budgets), []
    with pytest.raises(RateLimited):
        async with a_guess(budgets):
            tried.append(1)
    assert (tried, await all_left(budgets)) == ([], before)
