"""Coming back without a key: by the hardware, or by the installation's own key."""

import pytest

from mooring.core.hardware.matching import Tolerance
from mooring.core.refusals import (
    HardwareChanged,
    HardwareUnreadable,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    NoDigitalLicense,
    SeatLimitReached,
)
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.license import Standing
from tests.support.computers import (
    a_computer,
    after_disk_upgrade,
    after_mainboard_swap,
    after_reinstall,
    cloned_disk,
    with_changed,
)
from tests.support.licenses import AT, DAY, HOUR, a_policy, an_offer
from tests.support.publisher import Customer, Publisher

WEAK = {"machine_id": "4b1d7c2a9e8f4f0c8a6b5d4c3e2f1a09", "mac_addresses": ["3c:52:82:4f:7a:10"]}


@pytest.fixture
def publisher():
    return Publisher()


def reinstalled(publisher, jkt="key-2", computer=None):
    """Return the customer's computer after a reinstall: same hardware, no key pair, no certificate."""
    return Customer(publisher, computer or after_reinstall(a_computer()), jkt=jkt)


async def test_a_reinstalled_computer_needs_no_key(publisher):
    key = await publisher.sell()
    before = Customer(publisher)
    await before.activate(key)
    after = reinstalled(publisher)
    answer = await after.activate(at=AT + DAY)
    assert not answer.created
    assert after.certificate.activation == before.certificate.activation
    assert after.certificate.installation_id != before.certificate.installation_id
    assert (await publisher.license_of(key)).takings == 1


async def test_the_live_installation_stays_when_another_is_recognized(publisher):
    before = Customer(publisher)
    await before.activate(await publisher.sell())
    await reinstalled(publisher).activate(at=AT + DAY)
    await before.renew(at=AT + DAY)
    assert await publisher.status(before) == 0


async def test_a_computer_that_never_was_activated_has_no_digital_license(publisher):
    await Customer(publisher).activate(await publisher.sell())
    with pytest.raises(NoDigitalLicense):
        await Customer(publisher, a_computer(2), jkt="key-2").activate()


async def test_a_copied_disk_brings_no_license_along(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell())
    copy = Customer(publisher, cloned_disk(a_computer(1), onto=a_computer(2)), jkt=customer.jkt)
    with pytest.raises(NoDigitalLicense):
        await copy.activate(at=AT + DAY)


async def test_a_license_of_another_product_or_edition_is_none(publisher):
    await Customer(publisher).activate(await publisher.sell())
    for asked_for in ({"product": "other"}, {"edition": "home"}):
        with pytest.raises(NoDigitalLicense):
            await reinstalled(publisher).activate(**asked_for)
        with pytest.raises(NoDigitalLicense):
            await Customer(publisher).activate(**asked_for)
    assert not (await reinstalled(publisher).activate(edition="pro")).created


async def test_weak_hardware_does_not_come_back_without_its_key(publisher):
    key = await publisher.sell()
    weak = Customer(publisher, WEAK)
    await weak.activate(key)
    with pytest.raises(NoDigitalLicense):
        await Customer(publisher, WEAK, jkt="key-2").activate()


async def test_the_installation_that_was_activated_comes_back_by_its_own_key(publisher):
    customer = Customer(publisher, WEAK)
    first = await customer.activate(await publisher.sell())
    answer = await customer.activate(at=AT + DAY)
    assert answer.activation["installation"] == first.activation["installation"]
    assert customer.sequence == 2


async def test_a_computer_that_reads_nothing_is_told_so(publisher):
    await Customer(publisher).activate(await publisher.sell())
    with pytest.raises(HardwareUnreadable):
        await Customer(publisher, {}, jkt="key-2").activate()


async def test_a_container_has_no_digital_license(publisher):
    await Customer(publisher).activate(await publisher.sell())
    with pytest.raises(NoDigitalLicense):
        await Customer(publisher).activate(environment=Environment.CONTAINER)


async def test_a_computer_changed_a_lot_is_told_what_differs(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell())
    customer.computer = with_changed(after_mainboard_swap(a_computer()), "cpu_id")
    with pytest.raises(HardwareChanged) as refused:
        await customer.activate(at=AT + DAY)
    assert refused.value.members == {"differs": ["platform", "network", "processor"]}


@pytest.mark.parametrize("tolerance", ["standard", "strict"])
async def test_each_license_says_how_strictly_its_computer_is_recognized(publisher, tolerance):
    await Customer(publisher).activate(await publisher.sell(policy=a_policy(tolerance=Tolerance(tolerance))))
    upgraded = reinstalled(publisher, computer=after_disk_upgrade(after_reinstall(a_computer())))
    if tolerance == "standard":  # 60 of 80 match: more than 70 percent, less than 85
        assert not (await upgraded.activate()).created
    else:
        with pytest.raises(NoDigitalLicense):
            await upgraded.activate()


