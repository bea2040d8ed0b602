"""Leases: for containers and builds, beside the seats, ending by themselves."""

from datetime import timedelta

import pytest

from mooring.core.refusals import (
    SeatLimitReached,
)
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.use_cases.activations import forget_ended_leases
from mooring.server.licensing.use_cases.activations.forget_ended_leases import ForgetEndedLeases
from tests.support.computers import (
    container,
)
from tests.support.licenses import AT, DAY, HOUR
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


async def test_a_container_takes_a_lease_and_no_seat(publisher):
    key = await publisher.sell(1, channel="volume")
    job = Customer(publisher, container())
    answer = await job.activate(key, environment=Environment.CONTAINER)
    assert answer.created
    assert answer.activation["method"] == "lease" == job.certificate.license.method
    assert answer.activation["ends_at"] == "2026-01-03T03:04:05Z"
    assert answer.activation["advice"] == []
    assert answer.activation["can_move"] is None is job.certificate.license.can_move
    assert job.certificate.expires_at == AT + 24 * HOUR
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings) == (0, 0)
    assert license_.first_activated_at == AT


async def test_a_lease_needs_no_readable_hardware(publisher):
    key = await publisher.sell(1, channel="volume")
    assert (await Customer(publisher, {}).activate(key, environment=Environment.CI)).created


async def test_leases_are_counted_beside_the_seats_and_end_by_themselves(publisher):
    key = await publisher.sell(1, channel="volume")
    jobs = [Customer(publisher, container(), jkt=f"job-{number}") for number in range(6)]
    for job in jobs[:5]:
        await job.activate(key, environment=Environment.CI)
    with pytest.raises(SeatLimitReached) as refused:
        await jobs[5].activate(key, environment=Environment.CI, at=AT + 24 * HOUR - timedelta(seconds=1))
    assert refused.value.members == {"seats": 5, "leases": 5}
    assert (await jobs[5].activate(key, environment=Environment.CI, at=AT + 24 * HOUR)).created


async def test_asking_again_extends_the_running_lease(publisher):
    key = await publisher.sell(1, channel="volume")
    job = Customer(publisher, container())
    first = await job.activate(key, environment=Environment.CI)
    again = await job.activate(key, environment=Environment.CI, at=AT + HOUR)
    assert not again.created
    assert again.activation["id"] == first.activation["id"]
    assert job.certificate.expires_at == AT + 25 * HOUR
    anew = await job.activate(key, environment=Environment.CI, at=AT + 25 * HOUR)
    assert anew.created


async def test_a_retail_key_gives_no_lease(publisher):
    with pytest.raises(SeatLimitReached):
        await Customer(publisher, container()).activate(await publisher.sell(), environment=Environment.CI)


async def test_a_lease_is_not_found_by_its_hardware(publisher):
    key = await publisher.sell(1, channel="volume")
    await Customer(publisher).activate(key, environment=Environment.CI)
    other = Customer(publisher, jkt="key-2")
    await other.activate(key, at=AT + HOUR)
    assert other.certificate.expires_at == AT + HOUR + 30 * DAY


async def test_a_lease_is_forgotten_thirty_days_after_its_end(publisher):
    key = await publisher.sell(1, channel="volume")
    job, later = Customer(publisher, container(), jkt="job"), Customer(publisher, container(), jkt="later")
    await job.activate(key, environment=Environment.CI)
    await later.activate(key, environment=Environment.CI, at=AT + HOUR)
    forget, ended = ForgetEndedLeases(publisher.ledger), AT + 24 * HOUR
    await forget(at=ended + 30 * DAY)
    assert await publisher.line(job) is not None
    await forget(at=ended + 30 * DAY + timedelta(seconds=1))
    assert await publisher.line(job) is None
    assert await publisher.line(later) is not None


async def test_more_leases_than_go_at_once_are_all_forgotten(publisher, monkeypatch):
    monkeypatch.setattr(forget_ended_leases, "AT_ONCE", 2)
    key = await publisher.sell(1, channel="volume")
    jobs = [Customer(publisher, container(), jkt=f"job-{number}") for number in range(5)]
    for job in jobs:
        await job.activate(key, environment=Environment.CI)
    assert await ForgetEndedLeases(publisher.ledger)(at=AT + 365 * DAY) == 5
    assert [await publisher.line(job) for job in jobs] == [None] * 5
