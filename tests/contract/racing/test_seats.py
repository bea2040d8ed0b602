"""However many computers race, a license never holds more seats than it has: wherever the ledger is kept."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from mooring.core.refusals import DeviceUnknown, NoDigitalLicense, Refusal, SeatLimitReached
from mooring.server.licensing.domain.activations.device import Environment
from tests.support.computers import a_computer, after_reinstall
from tests.support.databases import KINDS
from tests.support.ledgers import a_ledger
from tests.support.licenses import AT, HOUR, a_policy, an_offer
from tests.support.publisher import Customer, Publisher


@pytest.fixture(params=["memory", *KINDS, "workers", "pgbouncer"])
async def publisher(request, tmp_path):
    async with a_ledger(request.param, tmp_path, status_list_size=4096) as ledger:
        yield Publisher(ledger)


async def outcome(doing):
    """Return what ``doing`` came to: an answer or a refusal, never a fault."""
    try:
        return await doing
    except Refusal as refusal:
        return refusal


async def seats_held(publisher, customers):
    """Return how many devices hold a seat, counted from the activations themselves."""
    lines = [await publisher.line(each) for each in customers if each.answer]
    return len({line.device.id for line in lines if line.activation.is_live(at=AT + HOUR)})


async def test_of_200_computers_exactly_3_get_the_3_seats(publisher):
    key = await publisher.sell(3)
    customers = [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(200)]
    outcomes = await asyncio.gather(*(outcome(each.activate(key)) for each in customers))
    assert sum(not isinstance(each, Refusal) for each in outcomes) == 3
    assert sum(isinstance(each, SeatLimitReached) for each in outcomes) == 197
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings, license_.moved) == (3, 3, 0)
    assert await seats_held(publisher, customers) == 3


async def test_one_computer_asking_many_times_at_once_gets_one_activation(publisher):
    key = await publisher.sell(3)
    customers = [Customer(publisher) for _ in range(30)]
    answers = await asyncio.gather(*(each.activate(key) for each in customers))
    assert sum(answer.created for answer in answers) == 1
    assert len({answer.activation["id"] for answer in answers}) == 1
    assert (await publisher.license_of(key)).held == 1


@pytest.mark.parametrize("seed", range(3))
async def test_seats_stay_exact_while_computers_come_and_go(publisher, seed):
    """Activations, replacements, recognitions, renewals and deactivations, all at once and in any order."""
    random = Random(seed)
    keys = [await publisher.sell(policy=a_policy(seats=3, moves=None)) for _ in range(2)]
    customers = [Customer(publisher, a_computer(number), jkt=f"key-{number}") for number in range(12)]

    async def live(customer):
        for _ in range(15):
            await asyncio.sleep(0)
            match random.choice(["key", "replace", "return", "renew", "leave"]):
                case "key":
                    doing = customer.activate(random.choice(keys))
                case "replace" if customer.answer:
                    doing = customer.activate(random.choice(keys), replaces=customer.activation_id)
                case "return":
                    again = after_reinstall(customer.computer, seed=random.randrange(5))
                    doing = Customer(publisher, again, jkt=f"{customer.jkt}-{random.randrange(5)}").activate()
                case "renew" if customer.answer:
                    doing = customer.renew(at=AT)
                case "leave" if customer.answer:
                    doing = customer.deactivate()
                case _:
                    continue
            result = await outcome(doing)
            assert not isinstance(result, Refusal) or isinstance(
                result, (SeatLimitReached, NoDigitalLicense, DeviceUnknown)
            )

    await asyncio.gather(*(live(each) for each in customers))
    async with publisher.ledger.reading() as reader:
        holders = {}
        for customer in customers:
            for line in await reader.lines_of_key(customer.jkt):
                if line.activation.is_live(at=AT):
                    holders.setdefault(line.license.id, set()).add(line.device.id)
                assert (line.installation.status == 0) is line.activation.is_live(at=AT) or (
                    line.installation.removed_at is not None
                )
    for key in keys:
        license_ = await publisher.license_of(key)
        assert license_.held == len(holders.get(license_.id, ())) <= 3


async def test_one_computer_has_one_trial_however_often_it_asks_at_once(publisher):
    await publisher.ledger.offer(an_offer(a_policy("trial")))
    customers = [Customer(publisher, jkt=f"key-{number % 2}") for number in range(12)]
    answers = await asyncio.gather(*(each.activate(trial=True) for each in customers))
    assert len({answer.activation["license"]["id"] for answer in answers}) == 1
    assert len({answer.activation["device"]["id"] for answer in answers}) == 1
    assert [answer.created for answer in answers].count(True) == 1


async def test_one_computer_is_one_device_whatever_it_asks_for_at_once(publisher):
    keys = [await publisher.sell() for _ in range(6)]
    customers = [Customer(publisher, jkt=f"key-{number}") for number in range(6)]
    answers = await asyncio.gather(*(each.activate(key) for each, key in zip(customers, keys, strict=True)))
    assert len({answer.activation["device"]["id"] for answer in answers}) == 1


async def test_one_installation_renewing_many_times_at_once_has_one_line(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell())
    copies = [customer.copied() for _ in range(10)]
    await asyncio.gather(*(each.renew(at=AT + HOUR) for each in copies))
    assert {each.sequence for each in copies} == {2}
    assert (await publisher.line(customer)).installation.sequence.last == 2


async def test_computers_that_replace_each_others_licenses_at_once_keep_seats_exact(publisher):
    """Each gives up one license for the other: whoever locked them as they come would wait for each other."""
    keys = [await publisher.sell(policy=a_policy(seats=4, moves=None)) for _ in range(2)]
    customers = [Customer(publisher, a_computer(number), jkt=f"key-{number}") for number in range(8)]
    for number, customer in enumerate(customers):
        await customer.activate(keys[number % 2])
    for turn in range(1, 4):
        swaps = (
            outcome(each.activate(keys[(number + turn) % 2], replaces=each.activation_id))
            for number, each in enumerate(customers)
        )
        await asyncio.gather(*swaps)
    held = [(await publisher.license_of(key)).held for key in keys]
    assert sum(held) == await seats_held(publisher, customers) == 8
    assert max(held) <= 4


@pytest.mark.parametrize("first", ["renewal", "newcomer"])
async def test_a_lease_is_extended_or_its_place_given_to_another_never_both(publisher, first):
    """The last second of one lease is the first of the next: whoever is counted first has it."""
    policy = a_policy(channel="volume", lease_seats=1, lease_hours=24)
    pairs = []
    for number in range(12):
        key = await publisher.sell(policy=policy)
        running, newcomer = (Customer(publisher, {}, jkt=f"{name}-{number}") for name in ("old", "new"))
        await running.activate(key, environment=Environment.CI)
        pairs.append((running, newcomer, key))
    ends_at = AT + 24 * HOUR

    async def of_one(running, newcomer, key):
        asked = [
            outcome(running.renew(at=ends_at - timedelta(seconds=1))),
            outcome(newcomer.activate(key, environment=Environment.CI, at=ends_at)),
        ]
        return await asyncio.gather(*(asked if first == "renewal" else reversed(asked)))

    for outcomes in await asyncio.gather(*(of_one(*pair) for pair in pairs)):
        assert sorted(isinstance(each, SeatLimitReached) for each in outcomes) == [False, True]
