"""A holder's devices: listed, renamed, freed one by one or all at once; nobody else's are reached."""

import pytest

from mooring.core.refusals import DeviceUnknown, HolderProvisional, InvalidRequest, NotFound
from mooring.server.licensing.use_cases.holders.messages import PageWish
from tests.support.computers import a_computer
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, HOUR, a_policy


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
async def key(publisher, mia):
    """Return the key of a license with three seats that the account holds."""
    key = await publisher.sell(3)
    await publisher.claim(key, mia, at=AT)
    return key


async def some_customers(publisher, key, account, count=3):
    customers = [publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in range(1, count + 1)]
    for customer in customers:
        await customer.activate(key, account=account)
    return customers


async def test_lists_every_device_with_its_seats(publisher, mia, key):
    customers = await some_customers(publisher, key, mia)
    page = await publisher.devices(mia, at=AT)
    assert [each.device.id for each in page.items] == sorted(each.device_id for each in customers)
    assert page.next_cursor is None
    [mine] = [each for each in page.items if each.device.id == customers[0].device_id]
    [seat] = mine.seats
    assert (seat.activation, seat.license.last_five, seat.since) == (
        customers[0].activation_id,
        "8XKQ2",
        AT,
    )
    assert seat.can_move.left == 5


async def test_a_device_with_two_licenses_is_one_device(publisher, mia, key):
    [customer] = await some_customers(publisher, key, mia, 1)
    other = await publisher.sell()
    await publisher.claim(other, mia, at=AT)
    await publisher.customer(customer.computer, jkt="key-b").activate(other, account=mia)
    [mine] = (await publisher.devices(mia, at=AT)).items
    assert len(mine.seats) == 2


async def test_lists_in_pages(publisher, mia, key):
    await some_customers(publisher, key, mia)
    first = await publisher.devices(mia, PageWish(limit=2), at=AT)
    second = await publisher.devices(mia, PageWish(first.next_cursor, 2), at=AT)
    assert (len(first.items), len(second.items), second.next_cursor) == (2, 1, None)
    assert first.next_cursor == first.items[-1].device.id
    assert (await publisher.devices(mia, PageWish(limit=3), at=AT)).next_cursor is None


async def test_lists_licenses_with_their_seats(publisher, mia, key):
    customers = await some_customers(publisher, key, mia, 2)
    another = await publisher.sell(channel="oem")
    await publisher.claim(another, mia, at=AT + HOUR)
    page = await publisher.licenses(mia, at=AT + DAY)
    by_id = {each.license.id: each for each in page.items}
    mine = by_id[(await publisher.license_of(key)).id]
    assert (mine.seats, mine.held, mine.standing, mine.linked_at, mine.expires_at) == (
        3,
        2,
        "active",
        AT,
        None,
    )
    assert (mine.confirmed, mine.provisional_until) == (True, None)
    assert {each.device.id for each in mine.devices} == {each.device_id for each in customers}
    assert (mine.can_move.allowed, mine.can_move.left, mine.can_move.next_at) == (True, 5, None)
    oem = by_id[(await publisher.license_of(another)).id]
    assert oem.can_move.allowed  # its seat was never taken
    first = await publisher.licenses(mia, PageWish(limit=1), at=AT)
    rest = await publisher.licenses(mia, PageWish(first.next_cursor, 1), at=AT)
    assert [each.license.id for each in (*first.items, *rest.items)] == sorted(by_id)
    assert rest.next_cursor is None


async def test_says_when_the_next_move_is_free_and_of_trial_and_limit_the_later(publisher, mia):
    key = await publisher.sell(policy=a_policy(moves=1))
    first, second = (publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in (1, 2))
    await first.activate(key)
    await first.deactivate()
    await second.activate(key)
    await publisher.claim(key, mia, at=AT + DAY)
    [mine] = (await publisher.licenses(mia, at=AT + DAY)).items
    assert (mine.can_move.allowed, mine.can_move.left, mine.can_move.next_at) == (False, 0, AT + 365 * DAY)
    [later] = (await publisher.licenses(mia, at=AT + 360 * DAY)).items
    assert later.confirmed
    [late_claim] = (await publisher.licenses(mia, at=AT + 366 * DAY)).items
    assert (late_claim.can_move.allowed, late_claim.can_move.next_at) == (True, None)


async def test_on_trial_an_oem_license_does_not_promise_to_move_later(publisher, mia):
    key = await publisher.sell(channel="oem")
    await publisher.customer().activate(key)
    await publisher.claim(key, mia, at=AT)
    [mine] = (await publisher.licenses(mia, at=AT)).items
    assert (mine.can_move.allowed, mine.can_move.next_at) == (False, None)


async def test_another_account_has_nothing_of_it(publisher, mia, key):
    [customer] = await some_customers(publisher, key, mia, 1)
    stranger = an_account("eve")
    assert (await publisher.devices(stranger, at=AT)).items == []
    assert (await publisher.licenses(stranger, at=AT)).items == []
    assert (await publisher.events(stranger)).items == []
    assert await publisher.free_all(stranger, at=AT) == 0
    with pytest.raises(NotFound):
        await publisher.free(customer.device_id, stranger, at=AT)
    with pytest.raises(NotFound):
        await publisher.rename(customer.device_id, "eve's", stranger, at=AT)
    with pytest.raises(DeviceUnknown):
        await publisher.deactivate(customer.activation_id, "eve's key", stranger, at=AT)
    assert (await publisher.license_of(key)).held == 1


