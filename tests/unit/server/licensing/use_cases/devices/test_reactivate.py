"""Reactivating: the chosen device's seat comes to the computer that asks, moved or the same all along."""

import pytest

from mooring.core.refusals import (
    DeviceUnknown,
    EditionMismatch,
    HardwareChanged,
    HardwareUnreadable,
    HolderProvisional,
    LicenseExpired,
    MoveLimitReached,
    MoveNotAllowed,
    NoDigitalLicense,
    NotFound,
    PossibleClone,
    SeatLimitReached,
)
from tests.support.computers import (
    a_computer,
    after_mainboard_swap,
    after_reinstall,
    with_changed,
)
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, HOUR, a_policy, an_offer, hardware_of

OTHER = a_computer(2)


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


async def a_held_license(publisher, account, *args, **terms):
    """Return a key, and the computer on which its confirmed holder uses it."""
    key = await publisher.sell(*args, **terms)
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(account)
    return key, customer


async def counts(publisher, key):
    license_ = await publisher.license_of(key)
    return license_.held, license_.takings, license_.moved


async def test_a_new_computer_takes_the_seat_of_the_chosen_one(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    new = publisher.customer(OTHER, jkt="key-2")
    answer = await new.reactivate(mia, old.device_id, at=AT + DAY)
    assert answer.created
    assert answer.activation["linked"] is True
    assert new.device_id != old.device_id
    assert await counts(publisher, key) == (1, 2, 1)
    assert new.certificate.license.can_move == (True, 4, None)


async def test_the_old_computers_status_turns_at_once(publisher, mia):
    _, old = await a_held_license(publisher, mia)
    assert await publisher.status(old) == 0
    await publisher.customer(OTHER, jkt="key-2").reactivate(mia, old.device_id, at=AT + DAY)
    assert await publisher.status(old) == 1
    assert (await publisher.line(old)).activation.release_reason == "moved"
    with pytest.raises(DeviceUnknown):
        await old.renew(at=AT + 2 * DAY)


async def test_a_new_mainboard_is_the_same_device_once_confirmed_and_costs_no_move(publisher, mia):
    key, old = await a_held_license(publisher, mia, policy=a_policy(moves=1))
    new = publisher.customer(after_mainboard_swap(old.computer), jkt=old.jkt)
    new.answer, new.certificate = old.answer, old.certificate
    with pytest.raises(HardwareChanged):
        await new.renew(at=AT + DAY)
    answer = await new.reactivate(mia, old.device_id, at=AT + DAY)
    assert (answer.created, answer.activation["id"]) == (False, old.activation_id)
    assert new.device_id == old.device_id
    assert await counts(publisher, key) == (1, 1, 0)
    assert await publisher.status(new) == 0
    await new.renew(at=AT + 2 * DAY)  # the new mainboard is what is remembered now


async def test_a_holder_on_trial_confirms_no_changed_computer(publisher, mia):
    """Thief: a copied home on hardware that is half the same, and his sign-in on the computer it was on."""
    key = await publisher.sell()
    mine, thief = publisher.customer(), an_account("tom")
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    copy = publisher.customer(after_mainboard_swap(mine.computer), jkt=mine.jkt)
    with pytest.raises(HolderProvisional):
        await copy.reactivate(thief, mine.device_id, at=AT + 2 * DAY)
    [found] = await copy.candidates(thief, at=AT + 2 * DAY)
    assert (found.costs_move, found.can_move.allowed) == (True, False)
    await mine.renew(at=AT + 3 * DAY)  # remembered as it was
    answer = await copy.reactivate(thief, mine.device_id, at=AT + 15 * DAY)  # nobody objected for 14 days
    assert answer.activation["id"] == mine.activation_id


async def test_an_honest_holder_on_trial_confirms_a_changed_computer_by_the_key(publisher, mia):
    key = await publisher.sell()
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia, at=AT + DAY)
    new = publisher.customer(after_mainboard_swap(old.computer), jkt=old.jkt)
    answer = await new.activate(key, account=mia, at=AT + 2 * DAY)
    assert (answer.created, answer.activation["id"]) == (False, old.activation_id)
    await new.link(mia, key, at=AT + 2 * DAY)
    assert await counts(publisher, key) == (1, 1, 0)


