"""Replacing an activation by another: in one step, or not at all."""

import pytest

from mooring.core.refusals import (
    SeatLimitReached,
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


async def test_another_key_replaces_the_activation_in_one_step(publisher):
    old, new = await publisher.sell(), await publisher.sell()
    customer = Customer(publisher)
    first = await customer.activate(old)
    answer = await customer.activate(new, replaces=first.activation["id"], at=AT + DAY)
    assert answer.created
    assert (await publisher.license_of(old)).held == 0
    assert (await publisher.license_of(new)).held == 1


async def test_the_replaced_certificate_is_taken_back(publisher):
    old, new = await publisher.sell(), await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(old)
    before = customer.copied()
    await customer.activate(new, replaces=customer.activation_id, at=AT + DAY)
    assert await publisher.status(before) == 1
    assert await publisher.status(customer) == 0
    assert (await publisher.line(before)).activation.release_reason == "replaced"


async def test_a_refused_replacement_changes_nothing(publisher):
    old, taken = await publisher.sell(), await publisher.sell()
    await Customer(publisher, a_computer(2), jkt="key-2").activate(taken)
    customer = Customer(publisher)
    await customer.activate(old)
    with pytest.raises(SeatLimitReached):
        await customer.activate(taken, replaces=customer.activation_id)
    assert (await publisher.license_of(old)).held == 1
    assert await publisher.status(customer) == 0
    assert (await publisher.line(customer)).activation.released_at is None


async def test_a_new_computer_replaces_its_own_old_self_as_a_move(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    old = customer.activation_id
    customer.computer = a_computer(2)
    with pytest.raises(SeatLimitReached):
        await customer.activate(key, at=AT + DAY)
    answer = await customer.activate(key, replaces=old, at=AT + DAY)
    assert answer.created
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.moved) == (1, 1)


async def test_the_same_key_again_does_not_replace_itself(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    answer = await customer.activate(key, replaces=customer.activation_id)
    assert not answer.created
    assert (await publisher.license_of(key)).held == 1
    assert await publisher.status(customer) == 0


async def test_nobody_replaces_the_activation_of_another(publisher):
    theirs, mine = await publisher.sell(), await publisher.sell()
    victim, attacker = customers(publisher, 2)
    await victim.activate(theirs)
    assert (await attacker.activate(mine, replaces=victim.activation_id)).created
    assert (await publisher.license_of(theirs)).held == 1


async def test_what_was_given_up_already_is_not_replaced_again(publisher):
    old, new = await publisher.sell(), await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(old)
    gone = customer.activation_id
    await customer.deactivate()
    await customer.activate(new, replaces=gone)
    assert (await publisher.license_of(old)).held == 0


async def test_whoever_had_to_make_room_gives_up_nobody_elses_seat(publisher):
    key, other = await publisher.sell(), await publisher.sell()
    users = [Customer(publisher, jkt=f"user-{number}") for number in range(4)]
    for number, user in enumerate(users):
        await user.activate(key, at=AT + number * DAY)
    evicted, *remaining = users
    evicted.computer = a_computer(2)
    await evicted.activate(other, replaces=remaining[0].activation_id, at=AT + 5 * DAY)
    assert (await publisher.license_of(key)).held == 1
    assert [await publisher.status(user) for user in remaining] == [0, 0, 0]
