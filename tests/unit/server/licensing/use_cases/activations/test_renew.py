"""Renewing: a fresh certificate, the same one again, or a refusal that locks nobody out."""

import pytest

from mooring.core.refusals import (
    DeviceUnknown,
    HardwareChanged,
    HardwareUnreadable,
    InvalidRequest,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
)
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.license import Standing
from tests.support.computers import (
    a_computer,
    after_disk_upgrade,
    after_mainboard_swap,
    after_reinstall,
    container,
    unprivileged_linux,
    with_changed,
)
from tests.support.licenses import AT, DAY, HARDWARE_KEY, HOUR, a_license, a_policy, hardware_of
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


@pytest.fixture
async def customer(publisher):
    activated = Customer(publisher)
    await activated.activate(await publisher.sell())
    return activated


async def test_issues_the_next_certificate(publisher, customer):
    answer = await customer.renew(at=AT + 15 * DAY, app_version="1.1")
    certificate = customer.certificate
    assert certificate.sequence == 2
    assert certificate.issued_at == AT + 15 * DAY
    assert certificate.expires_at == AT + 45 * DAY
    assert answer.dropped == ()
    line = await publisher.line(customer)
    assert line.installation.certificate == answer.certificate
    assert line.installation.certificate_issued_at == AT + 15 * DAY
    assert line.installation.certificate_ends_at == AT + 45 * DAY
    assert line.installation.app_version == "1.1"


async def test_a_version_that_is_not_said_stays_known(publisher, customer):
    await customer.renew(at=AT + DAY, app_version=None)
    assert (await publisher.line(customer)).installation.app_version == "1.0"


async def test_a_certificate_that_has_ended_may_renew(customer):
    await customer.renew(at=AT + 300 * DAY)
    assert customer.certificate.expires_at == AT + 330 * DAY


async def test_a_lost_answer_is_given_again_byte_by_byte(publisher, customer):
    lost = await customer.renew(at=AT + DAY)
    again = await customer.renew(sequence=1, at=AT + DAY + 12 * HOUR - HOUR)
    assert again == lost
    assert len(publisher.signer.signed) == 2


async def test_a_certificate_too_old_to_arrive_is_issued_again_under_its_number(publisher, customer):
    lost = await customer.renew(at=AT + DAY)
    again = await customer.renew(sequence=1, at=AT + DAY + 12 * HOUR)
    assert again.certificate != lost.certificate
    assert customer.sequence == 2
    assert customer.certificate.issued_at == AT + DAY + 12 * HOUR
    assert (await publisher.line(customer)).installation.certificate == again.certificate
    assert (await customer.renew(at=AT + 2 * DAY)).activation["advice"] == []


async def test_a_certificate_that_has_ended_is_not_repeated(publisher):
    customer = Customer(publisher)
    key = await publisher.sell(expires_at=AT + DAY, policy=a_policy(payment_grace_days=7))
    await customer.activate(key)
    lost = await customer.activate(key, at=AT + DAY - HOUR)
    again = await customer.renew(sequence=1, at=AT + DAY)
    assert again.certificate != lost.certificate
    assert customer.sequence == 2
    assert customer.certificate.expires_at == AT + 8 * DAY


async def test_an_older_certificate_is_a_rollback_and_said_so(publisher, customer):
    for day in range(1, 4):
        await customer.renew(at=AT + day * DAY)
    answer = await customer.renew(sequence=2, at=AT + 4 * DAY)
    assert customer.sequence == 5
    assert answer.activation["advice"] == ["certificate_rolled_back"]
    kind, subjects, _ = publisher.ledger.events[-1]
    assert kind == "installation.rolled_back"
    assert subjects == {
        "license": customer.certificate.license.id,
        "activation": customer.certificate.activation,
        "device": customer.certificate.device_id,
        "installation": customer.certificate.installation_id,
    }


async def test_a_restored_server_believes_the_certificate(customer):
    await customer.renew(sequence=7, at=AT + DAY)
    assert customer.sequence == 8


