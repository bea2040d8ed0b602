"""Look-ups that are asked in one turn of the loop are read with one statement."""

import asyncio
from types import SimpleNamespace

import pytest

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql.reading import LookingUp


class Reads:
    """A database that has the even numbers; it remembers what it was asked."""

    def __init__(self, error=None):
        self.asked = []
        self.error = error

    async def fetch(self, values):
        self.asked.append(values)
        if self.error is not None:
            raise self.error
        return [SimpleNamespace(looked_up=value) for value in values if value % 2 == 0]


async def test_one_statement_reads_for_all_of_a_turn():
    reads = Reads()
    looking_up = LookingUp(reads.fetch)
    found = await asyncio.gather(*(looking_up.find(value) for value in [4, 3, 4, 2]))
    assert [row and row.looked_up for row in found] == [4, None, 4, 2]
    await looking_up.find(4)
    assert reads.asked == [[4, 3, 2], [4]]


async def test_more_than_fit_in_one_statement_are_read_with_two():
    reads = Reads()
    looking_up = LookingUp(reads.fetch)
    await asyncio.gather(*(looking_up.find(value) for value in range(257)))
    assert [len(values) for values in reads.asked] == [256, 1]


async def test_each_is_told_why_nothing_could_be_read():
    looking_up = LookingUp(Reads(DatabaseUnavailable("away")).fetch)
    outcomes = await asyncio.gather(*(looking_up.find(value) for value in [1, 2]), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 2
    with pytest.raises(DatabaseUnavailable, match="away"):
        await looking_up.find(1)
