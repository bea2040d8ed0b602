"""Activating with a key: who gets a seat, who keeps it, and what a refusal leaves behind."""

import pytest

from mooring.core.product_key import generate
from mooring.core.refusals import (
    HardwareChanged,
    HardwareUnreadable,
    KeyUnknown,
    KeyWrongEdition,
    KeyWrongProduct,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    SeatLimitReached,
    SignInRequired,
)
from mooring.server.licensing.domain.activations.device import DeviceFacts
from mooring.server.licensing.domain.license import Standing
from tests.support.computers import (
    a_computer,
    after_mainboard_swap,
    after_reinstall,
    cloned_disk,
    with_changed,
)
from tests.support.licenses import AT, DAY, HARDWARE_KEY, HOUR, a_policy, hardware_of
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


def customers(publisher, count):
    return [Customer(publisher, a_computer(seed), jkt=f"key-{seed}") for seed in range(1, count + 1)]


async def test_gives_a_new_computer_a_seat_and_a_certificate(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    answer = await customer.activate(key)
    assert answer.created
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings, license_.moved) == (1, 1, 0)
    assert license_.first_activated_at == AT
    line = await publisher.line(customer)
    certificate = customer.certificate
    assert certificate.sequence == 1
    assert certificate.activation == line.activation.id == answer.activation["id"]
    assert certificate.installation_id == line.installation.id
    assert (certificate.device_id, certificate.device_name) == (line.device.id, line.device.name)
    assert certificate.jkt == "key-1"
    assert certificate.issued_at == AT
    assert certificate.expires_at == AT + 30 * DAY == line.installation.certificate_ends_at
    assert certificate.hardware == hardware_of(customer.computer)
    assert line.installation.certificate == answer.certificate
    assert line.installation.app_version == "1.0"
    assert certificate.entitlements == ("export-pdf", "sync")
    assert certificate.status_list.uri == "https://licenses.example.com/v1/status-lists/1"
    assert certificate.status_list.idx == line.installation.status_index
    license_claims = certificate.license
    assert (license_claims.id, license_claims.edition, license_claims.channel) == (
        license_.id,
        "pro",
        "retail",
    )
    assert (license_claims.method, license_claims.linked, license_claims.holder) == (
        "digital_license",
        False,
        None,
    )
    assert license_claims.last_five == "8XKQ2"
    assert license_claims.can_move == (True, 5, None)


async def test_describes_the_activation_in_its_answer(publisher):
    customer = Customer(publisher)
    key = await publisher.sell()
    answer = await customer.activate(key)
    license_, line = await publisher.license_of(key), await publisher.line(customer)
    assert answer.activation == {
        "id": line.activation.id,
        "product": "harbor-notes",
        "edition": "pro",
        "method": "digital_license",
        "linked": False,
        "holder": None,
        "license": {"id": license_.id, "channel": "retail", "last_five": "8XKQ2", "expires_at": None},
        "device": {"id": line.device.id, "name": line.device.name},
        "installation": {"id": line.installation.id},
        "can_move": {"allowed": True, "left": 5, "next_at": None},
        "ends_at": None,
        "advice": [],
    }


async def test_stores_the_hardware_only_protected(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell())
    stored = (await publisher.line(customer)).device.hardware.components
    sent = hardware_of(customer.computer).components
    assert stored.keys() == sent.keys()
    assert not set(map(str, stored.values())) & set(map(str, sent.values()))


async def test_drops_a_name_that_nobody_agreed_to_share(publisher):
    customer = Customer(publisher)
    answer = await customer.activate(
        await publisher.sell(), device=DeviceFacts(platform="linux", name="Mary's laptop")
    )
    assert answer.dropped == ("device.name",)
    assert (await publisher.line(customer)).device.name != "Mary's laptop"


async def test_drops_nothing_where_nothing_optional_came(publisher):
    assert (await Customer(publisher).activate(await publisher.sell())).dropped == ()


async def test_activating_again_is_the_same_activation(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    first = await customer.activate(key)
    again = await customer.activate(key, at=AT + HOUR)
    assert not again.created
    assert again.activation["id"] == first.activation["id"]
    assert again.activation["installation"] == first.activation["installation"]
    assert customer.certificate.sequence == 2
    assert (await publisher.license_of(key)).takings == 1


async def test_a_lost_answer_to_activating_again_does_no_harm(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    held = customer.certificate
    lost = await customer.activate(key, at=AT + HOUR)
    customer.certificate = held
    assert (await customer.renew(at=AT + 2 * HOUR)).certificate == lost.certificate


@pytest.mark.parametrize(
    ("request_changes", "refusal"),
    [({"product": "other"}, KeyWrongProduct), ({"edition": "home"}, KeyWrongEdition)],
)
async def test_refuses_a_key_for_something_else(publisher, request_changes, refusal):
    key = await publisher.sell()
    with pytest.raises(refusal) as refused:
        await Customer(publisher).activate(key, **request_changes)
    assert (await publisher.license_of(key)).held == 0
    names = {KeyWrongProduct: {"product_name": "Harbor Notes"}, KeyWrongEdition: {"edition": "pro"}}
    assert refused.value.members == names[refusal]


async def test_accepts_the_edition_the_key_is_for(publisher):
    assert (await Customer(publisher).activate(await publisher.sell(), edition="pro")).created


async def test_refuses_a_key_that_nobody_sold(publisher):
    await publisher.sell()
    with pytest.raises(KeyUnknown):
        await Customer(publisher).activate(generate(7))


async def test_refuses_a_license_of_an_account_without_an_account(publisher):
    with pytest.raises(SignInRequired):
        await Customer(publisher).activate(license_id="lic_1")


async def test_refuses_a_key_whose_policy_wants_an_account(publisher):
    with pytest.raises(SignInRequired):
        await Customer(publisher).activate(await publisher.sell(channel="subscription"))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"standing": Standing.SUSPENDED}, LicenseSuspended),
        ({"standing": Standing.REVOKED}, LicenseRevoked),
        ({"expires_at": AT}, LicenseExpired),
    ],
)
async def test_refuses_a_license_that_cannot_be_used(publisher, changes, refusal):
    with pytest.raises(refusal):
        await Customer(publisher).activate(await publisher.sell(**changes))


