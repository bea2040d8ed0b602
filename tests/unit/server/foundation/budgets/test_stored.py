"""Budgets in PostgreSQL: processes know of each other, no name is kept, and nobody is let in blind."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from mooring.core.refusals import RateLimited
from mooring.server.foundation.budgets.budget import Budget, BudgetSpent, Try
from mooring.server.foundation.budgets.stored import StoredBudgets
from mooring.server.foundation.budgets.tables import budgets as table
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.use_cases.accounts.limits import BY_PERSON, OF_A_PERSON, SignInLimits
from tests.support.budgets import left, spend
from tests.support.certificates import AT
from tests.support.postgresql import a_postgresql

TEN, THREE, WIDE = Budget("ten", 10, 900), Budget("three", 3, 60), Budget("wide", 200, 60)
KEY = b"the key of all processes"
SECOND = timedelta(seconds=1)
ROWS = Statement(select(table))


class Counted:
    """A database that counts its transactions, and can be away."""

    def __init__(self, database):
        self.database = database
        self.transactions = 0
        self.is_away = False

    def transaction(self, *, durable=True):
        assert not durable, "nobody waits for the disk"
        self.transactions += 1
        if self.is_away:
            raise DatabaseUnavailable
        return self.database.transaction(durable=durable)


@pytest.fixture(scope="module")
def url():
    with a_postgresql() as url:
        yield url


@pytest.fixture
async def processes(url):
    """Two processes on one database."""
    databases = [PostgresqlDatabase(url), PostgresqlDatabase(url)]
    yield [StoredBudgets(Counted(database), KEY) for database in databases]
    async with databases[0].transaction() as transaction:
        await transaction.execute(Statement(table.delete()))
    for database in databases:
        await database.close()


async def test_what_one_process_took_is_gone_for_the_other(processes):
    one, other = processes
    await spend(one, TEN, "mia", 6)
    assert await left(other, TEN, "mia") == 4
    await other.take(Try(TEN, "mia"), at=AT)
    assert await spend(one, TEN, "mia") == 3
    assert await spend(other, TEN, "mia") == 0
    await one.give_back(Try(TEN, "mia"), at=AT + SECOND)
    assert await spend(other, TEN, "mia", at=AT + SECOND) == 1


async def test_processes_that_race_let_no_more_through_than_one(processes):
    tries = (Try(TEN, "mia"), Try(WIDE, "here"))
    answers = await asyncio.gather(
        *(each.take(*tries, at=AT) for each in processes * 40), return_exceptions=True
    )
    assert sum(isinstance(each, tuple) for each in answers) == 10
    assert sum(isinstance(each, BudgetSpent) for each in answers) == 70
    assert await left(processes[0], WIDE, "here") == WIDE.capacity - 10


async def test_an_attempt_costs_one_transaction_and_a_flood_on_a_spent_budget_none(processes):
    one, _ = processes
    await one.take(Try(TEN, "mia"), Try(THREE, "here"), Try(WIDE, "all"), at=AT)
    assert one._database.transactions == 1
    await spend(one, TEN, "mia")
    before = one._database.transactions
    for number in range(1000):
        with pytest.raises(RateLimited):
            await one.take(Try(THREE, f"place {number}"), Try(TEN, "mia"), at=AT)
    assert one._database.transactions == before
    with pytest.raises(RateLimited) as refused:
        await one.take(Try(TEN, "mia"), at=AT + SECOND)
    assert one._database.transactions == before + 1
    assert refused.value.retry_after == 89


async def test_a_try_given_back_here_can_be_taken_at_once(processes):
    one, _ = processes
    await spend(one, THREE, "mia")
    await one.give_back(Try(THREE, "mia"), at=AT)
    assert await spend(one, THREE, "mia") == 1


async def test_the_database_holds_no_names_and_another_key_makes_others(processes):
    one, _ = processes
    await one.take(Try(TEN, "mia@outlook.example 203.0.113.7"), at=AT)
    async with one._database.database.reading() as session:
        (row,) = await session.fetch(ROWS)
    assert len(row.name) == 16
    assert b"mia" not in row.name
    stranger = StoredBudgets(one._database, b"another key")
    await stranger.take(Try(TEN, "mia@outlook.example 203.0.113.7"), at=AT)
    async with one._database.database.reading() as session:
        assert len(await session.fetch(ROWS)) == 2


async def test_whatever_can_be_typed_is_a_name(processes):
    one, _ = processes
    await one.take(Try(TEN, "\ud800\0"), at=AT)
    assert await left(one, TEN, "\ud800\0") == 9


async def test_a_database_that_is_away_lets_nobody_guess_and_loses_what_was_to_be_given_back(processes):
    one, other = processes
    limits = SignInLimits(one)
    async with limits.attempt("mia", "203.0.113.7", at=AT):
        one._database.is_away = True
    assert await left(other, BY_PERSON, "mia") == BY_PERSON.capacity - 1
    tried = []
    for _ in range(2 * OF_A_PERSON):
        with pytest.raises(DatabaseUnavailable):
            async with limits.attempt("mia", "203.0.113.7", at=AT):
                tried.append(1)
    assert tried == []
    one._database.is_away = False
    with pytest.raises(CredentialsWrong):
        async with limits.attempt("mia", "203.0.113.7", at=AT):
            raise CredentialsWrong


async def test_rows_of_full_budgets_are_removed(processes):
    one, other = processes
    for number in range(50):
        await one.take(Try(THREE, f"guest {number}"), at=AT)
    await one.take(Try(TEN, "mia"), at=AT)
    assert await other.forget_full(at=AT + 20 * SECOND) == 50
    async with one._database.database.reading() as session:
        assert len(await session.fetch(ROWS)) == 1