@pytest.mark.parametrize("number", [0, -1, 2**53 - 1])
async def test_a_number_that_no_certificate_has_is_refused(customer, number):
    with pytest.raises(InvalidRequest) as refused:
        await customer.renew(sequence=number, at=AT)
    assert refused.value.member == "sequence"


async def test_another_key_or_activation_is_unknown(publisher, customer):
    hardware = hardware_of(customer.computer)
    for activation_id, jkt in ((customer.activation_id, "key-2"), ("act_other", "key-1")):
        with pytest.raises(DeviceUnknown):
            await publisher.renew(activation_id, jkt, 1, hardware, at=AT)


async def test_a_released_activation_is_unknown(customer):
    await customer.deactivate()
    with pytest.raises(DeviceUnknown):
        await customer.renew(at=AT + HOUR)


async def test_an_installation_that_made_room_is_unknown(publisher):
    key = await publisher.sell()
    users = [Customer(publisher, jkt=f"key-{number}") for number in range(4)]
    for number, user in enumerate(users):
        await user.activate(key, at=AT + number * HOUR)
    with pytest.raises(DeviceUnknown):
        await users[0].renew(at=AT + DAY)
    with pytest.raises(DeviceUnknown):
        await users[0].deactivate(at=AT + DAY)
    assert (await publisher.license_of(key)).held == 1


@pytest.mark.parametrize(
    ("standing", "refusal"), [(Standing.SUSPENDED, LicenseSuspended), (Standing.REVOKED, LicenseRevoked)]
)
async def test_a_license_that_was_stopped_does_not_renew(publisher, customer, standing, refusal):
    await publisher.ledger.set_standing(customer.certificate.license.id, standing)
    with pytest.raises(refusal):
        await customer.renew(at=AT + DAY)


async def test_a_late_payment_is_waited_for(publisher):
    customer = Customer(publisher)
    await customer.activate(
        await publisher.sell(expires_at=AT + 10 * DAY, policy=a_policy(payment_grace_days=7))
    )
    await customer.renew(at=AT + 16 * DAY)
    assert customer.certificate.expires_at == AT + 17 * DAY
    with pytest.raises(LicenseExpired) as refused:
        await customer.renew(at=AT + 17 * DAY)
    assert refused.value.ended_at == AT + 10 * DAY


# Hardware


async def test_a_small_change_is_followed(publisher, customer):
    customer.computer = after_disk_upgrade(a_computer())
    await customer.renew(at=AT + DAY)
    line = await publisher.line(customer)
    assert line.device.hardware == hardware_of(customer.computer).protected(HARDWARE_KEY)
    assert customer.certificate.hardware == hardware_of(customer.computer)
    wiped = Customer(publisher, after_reinstall(customer.computer), jkt="key-2")
    assert not (await wiped.activate(at=AT + DAY)).created


async def test_what_cannot_be_read_today_is_not_forgotten(publisher, customer):
    customer.computer = unprivileged_linux(a_computer())
    await customer.renew(at=AT + DAY)
    assert (await publisher.line(customer)).device.hardware == hardware_of(a_computer()).protected(
        HARDWARE_KEY
    )


async def test_a_changed_computer_is_told_what_differs_and_nothing_is_lost(publisher, customer):
    customer.computer = after_mainboard_swap(a_computer())
    before = await publisher.line(customer)
    with pytest.raises(HardwareChanged) as refused:
        await customer.renew(at=AT + DAY)
    assert refused.value.members == {"differs": ["platform", "network"]}
    assert await publisher.line(customer) == before


async def test_another_computer_is_refused(customer):
    customer.computer = a_computer(2)
    with pytest.raises(HardwareChanged):
        await customer.renew(at=AT + DAY)


async def test_a_computer_that_suddenly_reads_nothing_is_told_so(customer):
    customer.computer = {}
    with pytest.raises(HardwareUnreadable):
        await customer.renew(at=AT + DAY)


async def test_an_oem_license_keeps_its_platform(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell(channel="oem"))
    customer.computer = with_changed(a_computer(), "board_serial")
    await customer.renew(at=AT + DAY)
    stored = (await publisher.line(customer)).device.hardware
    first = hardware_of(a_computer()).protected(HARDWARE_KEY)
    assert stored.components["board_serial"] == first.components["board_serial"]


