"""Blocks that cost tries: a guess some if it is wrong and others if it is right, what is counted always."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mooring.server.foundation.database.port import TransactionConflict, UniqueViolation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from mooring.server.foundation.budgets.budget import Try
    from mooring.server.foundation.budgets.port import Budgets


@asynccontextmanager
async def guessing(
    budgets: Budgets,
    *if_wrong: Try,
    wrong: type[Exception],
    at: datetime,
    if_right: tuple[Try, ...] = (),
) -> AsyncIterator[None]:
    """Take every try; when the block ends give back ``if_right`` if it raised ``wrong``, else ``if_wrong``.

    Both are given back if the block ends with anything else: it was no guess then. They are taken before and
    not after, so that guesses made at the same moment cannot all find the budget full.

    Raises:
        BudgetSpent: One of the budgets is empty; the block is not entered, and nothing is taken.
        DatabaseUnavailable: Nobody knows what is left; the block is not entered.
    """
    await budgets.take(*if_wrong, *if_right, at=at)
    unused = if_wrong + if_right
    try:
        yield
        unused = if_wrong
    except wrong:
        unused = if_right
        raise
    finally:
        if unused:
            await budgets.give_back(*unused, at=at)


@asynccontextmanager
async def counted(budgets: Budgets, *tries: Try, at: datetime) -> AsyncIterator[None]:
    """Take every try; give them back if the block met another's transaction.

    Nothing came of it then, and it is run again: however often, it costs once.

    Raises:
        BudgetSpent: One of the budgets is empty; the block is not entered, and nothing is taken.
        DatabaseUnavailable: Nobody knows what is left; the block is not entered.
    """
    await budgets.take(*tries, at=at)
    try:
        yield
    except (TransactionConflict, UniqueViolation):
        await budgets.give_back(*tries, at=at)
        raise
