"""Whoever guesses second factors is held down, by account and over all browsers that know its owner."""

from datetime import timedelta

import pytest

from mooring.core.identifiers import AccountId
from mooring.core.refusals import RateLimited
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.use_cases.second_factor.limits import (
    BY_ACCOUNT,
    BY_ACCOUNT_AND_DAY,
    BY_BROWSER,
    BY_BROWSERS,
    BY_PLACE,
    SecondFactorLimits,
)
from tests.support.accounts import HERE
from tests.support.budgets import left, spend
from tests.support.certificates import AT

MIA, TOM = AccountId("acc_mia"), AccountId("acc_tom")
QUARTER = timedelta(minutes=15)


@pytest.fixture
def budgets():
    return MemoryBudgets()


@pytest.fixture
def limits(budgets):
    return SecondFactorLimits(budgets)


async def wrong(limits, account=MIA, address=HERE, *, browser=None, at=AT):
    with pytest.raises(SecondFactorWrong):
        async with limits.attempt(account, address, browser=browser, at=at):
            raise SecondFactorWrong


async def refused_by(limits, account=MIA, address=HERE, *, browser=None, at=AT):
    with pytest.raises(RateLimited) as refused:
        async with limits.attempt(account, address, browser=browser, at=at):
            raise AssertionError("it was let in")
    return refused.value.level.policy


async def test_a_stranger_guesses_ten_times_in_a_quarter_of_an_hour_and_fifty_a_day(budgets, limits):
    for number in range(BY_ACCOUNT.capacity):
        await wrong(limits, address=f"10.0.{number}.1")
    assert await refused_by(limits) == BY_ACCOUNT.policy
    await wrong(limits, TOM)
    assert await left(budgets, BY_ACCOUNT_AND_DAY, MIA) == BY_ACCOUNT_AND_DAY.capacity - 10
    await spend(budgets, BY_ACCOUNT_AND_DAY, MIA, BY_ACCOUNT_AND_DAY.capacity - 10)
    assert await refused_by(limits, at=AT + QUARTER) == BY_ACCOUNT_AND_DAY.policy
    await wrong(limits, at=AT + 2 * QUARTER)


async def test_one_place_guesses_for_many_accounts_no_more_than_five_hundred_times(limits):
    for number in range(BY_PLACE.capacity):
        await wrong(limits, AccountId(f"acc_{number}"))
    assert await refused_by(limits) == BY_PLACE.policy
    await wrong(limits, address="198.51.100.9")


async def test_a_known_browser_has_tries_of_its_own(budgets, limits):
    for _ in range(BY_BROWSER.capacity):
        await wrong(limits, browser="mias")
    assert await refused_by(limits, browser="mias") == BY_BROWSER.policy
    await wrong(limits, TOM, browser="mias")  # it may know two people
    await wrong(limits)
    assert await left(budgets, BY_ACCOUNT, MIA) == BY_ACCOUNT.capacity - 1


async def test_many_known_browsers_guess_no_more_than_fifty_times_a_day_together(limits):
    for number in range(BY_BROWSERS.capacity):
        await wrong(limits, browser=f"browser {number}")
    assert await refused_by(limits, browser="one more") == BY_BROWSERS.policy
    assert await refused_by(limits, browser="one more", at=AT + timedelta(minutes=28)) == BY_BROWSERS.policy
    await wrong(limits, browser="one more", at=AT + timedelta(minutes=29))
    await wrong(limits, TOM, browser="toms")


async def test_a_right_code_costs_nothing(budgets, limits):
    async with limits.attempt(MIA, HERE, browser=None, at=AT):
        pass
    async with limits.attempt(MIA, HERE, browser="mias", at=AT):
        pass
    for budget, name in ((BY_ACCOUNT, MIA), (BY_ACCOUNT_AND_DAY, MIA), (BY_PLACE, HERE), (BY_BROWSERS, MIA)):
        assert await left(budgets, budget, name) == budget.capacity