@pytest.mark.parametrize(
    ("standing", "refusal"), [(Standing.SUSPENDED, LicenseSuspended), (Standing.REVOKED, LicenseRevoked)]
)
async def test_says_why_a_known_computer_cannot_come_back(publisher, standing, refusal):
    key = await publisher.sell()
    await Customer(publisher).activate(key)
    license_ = await publisher.license_of(key)
    await publisher.ledger.set_standing(license_.id, standing)
    for customer in (Customer(publisher), reinstalled(publisher)):
        with pytest.raises(refusal):
            await customer.activate(at=AT + DAY)


async def test_an_ended_license_does_not_bring_a_computer_back(publisher):
    await Customer(publisher).activate(await publisher.sell(expires_at=AT + DAY))
    with pytest.raises(LicenseExpired):
        await reinstalled(publisher).activate(at=AT + DAY)


async def test_a_license_that_runs_counts_before_one_that_ended(publisher):
    runs, ended = await publisher.sell(), await publisher.sell(expires_at=AT + DAY)
    await Customer(publisher).activate(runs)
    await Customer(publisher).activate(ended, at=AT + HOUR)
    for customer in (Customer(publisher), reinstalled(publisher)):
        await customer.activate(at=AT + 2 * DAY)
        assert customer.certificate.license.id == (await publisher.license_of(runs)).id


async def test_a_bought_license_counts_before_a_trial(publisher):
    key = await publisher.sell()
    await publisher.ledger.offer(an_offer(a_policy("trial")))
    await Customer(publisher).activate(key)
    await Customer(publisher).activate(trial=True, at=AT + HOUR)
    for customer in (Customer(publisher), reinstalled(publisher)):
        await customer.activate(at=AT + DAY)
        assert customer.certificate.license.channel == "retail"


async def test_a_reinstalled_computer_comes_back_to_its_trial(publisher):
    await publisher.ledger.offer(an_offer(a_policy("trial")))
    await Customer(publisher).activate(trial=True)
    again = reinstalled(publisher)
    await again.activate(at=AT + DAY)
    assert again.certificate.license.method == "trial"


# Three installations


async def test_a_fourth_installation_without_the_key_waits_until_one_has_ended(publisher):
    key = await publisher.sell()
    for number in range(3):
        await Customer(publisher, jkt=f"key-{number}").activate(key, at=AT + number * HOUR)
    fourth = reinstalled(publisher, jkt="key-4")
    with pytest.raises(NoDigitalLicense):
        await fourth.activate(at=AT + 30 * DAY - HOUR)
    await fourth.activate(at=AT + 30 * DAY)
    async with publisher.ledger.reading() as reader:
        counted = await reader.installations(fourth.activation_id)
    assert {each.jkt for each in counted} == {"key-1", "key-2", "key-4"}


# Giving up, and taking back


async def test_a_deactivated_computer_comes_back_freely_for_a_day(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    await customer.deactivate(at=AT + DAY)
    assert await publisher.status(customer) == 1
    answer = await customer.activate(at=AT + 2 * DAY - HOUR)
    assert not answer.created
    assert await publisher.status(customer) == 0
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings, license_.moved) == (1, 1, 0)


async def test_after_a_day_only_the_key_brings_it_back_and_that_is_a_move(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    await customer.deactivate(at=AT)
    with pytest.raises(NoDigitalLicense):
        await customer.activate(at=AT + DAY)
    assert (await customer.activate(key, at=AT + DAY)).created
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings, license_.moved) == (1, 2, 1)
    assert await publisher.status(customer) == 0
    assert (await publisher.line(customer)).activation.taking == 2


async def test_typing_the_key_undoes_it_freely_from_a_fresh_installation(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    await customer.deactivate()
    answer = await reinstalled(publisher).activate(key, at=AT + HOUR)
    assert not answer.created
    assert (await publisher.license_of(key)).moved == 0


async def test_a_stranger_with_the_hardware_alone_cannot_undo_it(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell())
    await customer.deactivate()
    with pytest.raises(NoDigitalLicense):
        await reinstalled(publisher).activate(at=AT + HOUR)


async def test_a_seat_that_another_took_is_not_taken_back(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    await customer.deactivate()
    other = Customer(publisher, a_computer(2), jkt="key-2")
    await other.activate(key, at=AT + HOUR)
    with pytest.raises(NoDigitalLicense):
        await customer.activate(at=AT + 2 * HOUR)
    with pytest.raises(SeatLimitReached):
        await customer.activate(key, at=AT + 2 * HOUR)


async def test_two_computers_cannot_take_turns_without_a_counted_move(publisher):
    key = await publisher.sell()
    first, second = Customer(publisher), Customer(publisher, a_computer(2), jkt="key-2")
    await first.activate(key)
    at = AT
    for leaving, coming in ((first, second), (second, first), (first, second)):
        at += HOUR
        await leaving.deactivate(at=at)
        await coming.activate(key, at=at)
    assert (await publisher.license_of(key)).moved == 3
