"""Computers that are activated together: whatever becomes of one of them, the others never notice."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest

from mooring.core.refusals import KeyUnknown, LicenseSuspended
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.ports.ledger import Computer
from mooring.server.licensing.storage.ledger import status_places, together
from tests.support.computers import a_computer
from tests.support.ledgers import FilledLedger
from tests.support.licenses import AT, a_policy
from tests.support.postgresql import a_postgresql
from tests.support.publisher import HASHES, Customer, Publisher

MANY = 8


@pytest.fixture
def url():
    with a_postgresql() as made:
        yield made


@pytest.fixture
async def publisher(url):
    database = PostgresqlDatabase(url)
    yield Publisher(FilledLedger(database, status_list_size=1 << 20))
    await database.close()


@pytest.fixture
async def customers(publisher):
    """Return customers, each with the key of a license of its own; what the ledger remembers is known."""
    policy = a_policy()
    every = [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(MANY + 2)]
    keys = [await publisher.sell(policy=policy) for _ in every]
    for each, key in zip(every[:2], keys, strict=False):
        await each.activate(key)
    return list(zip(every[2:], keys[2:], strict=True))


@pytest.fixture
def begun(monkeypatch):
    """Return the list to which each transaction that begins, and each that is committed, is added."""
    made = []
    execute = asyncpg.Connection.execute

    async def noted(connection, sql, *parameters, **options):
        if sql.startswith(("BEGIN", "COMMIT")):
            made.append(sql.split()[0])
        return await execute(connection, sql, *parameters, **options)

    monkeypatch.setattr(asyncpg.Connection, "execute", noted)
    return made


async def all_at_once(customers):
    return await asyncio.gather(*(each.activate(key) for each, key in customers), return_exceptions=True)


async def is_seated(publisher, customers):
    """Tell of each license whether exactly one seat of it is held, by whoever asked with its key."""
    held = [(await publisher.license_of(key)).held for _, key in customers]
    lines = [await publisher.line(each) for each, _ in customers if each.answer]
    return held == [1 if each.answer else 0 for each, _ in customers] and all(lines)


async def test_one_that_is_refused_leaves_nothing_behind(publisher, customers, begun):
    refused, key = customers[3]
    await publisher.ledger.set_standing((await publisher.license_of(key)).id, Standing.SUSPENDED)
    begun.clear()
    outcomes = await all_at_once(customers)
    assert isinstance(outcomes[3], LicenseSuspended)
    assert begun == ["BEGIN", "COMMIT"]
    assert refused.answer is None
    assert sum(each.answer is not None for each, _ in customers) == MANY - 1
    assert await is_seated(publisher, customers)


async def test_one_with_an_unknown_key_is_told_so(publisher, customers):
    stranger, _ = customers[3]
    mistyped = await Publisher().sell()
    customers[3] = (stranger, mistyped)
    outcomes = await all_at_once(customers)
    assert isinstance(outcomes[3], KeyUnknown)
    assert sum(each.answer is not None for each, _ in customers) == MANY - 1


async def test_one_that_is_known_already_goes_alone(publisher, customers, begun):
    known, key = customers[3]
    first = await known.activate(key)
    begun.clear()
    outcomes = await all_at_once(customers)
    assert outcomes[3].activation["id"] == first.activation["id"]
    assert not outcomes[3].created
    assert sorted(begun) == ["BEGIN", "BEGIN", "COMMIT", "COMMIT"]
    assert await is_seated(publisher, customers)


async def test_one_whose_computer_has_another_key_already_goes_alone(publisher, customers):
    known, key = customers[3]
    first = await known.activate(key)
    again = Customer(publisher, known.computer, jkt="another-key")
    customers[3] = (again, key)
    outcomes = await all_at_once(customers)
    assert outcomes[3].activation["id"] == first.activation["id"]
    assert await is_seated(publisher, customers)


async def test_one_whose_license_somebody_holds_keeps_nobody_waiting(url, publisher, customers):
    busy, key = customers[3]
    other = FilledLedger(PostgresqlDatabase(url))
    async with other.changing() as writer:
        await writer.lock_license_by_key(HASHES.of_key(key))
        asking = [asyncio.create_task(each.activate(key)) for each, key in customers]
        await asyncio.wait(asking[:3] + asking[4:])
        assert not asking[3].done()
    await asyncio.gather(*asking)
    await other.database.close()
    assert busy.answer.created
    assert await is_seated(publisher, customers)


async def test_one_whose_computer_somebody_admits_keeps_nobody_waiting(url, publisher, customers):
    other = FilledLedger(PostgresqlDatabase(url))
    async with other.changing(computer=Computer((), customers[3][0].jkt)):
        asking = [asyncio.create_task(each.activate(key)) for each, key in customers]
        await asyncio.wait(asking[:3] + asking[4:])
        assert not asking[3].done()
    await asyncio.gather(*asking)
    await other.database.close()
    assert await is_seated(publisher, customers)


async def test_one_that_goes_away_while_it_waits_gets_nothing(publisher, customers):
    asking = [asyncio.create_task(each.activate(key)) for each, key in customers]
    await asyncio.sleep(0)
    asking[3].cancel()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(outcomes[3], asyncio.CancelledError)
    assert sum(each.answer is not None for each, _ in customers) == MANY - 1
    assert await is_seated(publisher, customers)
    assert (await customers[3][0].activate(customers[3][1])).created


async def test_two_that_are_given_one_place_do_not_share_it(publisher, customers, monkeypatch):
    places = iter([7, 7, *range(20, 1000)])
    monkeypatch.setattr(status_places, "randbelow", lambda _: next(places))
    await all_at_once(customers)
    lines = [await publisher.line(each) for each, _ in customers]
    assert len({line.installation.status_index for line in lines}) == MANY
    assert await is_seated(publisher, customers)


async def test_where_what_one_writes_is_there_already_each_is_done_alone(
    publisher, customers, begun, monkeypatch
):
    write = together.write

    async def write_twice(transaction, shares):
        await write(transaction, [*shares, shares[3]])

    monkeypatch.setattr(together, "write", write_twice)
    begun.clear()
    outcomes = await all_at_once(customers)
    assert all(each.created for each in outcomes)
    assert begun.count("COMMIT") == MANY
    assert await is_seated(publisher, customers)


@pytest.mark.parametrize("is_applied", [True, False])
async def test_where_the_connection_breaks_at_the_commit_each_is_done_once(
    publisher, customers, monkeypatch, is_applied
):
    execute, broken = asyncpg.Connection.execute, []

    async def breaking(connection, sql, *parameters, **options):
        if sql != "COMMIT" or broken:
            return await execute(connection, sql, *parameters, **options)
        broken.append(sql)
        if is_applied:
            await execute(connection, sql)
        connection.terminate()
        raise ConnectionResetError

    monkeypatch.setattr(asyncpg.Connection, "execute", breaking)
    outcomes = await all_at_once(customers)
    assert broken
    assert [each.created for each in outcomes] == [not is_applied] * MANY
    assert await is_seated(publisher, customers)


async def test_where_there_is_no_database_each_is_told_so(publisher, customers, monkeypatch):
    @asynccontextmanager
    async def away(*_, **__):
        raise DatabaseUnavailable("It is away.")
        yield

    monkeypatch.setattr(publisher.ledger.database, "transaction", away)
    outcomes = await all_at_once(customers)
    assert [str(each) for each in outcomes] == ["It is away."] * MANY


async def test_one_fault_is_told_to_nobody_else(publisher, customers, monkeypatch):
    sign, faults = publisher.signer.ready, [ZeroDivisionError("a fault")]

    async def faulty(*, at):
        if faults:
            raise faults.pop()
        return await sign(at=at)

    monkeypatch.setattr(publisher.signer, "ready", faulty)
    outcomes = await all_at_once(customers)
    assert sorted(type(each).__name__ for each in outcomes) == ["Activated"] * (MANY - 1) + [
        "ZeroDivisionError"
    ]
    assert await is_seated(publisher, customers)


async def test_many_more_than_fit_are_all_activated_and_nothing_is_kept_of_them(publisher, customers, begun):
    policy = a_policy()
    more = [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(100, 180)]
    customers = [(each, await publisher.sell(policy=policy)) for each in more]
    begun.clear()
    outcomes = await all_at_once(customers)
    assert all(each.created for each in outcomes)
    assert begun.count("COMMIT") == 80 // together.MOST_AT_ONCE
    assert await is_seated(publisher, customers)
    groups = publisher.ledger._groups
    assert (groups._free, groups._waiting, groups._under_way) == (together.GROUPS_AT_ONCE, [], {})


async def test_of_two_with_one_key_and_two_of_one_computer_each_is_exact(publisher, customers):
    (one, key), (other, another_key) = customers[:2]
    rival = Customer(publisher, a_computer(100), jkt="rival")
    twin = Customer(publisher, other.computer, jkt="twin")
    asked = [(one, key), (rival, key), (other, another_key), (twin, another_key), *customers[2:]]
    outcomes = await all_at_once(asked)
    assert [isinstance(each, Exception) for each in outcomes].count(True) == 1
    assert (await publisher.license_of(key)).held == 1
    assert outcomes[2].activation["id"] == outcomes[3].activation["id"]
    assert await publisher.is_valid(product_key=key, at=AT) is not None
