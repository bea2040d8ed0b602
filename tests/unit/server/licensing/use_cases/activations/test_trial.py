"""Trials: once per hardware, for as long as they run."""

import pytest

from mooring.core.refusals import (
    HardwareChanged,
    HardwareUnreadable,
    LicenseSuspended,
    SignInRequired,
    TrialAlreadyUsed,
    TrialNotOffered,
)
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.channels import Link
from mooring.server.licensing.domain.license import Standing
from tests.support.computers import a_computer, after_mainboard_swap, after_reinstall, cloned_disk
from tests.support.licenses import AT, DAY, HOUR, a_policy, an_offer
from tests.support.publisher import Customer, Publisher

WEAK = {"machine_id": "4b1d7c2a9e8f4f0c8a6b5d4c3e2f1a09", "mac_addresses": ["3c:52:82:4f:7a:10"]}


@pytest.fixture
async def publisher():
    tested = Publisher()
    await tested.ledger.offer(an_offer(a_policy("trial")))
    return tested


async def test_a_trial_begins_with_its_first_activation(publisher):
    customer = Customer(publisher)
    answer = await customer.activate(trial=True)
    assert answer.created
    assert answer.activation["method"] == "trial"
    certificate = customer.certificate
    assert certificate.license.channel == "trial"
    assert certificate.license.last_five is None
    assert certificate.license.expires_at == AT + 30 * DAY
    assert certificate.expires_at == AT + 7 * DAY
    license_ = (await publisher.line(customer)).license
    assert (license_.held, license_.takings, license_.first_activated_at) == (1, 1, AT)


async def test_the_same_computer_goes_on_with_its_trial(publisher):
    customer = Customer(publisher)
    first = await customer.activate(trial=True)
    for again in (customer, Customer(publisher, after_reinstall(a_computer()), jkt="key-2")):
        answer = await again.activate(trial=True, at=AT + 29 * DAY)
        assert not answer.created
        assert answer.activation["id"] == first.activation["id"]
        assert again.certificate.expires_at == AT + 30 * DAY


@pytest.mark.parametrize("computer", [a_computer(), after_reinstall(a_computer())])
@pytest.mark.parametrize("jkt", ["key-1", "key-2"])
async def test_a_computer_has_one_trial(publisher, computer, jkt):
    await Customer(publisher).activate(trial=True)
    with pytest.raises(TrialAlreadyUsed):
        await Customer(publisher, computer, jkt=jkt).activate(trial=True, at=AT + 30 * DAY)


async def test_a_trial_given_up_is_used_all_the_same(publisher):
    customer = Customer(publisher)
    await customer.activate(trial=True)
    await customer.deactivate(at=AT + DAY)
    assert (await customer.activate(trial=True, at=AT + 10 * DAY)).created
    assert customer.certificate.license.expires_at == AT + 30 * DAY
    await customer.deactivate(at=AT + 11 * DAY)
    with pytest.raises(TrialAlreadyUsed):
        await customer.activate(trial=True, at=AT + 30 * DAY)


@pytest.mark.parametrize("other", [a_computer(2), cloned_disk(a_computer(1), onto=a_computer(2))])
async def test_other_hardware_has_its_own_trial(publisher, other):
    await Customer(publisher).activate(trial=True)
    assert (await Customer(publisher, other).activate(trial=True, at=AT + 40 * DAY)).created


async def test_a_bought_license_on_the_same_computer_is_no_trial(publisher):
    await Customer(publisher).activate(await publisher.sell())
    for number, computer in enumerate((a_computer(), after_reinstall(a_computer()))):
        tested = Customer(publisher, computer, jkt=f"key-{number}")
        await tested.activate(trial=True)
        assert tested.certificate.license.method == "trial"


async def test_weak_hardware_seen_before_gets_no_second_trial(publisher):
    first = Customer(publisher, WEAK)
    await first.activate(trial=True)
    assert not (await first.activate(trial=True, at=AT + DAY)).created
    with pytest.raises(TrialAlreadyUsed):
        await Customer(publisher, WEAK, jkt="key-2").activate(trial=True)


async def test_weak_hardware_that_was_strong_gets_no_second_trial(publisher):
    await Customer(publisher).activate(trial=True)
    weak = {"machine_id": a_computer()["machine_id"]}
    with pytest.raises(TrialAlreadyUsed):
        await Customer(publisher, weak, jkt="key-2").activate(trial=True)


async def test_weak_hardware_never_seen_gets_a_trial(publisher):
    await Customer(publisher, WEAK).activate(trial=True)
    other = WEAK | {"machine_id": "5c2e8d3b0f9a401d9b7c6e5d4f3a2b10"}
    assert (await Customer(publisher, other, jkt="key-2").activate(trial=True)).created


async def test_a_copied_key_pair_does_not_share_the_trial_of_changed_hardware(publisher):
    customer = Customer(publisher)
    first = await customer.activate(trial=True)
    customer.computer = after_mainboard_swap(a_computer())
    answer = await customer.activate(trial=True, at=AT + HOUR)
    assert answer.activation["id"] != first.activation["id"]


@pytest.mark.parametrize("asked_for", [{"product": "other"}, {"edition": "home"}])
async def test_what_has_no_trial_is_not_found(publisher, asked_for):
    with pytest.raises(TrialNotOffered):
        await Customer(publisher).activate(trial=True, **asked_for)


async def test_a_trial_needs_hardware_to_count_it_on(publisher):
    with pytest.raises(HardwareUnreadable):
        await Customer(publisher, {}).activate(trial=True)
    with pytest.raises(HardwareUnreadable):
        await Customer(publisher).activate(trial=True, environment=Environment.CONTAINER)


async def test_a_trial_may_want_an_account():
    publisher = Publisher()
    await publisher.ledger.offer(an_offer(a_policy("trial", link=Link.REQUIRED)))
    with pytest.raises(SignInRequired):
        await Customer(publisher).activate(trial=True)


async def test_a_suspended_trial_is_said_to_be_suspended(publisher):
    customer = Customer(publisher)
    await customer.activate(trial=True)
    await publisher.ledger.set_standing(customer.certificate.license.id, Standing.SUSPENDED)
    with pytest.raises(LicenseSuspended):
        await customer.activate(trial=True)


async def test_a_key_replaces_the_trial(publisher):
    customer = Customer(publisher)
    await customer.activate(trial=True)
    trial = customer.copied()
    await customer.activate(await publisher.sell(), replaces=customer.activation_id, at=AT + DAY)
    assert customer.certificate.license.method == "digital_license"
    assert customer.certificate.device_id == trial.certificate.device_id
    assert await publisher.status(trial) == 1


@pytest.mark.parametrize("channel", ["retail", "oem"])
async def test_a_trial_confirms_no_changed_hardware_for_a_bought_license(publisher, channel):
    key = await publisher.sell(channel=channel)
    customer = Customer(publisher)
    await customer.activate(key)
    bought = customer.copied()
    for each in (customer, bought):
        each.computer = after_mainboard_swap(a_computer())
    await customer.activate(trial=True, at=AT + HOUR)
    assert customer.certificate.device_id != bought.certificate.device_id
    with pytest.raises(HardwareChanged):
        await bought.renew(at=AT + DAY)
