"""Candidates: the account's devices for this program, the likeliest first, each with its reasons."""

import pytest

from mooring.server.licensing.use_cases.activations.messages import ActivationRequest, DeviceFacts
from mooring.server.licensing.use_cases.holders.messages import CanMove
from tests.support.computers import a_computer, after_mainboard_swap, after_reinstall, with_changed
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, a_policy, an_offer, hardware_of

LATER = AT + 40 * DAY


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
async def three(publisher, mia):
    """Return three computers on one license that the account holds, the last seen first."""
    key = await publisher.sell(3)
    customers = [publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in (1, 2, 3)]
    for day, customer in enumerate(customers):
        await customer.activate(key, at=AT + (2 - day) * DAY)
    await publisher.claim(key, mia, at=AT + 3 * DAY)
    return customers


def _for_tides(key):
    return ActivationRequest(
        product="tides",
        hardware=hardware_of(a_computer(5)),
        device=DeviceFacts(platform="linux"),
        jkt="key-5",
        product_key=key,
    )


def devices(candidates):
    return [each.device.id for each in candidates]


async def test_the_likeliest_is_the_one_whose_installation_asks(publisher, mia, three):
    changed = publisher.customer(with_changed(three[2].computer, "root_disk_serial"), jkt=three[2].jkt)
    first, *others = await changed.candidates(mia, at=LATER)
    assert first.device.id == three[2].device_id
    assert first.likely
    assert first.reasons == ["same_installation", "same_mainboard", "same_network"]
    assert [each.likely for each in others] == [False, False]


async def test_without_an_installation_the_hardware_says_which_is_likely(publisher, mia, three):
    changed = publisher.customer(after_mainboard_swap(three[1].computer), jkt="a new key")
    first, *others = await changed.candidates(mia, at=LATER)
    assert (first.device.id, first.likely, first.reasons) == (three[1].device_id, True, ["same_disk"])
    assert [each.reasons for each in others] == [[], []]


async def test_of_equals_the_one_seen_last_comes_first_and_none_is_called_likely(publisher, mia, three):
    stranger = publisher.customer(a_computer(9), jkt="a new key")
    found = await stranger.candidates(mia, at=LATER)
    assert devices(found) == [each.device_id for each in three]
    assert not any(each.likely for each in found)


@pytest.mark.parametrize(("days", "reasons"), [(6, ["seen_recently"]), (7, [])])
async def test_seen_within_a_week_is_a_reason_but_makes_nothing_likely(publisher, mia, days, reasons):
    key = await publisher.sell()
    await publisher.customer(a_computer(1), jkt="key-1").activate(key)
    await publisher.claim(key, mia, at=AT - 14 * DAY)
    stranger = publisher.customer(a_computer(9), jkt="a new key")
    [found] = await stranger.candidates(mia, at=AT + days * DAY)
    assert (found.reasons, found.likely) == (reasons, False)


async def test_tells_what_it_costs_and_whether_it_can_move(publisher, mia):
    key = await publisher.sell(policy=a_policy(moves=1))
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia)
    [same] = await publisher.customer(after_reinstall(old.computer), jkt="key-2").candidates(mia)
    assert (same.costs_move, same.can_move) == (False, CanMove(allowed=True, left=1, next_at=None))
    new = publisher.customer(a_computer(2), jkt="key-3")
    [other] = await new.candidates(mia)
    assert (other.costs_move, other.can_move.allowed, other.can_move.left) == (True, True, 1)
    await new.reactivate(mia, old.device_id)
    [back] = await old.candidates(mia, at=AT + DAY)
    assert (back.costs_move, back.can_move.allowed) == (True, False)
    assert back.can_move.next_at == AT + 365 * DAY
    again = publisher.customer(after_reinstall(new.computer), jkt="key-4")
    [same] = await again.candidates(mia, at=AT + DAY)
    assert (same.costs_move, same.can_move) == (False, CanMove(allowed=True, left=0, next_at=None))
    assert (back.device.platform, back.license.product, back.license.edition) == (
        "linux",
        "harbor-notes",
        "pro",
    )


async def test_the_first_taking_of_a_seat_costs_no_move(publisher, mia):
    key = await publisher.sell(policy=a_policy(seats=2, moves=1))
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia)
    [found] = await publisher.customer(a_computer(2), jkt="key-2").candidates(mia)
    assert (found.costs_move, found.can_move.allowed) == (False, True)


async def test_an_oem_license_says_that_it_cannot_move(publisher, mia):
    key = await publisher.sell(channel="oem")
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia)
    [found] = await publisher.customer(after_mainboard_swap(old.computer), jkt=old.jkt).candidates(mia)
    assert (found.likely, found.costs_move) == (True, True)
    assert (found.can_move.allowed, found.can_move.left, found.can_move.next_at) == (False, 0, None)


async def test_lists_only_what_fits_this_program_and_still_holds_its_seat(publisher, mia, three):
    home = await publisher.sell(offer=an_offer(edition_id="edt_home", edition_slug="home"))
    tides = await publisher.sell(
        offer=an_offer(product_id="prd_other", product_slug="tides", product_name="Tides", edition_id="edt_o")
    )
    elsewhere = publisher.customer(a_computer(4), jkt="key-4")
    await elsewhere.activate(home)
    await publisher.activate(_for_tides(tides), at=AT)
    for key in (home, tides):
        await publisher.claim(key, mia, at=AT - 14 * DAY)
    await publisher.free(three[0].device_id, mia, at=LATER)
    found = await three[1].candidates(mia, edition="pro", at=LATER)
    assert sorted(devices(found)) == sorted([three[1].device_id, three[2].device_id])
    assert len(await three[1].candidates(mia, at=LATER)) == 3


async def test_another_account_sees_none_of_them(publisher, mia, three):
    assert await three[0].candidates(an_account(), at=LATER) == []


async def test_a_holder_on_trial_only_sees_the_computer_it_linked(publisher, mia):
    key = await publisher.sell(2)
    first, second = (publisher.customer(a_computer(seed), jkt=f"key-{seed}") for seed in (1, 2))
    await first.activate(key)
    await second.activate(key)
    await second.link(mia, at=AT + DAY)
    [found] = await first.candidates(mia, at=AT + 2 * DAY)
    assert found.device.id == second.device_id
    assert (found.can_move.allowed, found.can_move.next_at) == (False, AT + 15 * DAY)
    assert len(await first.candidates(mia, at=AT + 15 * DAY)) == 2
