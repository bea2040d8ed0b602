"""What a certificate says of its license's holder and of moving stays true as the holder changes."""

import pytest

from mooring.core.certificate.model import MoveAllowance
from tests.support.computers import a_computer
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, HOUR

FREE = MoveAllowance(allowed=True, left=5, next_at=None)


def held_back(until):
    return MoveAllowance(allowed=False, left=5, next_at=until)


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
async def customer(publisher):
    """A computer whose license was activated with its key yesterday."""
    customer = publisher.customer()
    await customer.activate(await publisher.sell(), at=AT - DAY)
    return customer


async def test_a_license_linked_by_the_device_alone_does_not_say_that_it_can_move(customer, mia):
    answer = await customer.link(mia)
    until = AT + 14 * DAY
    assert customer.certificate.license.can_move == held_back(until)
    assert answer.activation["can_move"] == {"allowed": False, "left": 5, "next_at": "2026-01-16T03:04:05Z"}
    await customer.renew(at=until - HOUR)
    assert customer.certificate.license.can_move == held_back(until)
    await customer.renew(at=until)
    assert customer.certificate.license.can_move == FREE


async def test_it_says_so_again_once_the_link_is_confirmed(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key, at=AT - DAY)
    await customer.link(mia)
    await customer.link(mia, key, at=AT + HOUR)
    assert customer.certificate.license.can_move == FREE
    assert customer.answer.activation["can_move"] == {"allowed": True, "left": 5, "next_at": None}


async def test_it_says_so_again_once_the_link_is_undone(customer, mia):
    await customer.link(mia)
    await customer.unlink(at=AT + HOUR)
    assert customer.certificate.license.can_move == FREE
    assert not customer.certificate.license.linked


async def test_a_lost_answer_given_again_says_who_holds_the_license_now(publisher, mia):
    key = await publisher.sell(2)
    customer, other = publisher.customer(), publisher.customer(a_computer(2), jkt="key-2")
    await customer.activate(key, at=AT - DAY)
    await other.activate(key, at=AT - DAY)
    lost = await customer.renew(at=AT)
    await other.link(mia, at=AT)
    again = await customer.renew(sequence=1, at=AT + HOUR)
    assert again.certificate != lost.certificate
    assert customer.sequence == 2
    assert customer.certificate.license.can_move == held_back(AT + 14 * DAY)
    assert again.activation["can_move"]["allowed"] is False
    assert await customer.renew(sequence=1, at=AT + 2 * HOUR) == again
