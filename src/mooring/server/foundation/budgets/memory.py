"""Budgets in the memory of one process: where it is the only one, or where each may count for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.foundation.budgets.budget import BudgetSpent, microseconds

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.budgets.budget import Budget, Level, Try


class MemoryBudgets:
    """Implements :class:`~mooring.server.foundation.budgets.port.Budgets`."""

    def __init__(self, *, most: int = 100_000) -> None:
        """Remember ``most`` names of each budget."""
        self._most = most
        self._full_at: dict[Budget, dict[str, int]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._full_at.values()))

    async def take(self, *tries: Try, at: datetime) -> tuple[Level, ...]:
        """Take one try from each, or none; see the port."""
        now = microseconds(at)
        after = [self._after(each, now) for each in tries]
        for (budget, name), full_at in zip(tries, after, strict=True):
            known = self._full_at[budget]
            if name not in known and len(known) >= self._most:
                known = self._full_at[budget] = self._room(known, now)
            known[name] = full_at
        return tuple(budget.level(full_at, now) for (budget, _), full_at in zip(tries, after, strict=True))

    async def give_back(self, *tries: Try, at: datetime) -> None:
        """Return tries; see the port."""
        now = microseconds(at)
        for budget, name in tries:
            known = self._full_at.get(budget, {})
            if name not in known:
                continue
            known[name] -= budget.spacing
            if known[name] <= now:
                del known[name]

    async def forget_full(self, *, at: datetime) -> int:
        """Forget what is full again; see the port."""
        now, before = microseconds(at), len(self)
        self._full_at = {budget: _not_full(known, now) for budget, known in self._full_at.items()}
        return before - len(self)

    def _after(self, one: Try, now: int) -> int:
        """Return when the budget will be full after one more try.

        Raises:
            BudgetSpent: There is none left.
        """
        budget, name = one
        known = self._full_at.setdefault(budget, {})
        full_at = known.get(name, now)
        after = budget.taken(full_at, now)
        if after is None:
            known[name] = budget.settled(full_at, now)  # the clock may have been set back
            raise BudgetSpent(budget.level(full_at, now))
        return after

    def _room(self, known: dict[str, int], now: int) -> dict[str, int]:
        """Drop the full budgets, and if that is too little the fuller half: who guesses is remembered."""
        kept = _not_full(known, now)
        if len(kept) >= self._most:
            emptiest_first = sorted(kept.items(), key=lambda item: item[1], reverse=True)
            kept = dict(emptiest_first[: self._most // 2])
        return kept


def _not_full(known: dict[str, int], now: int) -> dict[str, int]:
    return {name: full_at for name, full_at in known.items() if full_at > now}
