"""What the order of locks rests on: PostgreSQL's own habits, and moments that no ordinary race hits."""

import asyncio
from datetime import timedelta

import pytest

from mooring.core.refusals import SeatLimitReached
from mooring.server.foundation.database.port import TransactionConflict
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.storage.ledger import status_places
from tests.support.accounts import a_grant, a_refresh_token, an_account
from tests.support.computers import a_computer
from tests.support.identity_stores import StoredIdentity
from tests.support.ledgers import FilledLedger, keep
from tests.support.licenses import (
    AT,
    HOUR,
    ISSUER,
    a_device,
    a_license,
    a_policy,
    an_activation,
    an_installation,
)
from tests.support.postgresql import a_postgresql, cluster
from tests.support.publisher import Customer, Publisher

IS_WAITING = (
    "SELECT count(*) AS many FROM pg_stat_activity WHERE datname = '{0}' AND wait_event_type = 'Lock'"
)


@pytest.fixture
def url():
    with a_postgresql() as made:
        yield made


@pytest.fixture
async def database(url):
    opened = PostgresqlDatabase(url)
    yield opened
    await opened.close()


async def somebody_waits(url, *, unless=None):
    """Let others run until one of them waits for a lock, or the task ``unless`` is done without."""
    while not cluster().sql(IS_WAITING.format(url.database))[0]["many"]:
        if unless is not None and unless.done():
            return
        await asyncio.sleep(0)


async def test_a_grant_is_locked_before_its_token(database, url):
    store = StoredIdentity(database)
    mia = an_account()
    grant = a_grant(mia)
    token = a_refresh_token(grant)
    async with store.accounts.changing() as writer:
        await writer.add_account(mia, "hash")
    async with store.authorizations.changing() as writer:
        await writer.add_grant(grant)
        await writer.add_refresh_token(token)

    async def find():
        async with store.authorizations.changing() as writer:
            return await writer.refresh_token(token.token_hash)

    async with store.authorizations.changing() as writer:
        await writer.grant(grant.id)
        finding = asyncio.create_task(find())
        await somebody_waits(url)
        free = cluster().sql("SELECT token_hash FROM refresh_tokens FOR UPDATE NOWAIT", database=url.database)
        assert len(free) == 1  # the one who waits for the grant does not hold it
    assert (await finding).token == token


async def test_of_two_who_are_given_one_status_place_one_begins_again(url, monkeypatch):
    """A place is drawn at random, and nobody sees what another transaction has just drawn."""
    databases = [PostgresqlDatabase(url) for _ in range(2)]
    ledgers = [FilledLedger(each) for each in databases]
    licenses = [a_license() for _ in range(3)]
    lines = []
    for license_ in licenses:
        device = a_device()
        lines.append((license_, device, an_activation(license_, device)))
    monkeypatch.setattr(status_places, "randbelow", lambda _: 7)
    await keep(ledgers[0], *lines[0], an_installation(lines[0][2], status_list=1, status_index=7))
    for line in lines[1:]:
        await keep(ledgers[0], *line)

    async def install(ledger, activation):
        async with ledger.changing() as writer:
            await writer.add_installation(an_installation(activation, status_list=1, status_index=8))
            inside.set()
            await leave.wait()

    inside, leave = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(install(ledgers[0], lines[1][2]))
    await inside.wait()
    second = asyncio.create_task(install(ledgers[1], lines[2][2]))
    await somebody_waits(url)
    leave.set()
    await first
    with pytest.raises(TransactionConflict, match="this place"):
        await second
    await asyncio.gather(*(each.close() for each in databases))


async def test_the_first_status_list_is_begun_once(url):
    databases = [PostgresqlDatabase(url) for _ in range(4)]
    publishers = [Publisher(FilledLedger(each)) for each in databases]
    keys = [await publishers[0].sell() for _ in range(12)]
    customers = [
        Customer(publishers[number % 4], a_computer(number), jkt=f"key-{number}") for number in range(12)
    ]
    await asyncio.gather(*(each.activate(key) for each, key in zip(customers, keys, strict=True)))
    places = {each.certificate.status_list for each in customers}
    assert (len(places), {each.uri for each in places}) == (12, {f"{ISSUER}/v1/status-lists/1"})
    assert [
        tuple(row) for row in cluster().sql("SELECT number FROM status_lists", database=url.database)
    ] == [(1,)]
    await asyncio.gather(*(each.close() for each in databases))


async def test_renewals_do_not_wait_for_one_that_somebody_has_in_hand(database, url):
    """They are exchanged together: one that waits would keep all the others."""
    publisher = Publisher(FilledLedger(database))
    customers = [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(4)]
    for each in customers:
        await each.activate(await publisher.sell())
    async with publisher.ledger.changing() as writer:
        await writer.lock_devices(activation_id=customers[0].activation_id)
        renewing = [asyncio.create_task(each.renew(at=AT + HOUR)) for each in customers]
        await asyncio.gather(*renewing[1:])
        await somebody_waits(url)
        assert not renewing[0].done()
    await renewing[0]
    assert [each.sequence for each in customers] == [2] * 4


async def test_a_lease_is_extended_under_the_lock_under_which_leases_are_counted(database, url):
    publisher = Publisher(FilledLedger(database))
    key = await publisher.sell(policy=a_policy(channel="volume", lease_seats=1, lease_hours=24))
    running = Customer(publisher, {}, jkt="key-1")
    await running.activate(key, environment=Environment.CI)
    license_, device = await publisher.license_of(key), a_device()
    ends_at = AT + 24 * HOUR
    async with publisher.ledger.changing() as writer:
        await writer.lock_licenses(license_.id)
        assert await writer.leases_running(license_.id, at=ends_at) == 0
        renewing = asyncio.create_task(running.renew(at=ends_at - timedelta(seconds=1)))
        await somebody_waits(url, unless=renewing)
        assert not renewing.done()
        next_one = an_activation(license_, device, kind=Kind.LEASE, ends_at=ends_at + 24 * HOUR)
        await writer.add_device(device, component_hashes=[])
        await writer.add_activation(next_one)
    with pytest.raises(SeatLimitReached):
        await renewing
