"""Spending budgets of tries."""

from mooring.core.refusals import RateLimited
from mooring.server.foundation.budgets.budget import Try
from tests.support.certificates import AT


async def spend(budgets, budget, name, times=None, *, at=AT):
    """Take ``times`` tries, or all that are left, and return how many that were."""
    taken = 0
    while times is None or taken < times:
        try:
            await budgets.take(Try(budget, name), at=at)
        except RateLimited:
            return taken
        taken += 1
    return taken


async def left(budgets, budget, name, *, at=AT):
    """Return how many tries are left, and leave them."""
    taken = await spend(budgets, budget, name, at=at)
    for _ in range(taken):
        await budgets.give_back(Try(budget, name), at=at)
    return taken
