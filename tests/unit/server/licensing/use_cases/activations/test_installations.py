"""Several users of one computer: one seat, three key pairs."""

import pytest

from tests.support.licenses import AT, DAY, HOUR
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


async def users_of_one_computer(publisher, key, count):
    users = [Customer(publisher, jkt=f"key-{number}") for number in range(count)]
    for number, user in enumerate(users):
        await user.activate(key, at=AT + number * HOUR)
    return users


async def test_three_users_of_a_computer_share_its_seat(publisher):
    key = await publisher.sell()
    users = await users_of_one_computer(publisher, key, 3)
    assert len({user.activation_id for user in users}) == 1
    assert len({user.certificate.installation_id for user in users}) == 3
    assert len({user.certificate.status_list for user in users}) == 3
    assert (await publisher.license_of(key)).held == 1


async def test_a_fourth_user_with_the_key_takes_the_place_of_who_was_away_longest(publisher):
    key = await publisher.sell()
    users = await users_of_one_computer(publisher, key, 3)
    await users[0].renew(at=AT + DAY)
    fourth = Customer(publisher, jkt="key-4")
    await fourth.activate(key, at=AT + 2 * DAY)
    removed = [(await publisher.line(user)).installation.removed_at for user in users]
    assert removed == [None, AT + 2 * DAY, None]
    assert [await publisher.status(user) for user in users] == [0, 1, 0]


async def test_whoever_had_to_make_room_comes_back_with_the_key(publisher):
    key = await publisher.sell()
    users = await users_of_one_computer(publisher, key, 4)
    first = users[0]
    assert (await publisher.line(first)).installation.removed_at is not None
    await first.activate(key, at=AT + DAY)
    assert first.sequence == 2
    assert (await publisher.line(first)).installation.removed_at is None
    assert await publisher.status(first) == 0
    assert (await publisher.line(users[1])).installation.removed_at == AT + DAY
