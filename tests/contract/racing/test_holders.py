"""However many people race for a license or its seat, one gets it: wherever the ledger is kept."""

import asyncio

import pytest

from mooring.core.refusals import AlreadyLinked, MoveLimitReached, NotFound, Refusal, SeatLimitReached
from tests.support.computers import a_computer
from tests.support.databases import KINDS
from tests.support.holders import AccountPublisher, an_account
from tests.support.ledgers import a_ledger
from tests.support.licenses import AT, DAY, a_policy


@pytest.fixture(params=["memory", *KINDS, "workers", "pgbouncer"])
async def publisher(request, tmp_path):
    async with a_ledger(request.param, tmp_path, status_list_size=4096) as ledger:
        yield AccountPublisher(ledger)


async def outcome(doing):
    """Return what ``doing`` came to: an answer or a refusal, never a fault."""
    try:
        return await doing
    except Refusal as refusal:
        return refusal


async def race(*doings):
    """Return the answers and the refusals of all, done at once."""
    outcomes = await asyncio.gather(*(outcome(each) for each in doings))
    refusals = [each for each in outcomes if isinstance(each, Refusal)]
    return [each for each in outcomes if not isinstance(each, Refusal)], refusals


async def test_of_two_holders_racing_one_wins_and_the_other_is_told_who(publisher):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    accounts = [an_account(name) for name in ("mia", "tom")]
    won, refused = await race(*(customer.link(each) for each in accounts))
    holder = (await publisher.license_of(key)).holder
    assert (len(won), [type(each) for each in refused]) == (1, [AlreadyLinked])
    assert refused[0].holder == holder.account.masked
    assert holder.account in accounts


async def test_of_many_who_claim_a_key_one_gets_it(publisher):
    key = await publisher.sell()
    won, refused = await race(*(publisher.claim(key, an_account(), at=AT) for _ in range(20)))
    assert (len(won), {type(each) for each in refused}) == (1, {AlreadyLinked})


async def test_of_many_computers_that_reactivate_one_device_one_holds_the_seat(publisher):
    mia = an_account("mia")
    key = await publisher.sell(policy=a_policy(moves=3))
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia)
    racers = [publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in range(2, 22)]
    won, refused = await race(*(each.reactivate(mia, old.device_id, at=AT + DAY) for each in racers))
    assert len(won) == 1
    assert {type(each) for each in refused} == {SeatLimitReached}
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings, license_.moved) == (1, 2, 1)
    statuses = [await publisher.status(each) for each in (old, *racers) if each.answer]
    assert sorted(statuses) == [0, 1]


async def test_freeing_moving_and_activating_at_once_keeps_seats_exact(publisher):
    mia = an_account("mia")
    key = await publisher.sell(policy=a_policy(seats=3, moves=4))
    await publisher.claim(key, mia, at=AT)
    customers = [publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in range(1, 9)]
    for each in customers[:3]:
        await each.activate(key, account=mia)
    ids = [each.device_id for each in customers[:3]]
    _, refused = await race(
        *(each.activate(key, account=mia) for each in customers),
        *(each.reactivate(mia, ids[number % 3]) for number, each in enumerate(customers)),
        *(publisher.free(each, mia, at=AT) for each in ids),
        publisher.free_all(mia, at=AT),
        *(each.deactivate() for each in customers[:3]),
    )
    assert {type(each) for each in refused} <= {SeatLimitReached, MoveLimitReached, NotFound}
    [mine] = (await publisher.licenses(mia, at=AT)).items
    license_ = await publisher.license_of(key)
    assert license_.held == len(mine.devices) <= 3
    assert license_.moved <= 4
    assert license_.takings - license_.moved <= 3
    lines = [await publisher.line(each) for each in customers if each.answer]
    assert {line.device.id for line in lines if line.installation.status == 0} == {
        each.device.id for each in mine.devices
    }


async def test_whoever_claims_a_key_gives_way_to_whoever_links_with_it(publisher):
    """A claim of a license in use is provisional, and a link with the key settles it, whichever is first."""
    for _ in range(5):
        key = await publisher.sell()
        customer = publisher.customer()
        await customer.activate(key)
        mia, tom = an_account("mia"), an_account("tom")
        _, refused = await race(publisher.claim(key, mia, at=AT), customer.link(tom))
        assert [type(each) for each in refused] in ([], [AlreadyLinked])
        holder = (await publisher.license_of(key)).holder
        assert (holder.account, holder.is_confirmed(at=AT)) == (tom, True)


async def test_a_seat_that_moves_while_others_ask_for_it_has_one_device(publisher):
    mia = an_account("mia")
    key = await publisher.sell(policy=a_policy(moves=None))
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia)
    racers = [publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in range(2, 10)]
    won, refused = await race(
        *(each.activate(key, account=mia) for each in racers[::2]),
        *(each.reactivate(mia, old.device_id, at=AT + DAY) for each in racers[1::2]),
        old.activate(key, account=mia),
    )
    assert {type(each) for each in refused} <= {SeatLimitReached}
    assert won
    license_ = await publisher.license_of(key)
    lines = [await publisher.line(each) for each in (old, *racers) if each.answer]
    live = {line.device.id for line in lines if line.activation.is_live(at=AT + DAY)}
    assert license_.held == len(live) == 1


async def test_a_device_renamed_while_it_renews_keeps_both(publisher):
    mia = an_account("mia")
    customer = publisher.customer()
    await customer.activate(await publisher.sell())
    await customer.link(mia)
    at = AT + 2 * DAY
    await asyncio.gather(
        publisher.rename(customer.device_id, "Ada", mia, at=at),
        *(customer.copied().renew(at=at) for _ in range(5)),
    )
    device = (await publisher.line(customer)).device
    assert (device.name, device.last_seen_at) == ("Ada", at)
