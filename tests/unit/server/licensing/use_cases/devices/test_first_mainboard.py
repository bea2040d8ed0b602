"""A license that belongs to its first mainboard shares its computer with one that follows to another."""

import pytest

from mooring.core.refusals import HardwareChanged, MoveNotAllowed, NoDigitalLicense, SeatLimitReached
from tests.support.computers import (
    a_computer,
    after_disk_upgrade,
    after_reinstall,
    unprivileged_linux,
    with_changed,
)
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, an_offer

HOME = {"edition_id": "edt_home", "edition_slug": "home"}


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
async def oem_key(publisher):
    return await publisher.sell(channel="oem")


async def shared_computer(publisher, oem_key):
    """Return the customer of the oem license, and one of a retail license on the same computer."""
    retail_key = await publisher.sell(offer=an_offer(**HOME))
    oem, retail = publisher.customer(), publisher.customer(jkt="another program")
    await oem.activate(oem_key)
    await retail.activate(retail_key, edition="home")
    return oem, retail, retail_key


@pytest.fixture
async def moved_on(publisher, oem_key, mia):
    """The same computer after a new mainboard, which the retail license followed by its key."""
    oem, retail, retail_key = await shared_computer(publisher, oem_key)
    await oem.link(mia)
    board = with_changed(a_computer(), "board_serial", "system_uuid")
    oem.computer = retail.computer = board
    answer = await retail.activate(retail_key, edition="home", at=AT + DAY)
    assert answer.activation["device"]["id"] == oem.device_id  # both still stand on one device
    return oem


async def test_a_reinstalled_computer_does_not_take_it_along_by_what_another_license_followed(
    publisher, moved_on
):
    again = publisher.customer(after_reinstall(moved_on.computer), jkt="a new key")
    with pytest.raises(NoDigitalLicense):
        await again.activate(edition="pro", at=AT + 2 * DAY)


async def test_its_own_installation_does_not_take_it_along_either(moved_on):
    with pytest.raises(HardwareChanged) as refused:
        await moved_on.activate(edition="pro", at=AT + 2 * DAY)
    assert refused.value.differs == ("platform",)


@pytest.mark.parametrize("jkt", ["key-1", "a new key"])
async def test_nor_do_its_key_and_its_holders_sign_in(publisher, oem_key, moved_on, mia, jkt):
    computer = moved_on.computer if jkt == "key-1" else after_reinstall(moved_on.computer)
    customer = publisher.customer(computer, jkt=jkt)
    with pytest.raises(SeatLimitReached):
        await customer.activate(oem_key, account=mia, edition="pro", at=AT + 2 * DAY)
    with pytest.raises(SeatLimitReached):
        await customer.activate(
            license_id=moved_on.certificate.license.id, account=mia, edition="pro", at=AT + 2 * DAY
        )
    [found] = await customer.candidates(mia, edition="pro", at=AT + 2 * DAY)
    assert (found.costs_move, found.can_move.allowed) == (True, False)
    with pytest.raises(MoveNotAllowed):
        await customer.reactivate(mia, moved_on.device_id, edition="pro", at=AT + 2 * DAY)
    license_ = await publisher.license_of(oem_key)
    assert (license_.held, license_.takings) == (1, 1)


async def test_nor_can_it_be_given_up_and_taken_again_there(publisher, oem_key, moved_on, mia):
    await moved_on.deactivate(at=AT + 2 * DAY)
    with pytest.raises(MoveNotAllowed):
        await moved_on.activate(oem_key, account=mia, edition="pro", at=AT + 4 * DAY)


async def test_the_license_that_may_follow_comes_back_after_a_reinstall(publisher, moved_on):
    again = publisher.customer(after_reinstall(moved_on.computer), jkt="a new key")
    answer = await again.activate(edition="home", at=AT + 2 * DAY)
    assert answer.activation["device"]["id"] == moved_on.device_id


async def test_it_comes_back_to_its_mainboard_whatever_else_changed(publisher, oem_key, mia):
    oem, retail, retail_key = await shared_computer(publisher, oem_key)
    retail.computer = after_disk_upgrade(oem.computer)
    await retail.activate(retail_key, edition="home", at=AT + DAY)
    await oem.link(mia, oem_key)
    for jkt in ("key-1", "a new key"):
        again = publisher.customer(after_reinstall(retail.computer), jkt=jkt)
        [found] = await again.candidates(mia, edition="pro", at=AT + 2 * DAY)
        assert not found.costs_move
        for terms in ({}, {"product_key": oem_key, "account": mia}):
            answer = await again.activate(terms.pop("product_key", None), edition="pro", **terms)
            assert answer.activation["id"] == oem.activation_id


async def test_a_mainboard_that_could_not_be_read_is_no_other(publisher, oem_key):
    blind = publisher.customer(unprivileged_linux(a_computer()))
    await blind.activate(oem_key)
    again = publisher.customer(a_computer(), jkt="a new key")
    answer = await again.activate(oem_key, at=AT + DAY)
    assert answer.activation["id"] == blind.activation_id
