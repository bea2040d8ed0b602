"""Events: whatever happens to what an account holds is told to it, and to nobody else."""

import pytest

from mooring.server.licensing.use_cases.holders.messages import PageWish
from tests.support.computers import a_computer
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


async def kinds(publisher, account):
    return [each.kind for each in (await publisher.events(account)).items][::-1]


async def test_tells_the_life_of_a_license_the_latest_first(publisher, mia):
    key = await publisher.sell()
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia, at=AT + DAY / 2)
    new = publisher.customer(a_computer(2), jkt="key-2")
    await new.reactivate(mia, old.device_id, at=AT + DAY)
    await new.unlink(mia, at=AT + 2 * DAY)
    await new.renew(at=AT + 3 * DAY)
    events = (await publisher.events(mia)).items
    assert [each.kind for each in events][::-1] == [
        "license.linked",
        "activation.released",
        "activation.created",
        "license.unlinked",
    ]
    released = events[2]
    assert (released.device, released.activation, released.reason, released.at) == (
        old.device_id,
        old.activation_id,
        "moved",
        AT + DAY,
    )
    assert events[0].license == new.certificate.license.id
    assert events[0].device == new.device_id


async def test_a_holder_on_trial_who_is_sent_away_is_told(publisher, mia):
    thief = an_account("tom")
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(thief, at=AT + DAY)
    await customer.link(mia, key, at=AT + 2 * DAY)
    assert await kinds(publisher, thief) == ["license.linked", "license.unlinked"]
    assert await kinds(publisher, mia) == ["license.linked"]


async def test_confirming_is_told_apart_from_linking(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(mia, at=AT + DAY)
    await customer.link(mia, key, at=AT + 2 * DAY)
    await customer.link(mia, key, at=AT + 3 * DAY)
    assert await kinds(publisher, mia) == ["license.linked", "license.link_confirmed"]


async def test_a_holder_on_trial_learns_nothing_of_other_computers(publisher, mia):
    """Thief: a seller who kept the key and claims it."""
    key = await publisher.sell(2)
    buyer = publisher.customer()
    await buyer.activate(key)
    await publisher.claim(key, mia, at=AT)
    await buyer.deactivate(at=AT + DAY)
    await buyer.activate(at=AT + DAY)
    await buyer.unlink(at=AT + 2 * DAY)
    events = (await publisher.events(mia)).items
    assert {each.device for each in events} == {None}
    assert "activation.released" not in {each.kind for each in events}


async def test_lists_in_pages(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    for day in range(3):
        await customer.link(mia, key, at=AT + day * DAY)
        await customer.unlink(mia, at=AT + day * DAY + DAY / 2)
    first = await publisher.events(mia, PageWish(limit=4))
    second = await publisher.events(mia, PageWish(first.next_cursor, 4))
    assert (len(first.items), len(second.items), second.next_cursor) == (4, 2, None)
    assert len({each.id for each in (*first.items, *second.items)}) == 6