async def test_no_certificate_outlives_the_license(publisher):
    customer = Customer(publisher)
    await customer.activate(await publisher.sell(expires_at=AT + 10 * DAY))
    assert customer.certificate.expires_at == AT + 10 * DAY
    assert customer.certificate.license.expires_at == AT + 10 * DAY


async def test_a_term_begins_with_the_first_activation(publisher):
    key = await publisher.sell(policy=a_policy(valid_days=365))
    assert (await publisher.license_of(key)).expires_at is None
    customer = Customer(publisher)
    await customer.activate(key)
    license_ = await publisher.license_of(key)
    assert (license_.first_activated_at, license_.expires_at) == (AT, AT + 365 * DAY)
    await customer.activate(key, at=AT + DAY)
    assert await publisher.license_of(key) == license_


async def test_refuses_a_second_device_when_the_seat_is_taken(publisher):
    key = await publisher.sell()
    first, second = customers(publisher, 2)
    await first.activate(key)
    with pytest.raises(SeatLimitReached) as refused:
        await second.activate(key)
    assert refused.value.members == {"seats": 1}
    assert (await publisher.license_of(key)).held == 1


async def test_a_computer_that_reads_nothing_gets_no_seat(publisher):
    with pytest.raises(HardwareUnreadable):
        await Customer(publisher, {}).activate(await publisher.sell())


async def test_a_reinstalled_computer_keeps_its_seat(publisher):
    key = await publisher.sell()
    await Customer(publisher).activate(key)
    again = Customer(publisher, after_reinstall(a_computer()), jkt="key-2")
    answer = await again.activate(key, at=AT + DAY)
    assert not answer.created
    assert again.certificate.sequence == 1
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.takings) == (1, 1)


async def test_a_computer_changed_a_little_is_confirmed_by_the_key_and_rebased(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    before = await publisher.line(customer)
    customer.computer = after_mainboard_swap(a_computer())
    answer = await customer.activate(key, at=AT + DAY)
    assert not answer.created
    after = await publisher.line(customer)
    assert after.device.id == before.device.id
    assert after.device.hardware == hardware_of(customer.computer).protected(HARDWARE_KEY)
    assert after.device.last_seen_at == AT + DAY
    assert (await publisher.license_of(key)).moved == 0


async def test_a_rebased_computer_is_found_by_its_new_parts(publisher):
    key = await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    customer.computer = after_mainboard_swap(a_computer())
    await customer.activate(key, at=AT + DAY)
    wiped = Customer(publisher, after_reinstall(customer.computer), jkt="key-2")
    assert not (await wiped.activate(at=AT + 2 * DAY)).created


async def test_a_home_copied_to_another_computer_is_another_device(publisher):
    key = await publisher.sell(2)
    original = Customer(publisher)
    await original.activate(key)
    copy = Customer(publisher, cloned_disk(a_computer(1), onto=a_computer(2)), jkt=original.jkt)
    assert (await copy.activate(key)).created
    assert copy.certificate.device_id != original.certificate.device_id
    assert copy.certificate.installation_id != original.certificate.installation_id
    assert (await publisher.license_of(key)).held == 2


async def test_another_key_confirms_no_changed_hardware(publisher):
    key, other = await publisher.sell(), await publisher.sell()
    customer = Customer(publisher)
    await customer.activate(key)
    first = customer.copied()
    for each in (customer, first):
        each.computer = after_mainboard_swap(a_computer())
    await customer.activate(other, at=AT + HOUR)
    assert customer.certificate.device_id != first.certificate.device_id
    with pytest.raises(HardwareChanged):
        await first.renew(at=AT + DAY)


async def test_an_oem_license_never_follows_a_new_mainboard(publisher):
    key = await publisher.sell(channel="oem")
    customer = Customer(publisher)
    await customer.activate(key)
    platform = (await publisher.line(customer)).device.hardware.components["board_serial"]
    customer.computer = with_changed(a_computer(), "board_serial")
    await customer.activate(key, at=AT + DAY)
    assert (await publisher.line(customer)).device.hardware.components["board_serial"] == platform


async def test_weak_hardware_is_known_by_its_key_alone(publisher):
    key = await publisher.sell()
    weak = {"machine_id": "4b1d7c2a9e8f4f0c8a6b5d4c3e2f1a09", "cpu_id": "genuineintel/6/158/10"}
    customer = Customer(publisher, weak)
    answer = await customer.activate(key)
    assert answer.activation["method"] == "product_key" == customer.certificate.license.method
    assert answer.activation["advice"] == ["weak_hardware"]
    assert not (await customer.activate(key, at=AT + HOUR)).created
    with pytest.raises(SeatLimitReached):
        await Customer(publisher, weak, jkt="key-2").activate(key)