async def test_frees_a_device_at_once_and_again_is_harmless(publisher, mia, key):
    first, second = await some_customers(publisher, key, mia, 2)
    assert await publisher.free(first.device_id, mia, at=AT + HOUR) == 1
    assert await publisher.free(first.device_id, mia, at=AT + HOUR) == 0
    assert (await publisher.license_of(key)).held == 1
    assert (await publisher.status(first), await publisher.status(second)) == (1, 0)
    assert (await publisher.line(first)).activation.release_reason == "freed"
    assert len((await publisher.devices(mia, at=AT + HOUR)).items) == 1


async def test_what_was_freed_from_afar_is_not_undone_freely(publisher, mia):
    key = await publisher.sell()
    await publisher.claim(key, mia, at=AT)
    [customer] = await some_customers(publisher, key, mia, 1)
    await publisher.free(customer.device_id, mia, at=AT + HOUR)
    await customer.activate(key, account=mia, at=AT + 2 * HOUR)
    assert (await publisher.license_of(key)).moved == 1


async def test_frees_all_seats_of_all_licenses(publisher, mia, key):
    customers = await some_customers(publisher, key, mia)
    other = await publisher.sell(2)
    await publisher.claim(other, mia, at=AT)
    for number, customer in enumerate(customers[:2]):
        await publisher.customer(customer.computer, jkt=f"other-{number}").activate(other, account=mia)
    assert await publisher.free_all(mia, at=AT + HOUR) == 5
    assert [(await publisher.license_of(each)).held for each in (key, other)] == [0, 0]
    assert await publisher.free_all(mia, at=AT + HOUR) == 0


async def test_frees_what_it_may_where_another_license_is_still_on_trial(publisher, mia, key):
    [customer] = await some_customers(publisher, key, mia, 1)
    other = await publisher.sell()
    second = publisher.customer(customer.computer, jkt="key-b")
    await second.activate(other)
    await second.link(mia, at=AT + DAY)
    assert await publisher.free(customer.device_id, mia, at=AT + DAY) == 1
    assert [(await publisher.license_of(each)).held for each in (key, other)] == [0, 1]
    with pytest.raises(HolderProvisional) as refused:
        await publisher.free(customer.device_id, mia, at=AT + DAY)
    assert refused.value.until == AT + 15 * DAY


async def test_the_holder_frees_one_activation_from_any_computer(publisher, mia, key):
    first, second = await some_customers(publisher, key, mia, 2)
    for _ in range(2):
        await publisher.deactivate(first.activation_id, second.jkt, mia, at=AT)
    assert (await publisher.license_of(key)).held == 1
    with pytest.raises(DeviceUnknown):
        await publisher.deactivate("act_none", second.jkt, mia, at=AT)


async def test_renames_a_device_where_its_program_says_so_too(publisher, mia, key):
    [customer] = await some_customers(publisher, key, mia, 1)
    renamed = await publisher.rename(customer.device_id, " Mia's laptop ", mia, at=AT)
    assert renamed.device.name == "Mia's laptop"
    assert len(renamed.seats) == 1
    await customer.renew(at=AT + DAY)
    assert customer.certificate.device_name == "Mia's laptop"


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "two\nlines", "a\tb", "\u202eevil", "\x00"])
async def test_a_name_is_one_line_that_can_be_seen(publisher, mia, key, name):
    [customer] = await some_customers(publisher, key, mia, 1)
    with pytest.raises(InvalidRequest) as refused:
        await publisher.rename(customer.device_id, name, mia, at=AT)
    assert refused.value.member == "name"


@pytest.mark.parametrize("confirmed_last", [True, False])
async def test_one_confirmed_license_on_a_device_is_enough_to_rename_it(publisher, mia, confirmed_last):
    first, second = await publisher.sell(), await publisher.sell()
    customer = publisher.customer()
    await customer.activate(first)
    if not confirmed_last:
        await customer.link(mia)
    other = publisher.customer(customer.computer, jkt="key-2")
    await other.activate(second, at=AT + 2 * DAY)
    if confirmed_last:
        await other.link(mia, at=AT + 2 * DAY)
    on_trial = customer if confirmed_last else other
    await on_trial.link(mia, at=AT + 4 * DAY)
    assert on_trial.answer.activation["advice"] == ["link_unconfirmed"]
    renamed = await publisher.rename(customer.device_id, "Mia's laptop", mia, at=AT + 4 * DAY)
    assert (renamed.device.name, len(renamed.seats)) == ("Mia's laptop", 2)


async def test_the_longest_name_is_kept(publisher, mia, key):
    [customer] = await some_customers(publisher, key, mia, 1)
    assert (await publisher.rename(customer.device_id, "x" * 64, mia, at=AT)).device.name == "x" * 64


async def test_a_device_that_holds_nothing_any_more_has_no_name_to_change(publisher, mia, key):
    [customer] = await some_customers(publisher, key, mia, 1)
    await publisher.free(customer.device_id, mia, at=AT)
    with pytest.raises(NotFound):
        await publisher.rename(customer.device_id, "gone", mia, at=AT)