async def test_a_holder_on_trial_comes_back_to_a_computer_that_is_recognized(publisher, mia):
    key = await publisher.sell()
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia, at=AT + DAY)
    again = publisher.customer(after_reinstall(old.computer), jkt="another key")
    [found] = await again.candidates(mia, at=AT + 2 * DAY)
    assert (found.costs_move, found.can_move.allowed) == (False, True)
    answer = await again.reactivate(mia, old.device_id, at=AT + 2 * DAY)
    assert answer.activation["id"] == old.activation_id


async def test_an_installation_that_had_to_make_room_confirms_no_changed_computer(publisher, mia):
    key, first = await a_held_license(publisher, mia)
    for number in range(2, 5):
        other = publisher.customer(first.computer, jkt=f"key-{number}")
        await other.activate(key, account=mia, at=AT + number * HOUR)
    changed = publisher.customer(after_mainboard_swap(first.computer), jkt=first.jkt)
    [found] = await changed.candidates(mia, at=AT + DAY)
    assert found.costs_move
    await changed.reactivate(mia, first.device_id, at=AT + DAY)
    assert await counts(publisher, key) == (1, 2, 1)


async def test_half_the_same_hardware_without_the_installations_key_is_a_move(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    new = publisher.customer(after_mainboard_swap(old.computer), jkt="another key")
    await new.reactivate(mia, old.device_id, at=AT + DAY)
    assert await counts(publisher, key) == (1, 2, 1)


async def test_a_reinstall_is_the_same_device_without_any_key(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    new = publisher.customer(after_reinstall(old.computer), jkt="another key")
    answer = await new.reactivate(mia, old.device_id, at=AT + DAY)
    assert answer.activation["id"] == old.activation_id
    assert await counts(publisher, key) == (1, 1, 0)


async def test_asking_again_gives_the_same_again(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    new = publisher.customer(OTHER, jkt="key-2")
    first = await new.reactivate(mia, old.device_id, at=AT + DAY)
    again = await new.reactivate(mia, old.device_id, at=AT + DAY)
    assert first.activation["id"] == again.activation["id"]
    assert again.created is False
    assert await counts(publisher, key) == (1, 2, 1)


async def test_choosing_another_device_where_this_one_is_active_frees_nothing(publisher, mia):
    key, first = await a_held_license(publisher, mia, 2)
    second = publisher.customer(OTHER, jkt="key-2")
    await second.activate(key, account=mia)
    answer = await second.reactivate(mia, first.device_id)
    assert answer.created is False
    assert await publisher.status(first) == 0
    assert (await publisher.license_of(key)).held == 2


async def test_a_device_that_was_freed_meanwhile_comes_back_as_a_counted_taking(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    await publisher.free(old.device_id, mia, at=AT + HOUR)
    answer = await old.reactivate(mia, old.device_id, at=AT + 2 * HOUR)
    assert (answer.created, answer.activation["id"]) == (True, old.activation_id)
    assert await counts(publisher, key) == (1, 2, 1)


async def test_a_freed_devices_seat_goes_to_the_new_computer(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    await publisher.free(old.device_id, mia, at=AT + HOUR)
    await publisher.customer(OTHER, jkt="key-2").reactivate(mia, old.device_id, at=AT + 2 * HOUR)
    assert await counts(publisher, key) == (1, 2, 1)


async def test_a_freed_device_whose_seat_another_took_has_none_to_give(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    await publisher.free(old.device_id, mia, at=AT)
    await publisher.customer(OTHER, jkt="key-2").activate(key, account=mia)
    third = publisher.customer(a_computer(3), jkt="key-3")
    with pytest.raises(SeatLimitReached):
        await third.reactivate(mia, old.device_id)


async def test_a_holder_on_trial_takes_no_freed_seat_back(publisher, mia):
    key = await publisher.sell()
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia, at=AT + DAY)
    await old.deactivate(at=AT + 2 * DAY)
    with pytest.raises(HolderProvisional):
        await old.reactivate(mia, old.device_id, at=AT + 2 * DAY)


async def test_moves_are_limited_and_a_refusal_leaves_everything_as_it_was(publisher, mia):
    key, first = await a_held_license(publisher, mia, policy=a_policy(moves=1))
    second = publisher.customer(OTHER, jkt="key-2")
    await second.reactivate(mia, first.device_id, at=AT + DAY)
    third = publisher.customer(a_computer(3), jkt="key-3")
    with pytest.raises(MoveLimitReached) as refused:
        await third.reactivate(mia, second.device_id, at=AT + 2 * DAY)
    assert refused.value.next_at == AT + 366 * DAY
    assert await counts(publisher, key) == (1, 2, 1)
    assert await publisher.status(second) == 0
    await third.reactivate(mia, second.device_id, at=AT + 366 * DAY)


async def test_an_oem_license_stays_with_its_mainboard(publisher, mia):
    key, old = await a_held_license(publisher, mia, channel="oem")
    assert old.certificate.license.can_move == (False, 0, None)  # said before anything is changed
    for computer, jkt in ((OTHER, "key-2"), (after_mainboard_swap(old.computer), old.jkt)):
        with pytest.raises(MoveNotAllowed):
            await publisher.customer(computer, jkt=jkt).reactivate(mia, old.device_id, at=AT + DAY)
    assert await counts(publisher, key) == (1, 1, 0)
    assert await publisher.status(old) == 0


async def test_an_oem_license_follows_other_changes_of_its_computer(publisher, mia):
    _, old = await a_held_license(publisher, mia, channel="oem")
    changed = with_changed(old.computer, "root_disk_serial", "mac_addresses")
    new = publisher.customer(changed, jkt=old.jkt)
    answer = await new.reactivate(mia, old.device_id, at=AT + DAY)
    assert answer.activation["id"] == old.activation_id


async def test_the_device_must_be_the_accounts_for_this_program_and_edition(publisher, mia):
    _, old = await a_held_license(publisher, mia)
    new = publisher.customer(OTHER, jkt="key-2")
    for account, device_id in ((an_account(), old.device_id), (mia, "dev_none")):
        with pytest.raises(NotFound):
            await new.reactivate(account, device_id)
    with pytest.raises(NotFound):
        await new.reactivate(mia, old.device_id, product="tides")
    with pytest.raises(EditionMismatch):
        await new.reactivate(mia, old.device_id, edition="home")
    await new.reactivate(mia, old.device_id, edition="pro")


async def test_of_two_licenses_on_the_device_the_fitting_one_moves(publisher, mia):
    key, old = await a_held_license(publisher, mia)
    home = await publisher.sell(offer=an_offer(edition_id="edt_home", edition_slug="home"))
    await publisher.customer(old.computer, jkt="key-h").activate(home)
    await publisher.claim(home, mia, at=AT)
    await publisher.customer(OTHER, jkt="key-2").reactivate(mia, old.device_id, edition="pro")
    assert await counts(publisher, key) == (1, 2, 1)
    assert await counts(publisher, home) == (1, 1, 0)


async def test_a_license_that_ended_moves_nowhere(publisher, mia):
    key = await publisher.sell(expires_at=AT + 30 * DAY)
    old = publisher.customer()
    await old.activate(key)
    await old.link(mia)
    with pytest.raises(LicenseExpired):
        await publisher.customer(OTHER, jkt="key-2").reactivate(mia, old.device_id, at=AT + 30 * DAY)


async def test_a_computer_of_which_nothing_is_known_takes_no_seat(publisher, mia):
    _, old = await a_held_license(publisher, mia)
    with pytest.raises(HardwareUnreadable):
        await publisher.customer({}, jkt="key-2").reactivate(mia, old.device_id, hardware=hardware_of({}))


async def test_the_confirmed_holder_makes_room_and_says_which_copy_is_theirs(publisher, mia):
    _, old = await a_held_license(publisher, mia)
    for number in range(2, 4):
        await publisher.customer(old.computer, jkt=f"key-{number}").activate(at=AT + HOUR)
    fourth = publisher.customer(old.computer, jkt="key-4")
    with pytest.raises(NoDigitalLicense):
        await fourth.activate(at=AT + HOUR)
    await fourth.reactivate(mia, old.device_id, at=AT + HOUR)


async def test_a_holder_on_trial_settles_no_clones(publisher, mia):
    """Thief: signed in on my computer and took a copy of its installation along."""
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(mia, at=AT + DAY)
    copy = mine.copied()
    for each in (mine, mine, copy, copy, mine, mine):
        await each.renew(at=AT + 2 * DAY)
    with pytest.raises(PossibleClone):
        await copy.renew(at=AT + 2 * DAY)
    with pytest.raises(PossibleClone):
        await copy.reactivate(mia, mine.device_id, at=AT + 2 * DAY)
    await mine.renew(at=AT + 2 * DAY)