async def test_weak_hardware_that_grows_strong_becomes_a_digital_license(publisher):
    customer = Customer(publisher, {"machine_id": a_computer()["machine_id"]})
    await customer.activate(await publisher.sell())
    assert (await customer.renew(at=AT + HOUR)).activation["advice"] == ["weak_hardware"]
    customer.computer = a_computer()
    answer = await customer.renew(at=AT + DAY)
    assert answer.activation["method"] == "digital_license"
    assert answer.activation["advice"] == []
    assert (await publisher.line(customer)).activation.method == "digital_license"


async def test_a_device_is_seen_again_once_a_day(publisher, customer):
    await customer.renew(at=AT + DAY - HOUR)
    assert (await publisher.line(customer)).device.last_seen_at == AT
    await customer.renew(at=AT + DAY)
    assert (await publisher.line(customer)).device.last_seen_at == AT + DAY


# Leases


async def test_renewing_extends_a_lease(publisher):
    job = Customer(publisher, container())
    await job.activate(await publisher.sell(channel="volume"), environment=Environment.CI)
    answer = await job.renew(at=AT + 20 * HOUR)
    assert job.certificate.expires_at == AT + 44 * HOUR
    assert answer.activation["ends_at"] == "2026-01-03T23:04:05Z"
    assert answer.activation["can_move"] is None
    assert (await job.renew(sequence=1, at=AT + 20 * HOUR)).activation == answer.activation


async def test_a_lease_that_ended_is_gone(publisher):
    job = Customer(publisher, container())
    await job.activate(await publisher.sell(channel="volume"), environment=Environment.CI)
    with pytest.raises(DeviceUnknown):
        await job.renew(at=AT + 24 * HOUR)


async def test_a_leases_hardware_stays_out_of_the_lookup(publisher):
    job = Customer(publisher)
    await job.activate(await publisher.sell(channel="volume"), environment=Environment.CI)
    job.computer = after_disk_upgrade(a_computer())
    await job.renew(at=AT + HOUR)
    other = Customer(publisher, job.computer, jkt="key-2")
    await other.activate(await publisher.sell())
    assert other.certificate.device_id != job.certificate.device_id


async def test_moves_are_told_at_every_renewal(publisher):
    key = await publisher.sell_license(a_license(policy=a_policy(moves=1)))
    first, second = Customer(publisher), Customer(publisher, a_computer(2), jkt="key-2")
    await first.activate(key)
    await first.deactivate()
    await second.activate(key, at=AT + DAY)
    answer = await second.renew(at=AT + 2 * DAY)
    expected = {"allowed": False, "left": 0, "next_at": "2027-01-03T03:04:05Z"}
    assert answer.activation["can_move"] == expected
    assert (await second.renew(sequence=1, at=AT + 2 * DAY)).activation["can_move"] == expected
    await second.renew(at=AT + 366 * DAY)
    assert second.certificate.license.can_move == (True, 1, None)


async def test_what_is_not_presented_stays_in_the_certificate(customer):
    complete, whole = customer.certificate.hardware, customer.computer
    customer.computer = unprivileged_linux(whole)
    await customer.renew(at=AT + DAY)
    assert customer.certificate.hardware == complete
    customer.computer = after_disk_upgrade(whole)
    await customer.renew(at=AT + 2 * DAY)
    now = customer.certificate.hardware.components
    assert {name for name, value in complete.components.items() if now[name] != value} == {"root_disk_serial"}


async def test_an_oem_license_stays_with_its_mainboard_though_another_license_followed_it(publisher):
    customer, other = Customer(publisher), Customer(publisher, jkt="another-program")
    retail = await publisher.sell()
    await customer.activate(await publisher.sell(channel="oem"))
    await other.activate(retail)
    customer.computer = other.computer = with_changed(a_computer(), "board_serial", "system_uuid")
    await other.activate(retail)
    with pytest.raises(HardwareChanged) as refused:
        await customer.renew(at=AT + DAY)
    assert refused.value.differs == ("platform",)
