"""Transactions that meet others: what is done in them is undone, and run again."""

from contextlib import asynccontextmanager

from mooring.server.foundation.database.port import TransactionConflict


def meeting_others(store, times):
    """Return what takes the place of ``store.changing``: the next ``times`` meet others when they commit."""
    changing, left = store.changing, [TransactionConflict("met another")] * times

    @asynccontextmanager
    async def met():
        async with changing() as writer:
            yield writer
            if left:
                raise left.pop()

    return met
