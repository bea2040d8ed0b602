"""Deactivating: the seat is free at once, and doing it again changes nothing."""

import pytest

from mooring.core.refusals import DeviceUnknown
from mooring.server.licensing.domain.activations.device import Environment
from tests.support.computers import a_computer, container
from tests.support.licenses import AT, DAY, HOUR
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


async def test_frees_the_seat_and_takes_the_certificates_back(publisher):
    key = await publisher.sell()
    customer, other_user = Customer(publisher), Customer(publisher, jkt="key-2")
    await customer.activate(key)
    await other_user.activate(key)
    await customer.deactivate(at=AT + HOUR)
    assert (await publisher.license_of(key)).held == 0
    assert [await publisher.status(user) for user in (customer, other_user)] == [1, 1]
    activation = (await publisher.line(customer)).activation
    assert (activation.released_at, activation.release_reason) == (AT + HOUR, "deactivated")
    assert activation.takings_at_release == 1
    assert publisher.ledger.events[-1] == (
        "activation.released",
        {"license": activation.license_id, "activation": activation.id, "device": activation.device_id},
        {"reason": "deactivated"},
    )


async def test_doing_it_again_changes_nothing(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    await customer.deactivate()
    await Customer(publisher, a_computer(2), jkt="key-2").activate(key)
    await customer.deactivate(at=AT + DAY)
    assert (await publisher.license_of(key)).held == 1
    assert (await publisher.line(customer)).activation.released_at == AT


@pytest.mark.parametrize("of", ["activation_id", "jkt"])
async def test_nobody_else_may_do_it(publisher, of):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell())
    named = {"activation_id": customer.activation_id, "jkt": customer.jkt} | {of: "other"}
    with pytest.raises(DeviceUnknown):
        await publisher.deactivate(named["activation_id"], named["jkt"], at=AT)
    assert await publisher.status(customer) == 0


async def test_a_lease_given_up_is_free_for_the_next(publisher):
    key = await publisher.sell(1, channel="volume")
    jobs = [Customer(publisher, container(), jkt=f"job-{number}") for number in range(6)]
    for job in jobs[:5]:
        await job.activate(key, environment=Environment.CI)
    await jobs[0].deactivate(at=AT + HOUR)
    await jobs[5].activate(key, environment=Environment.CI, at=AT + HOUR)
    assert (await publisher.license_of(key)).held == 0
