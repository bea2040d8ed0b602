"""Moves: when a seat taken by another computer counts, and when the next is free."""

from datetime import timedelta

import pytest

from mooring.core.refusals import (
    MoveLimitReached,
    MoveNotAllowed,
)
from tests.support.computers import (
    a_computer,
)
from tests.support.licenses import AT, DAY
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


def customers(publisher, count):
    return [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(1, count + 1)]


async def move(publisher, key, customer, to, *, at):
    await customer.deactivate(at=at)
    await to.activate(key, at=at)


async def test_a_seat_taken_by_another_computer_is_a_move(publisher):
    key = await publisher.sell()
    first, second = customers(publisher, 2)
    await first.activate(key)
    await move(publisher, key, first, second, at=AT + DAY)
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings, license_.moved) == (1, 2, 1)
    assert second.certificate.license.can_move == (True, 4, None)


async def test_the_first_taking_of_each_seat_is_no_move(publisher):
    key = await publisher.sell(3)
    for customer in customers(publisher, 3):
        await customer.activate(key)
    assert (await publisher.license_of(key)).moved == 0


async def test_tells_when_the_next_move_is_free(publisher):
    key = await publisher.sell()
    first, *others = customers(publisher, 7)
    await first.activate(key)
    holder = first
    for day, customer in enumerate(others[:5], start=1):
        await move(publisher, key, holder, customer, at=AT + day * DAY)
        holder = customer
    assert holder.certificate.license.can_move == (False, 0, AT + 366 * DAY)
    await holder.deactivate(at=AT + 6 * DAY)
    with pytest.raises(MoveLimitReached) as refused:
        await others[5].activate(key, at=AT + 6 * DAY)
    assert refused.value.next_at == AT + 366 * DAY
    with pytest.raises(MoveLimitReached):
        await others[5].activate(key, at=AT + 366 * DAY - timedelta(seconds=1))
    await others[5].activate(key, at=AT + 366 * DAY)
    assert others[5].certificate.license.can_move == (False, 0, AT + 367 * DAY)


async def test_an_oem_license_belongs_to_its_first_device(publisher):
    key = await publisher.sell(channel="oem")
    first, second = customers(publisher, 2)
    await first.activate(key)
    assert first.certificate.license.can_move == (False, 0, None)
    await first.deactivate()
    with pytest.raises(MoveNotAllowed):
        await second.activate(key, at=AT + DAY)
    assert (await first.activate(key, at=AT + 3 * DAY)).created
    assert (await publisher.license_of(key)).moved == 0


async def test_a_volume_license_moves_without_limit(publisher):
    key = await publisher.sell(1, channel="volume")
    holder, *others = customers(publisher, 15)
    await holder.activate(key)
    for customer in others:
        await move(publisher, key, holder, customer, at=AT + DAY)
        holder = customer
    assert holder.certificate.license.can_move == (True, None, None)
    assert holder.certificate.license.method == "organization"
