"""Validating: one code for what is wrong, and nothing else."""

from dataclasses import replace

import pytest

from mooring.core.product_key import generate
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.use_cases.activations.messages import Validation, ValidationRequest
from mooring.server.licensing.use_cases.activations.validate import Validate
from tests.support.certificates import a_certificate_text
from tests.support.computers import a_computer, after_reinstall, container
from tests.support.ledgers import HASHES
from tests.support.licenses import AT, DAY, HOUR, a_policy, hardware_of
from tests.support.publisher import Customer, Publisher, PublisherOnFile

VALID = Validation(valid=True, code=None)


def invalid(code):
    return Validation(valid=False, code=code)


@pytest.fixture
def publisher():
    return Publisher()


@pytest.fixture
async def customer(publisher):
    activated = Customer(publisher)
    activated.key = await publisher.sell()
    await activated.activate(activated.key)
    return activated


async def test_a_sold_key_is_valid(publisher):
    assert await publisher.is_valid(product_key=await publisher.sell()) == VALID


async def test_a_key_that_nobody_sold_is_unknown(publisher):
    assert await publisher.is_valid(product_key=generate(7)) == invalid("key_unknown")


async def test_a_key_of_another_product_is_not_valid_here(publisher):
    request = ValidationRequest(product="other", product_key=await publisher.sell())
    assert await publisher.validate(request, at=AT) == invalid("key_wrong_product")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"standing": Standing.SUSPENDED}, "license_suspended"),
        ({"standing": Standing.REVOKED}, "license_revoked"),
        ({"expires_at": AT}, "license_expired"),
    ],
)
async def test_says_why_a_license_is_not_valid(publisher, changes, code):
    assert await publisher.is_valid(product_key=await publisher.sell(**changes)) == invalid(code)


async def test_a_license_is_valid_until_its_end(publisher):
    key = await publisher.sell(expires_at=AT + HOUR)
    assert await publisher.is_valid(product_key=key) == VALID


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        (("sync",), VALID),
        (("sync", "export-pdf"), VALID),
        (("sync", "print"), invalid("key_wrong_edition")),
    ],
)
async def test_looks_for_every_entitlement_asked_for(publisher, customer, wanted, answer):
    assert await publisher.is_valid(product_key=customer.key, entitlements=wanted) == answer
    certificate = customer.answer.certificate
    assert await publisher.is_valid(certificate=certificate, entitlements=wanted) == answer


async def test_a_key_and_hardware_are_valid_where_the_seat_is_held(publisher, customer):
    async def valid_on(computer):
        return await publisher.is_valid(product_key=customer.key, hardware=hardware_of(computer))

    assert await valid_on(a_computer()) == VALID
    assert await valid_on(after_reinstall(a_computer())) == VALID
    assert await valid_on(a_computer(2)) == invalid("no_digital_license")
    await customer.deactivate()
    assert await valid_on(a_computer()) == invalid("no_digital_license")


async def test_the_seat_of_another_license_does_not_count(publisher, customer):
    other = await publisher.sell()
    answer = await publisher.is_valid(product_key=other, hardware=hardware_of(a_computer()))
    assert answer == invalid("no_digital_license")


async def test_nothing_shown_is_no_valid_request(publisher):
    assert await publisher.is_valid() == invalid("invalid_request")


# Certificates


async def test_a_genuine_certificate_is_valid(publisher, customer):
    assert await publisher.is_valid(certificate=customer.answer.certificate) == VALID
    assert (
        await publisher.is_valid(certificate=customer.answer.certificate, hardware=hardware_of(a_computer()))
        == VALID
    )


async def test_a_genuine_certificate_of_nobody_known_is_unknown(publisher):
    assert await publisher.is_valid(certificate=a_certificate_text()) == invalid("device_unknown")


async def test_a_certificate_is_bound_to_its_product_hardware_and_time(publisher, customer):
    text = customer.answer.certificate
    request = ValidationRequest(product="other", certificate=text)
    assert await publisher.validate(request, at=AT) == invalid("certificate_invalid")
    elsewhere = await publisher.is_valid(certificate=text, hardware=hardware_of(a_computer(2)))
    assert elsewhere == invalid("hardware_changed")
    assert await publisher.is_valid(AT + 30 * DAY, certificate=text) == invalid("certificate_expired")
    assert await publisher.is_valid(certificate="not one") == invalid("certificate_invalid")


async def test_a_certificate_means_nothing_before_there_is_a_publisher(publisher, customer):
    nobody = Validate(publisher.ledger, HASHES, PublisherOnFile(founded=False))
    request = ValidationRequest(product="harbor-notes", certificate=customer.answer.certificate)
    assert await nobody(request, at=AT) == invalid("certificate_invalid")


@pytest.mark.parametrize(
    ("standing", "code"),
    [(Standing.SUSPENDED, "license_suspended"), (Standing.REVOKED, "license_revoked")],
)
async def test_a_certificate_falls_with_its_license(publisher, customer, standing, code):
    await publisher.ledger.set_standing(customer.certificate.license.id, standing)
    assert await publisher.is_valid(certificate=customer.answer.certificate) == invalid(code)


@pytest.mark.parametrize(("status", "code"), [(1, "device_unknown"), (2, "license_suspended")])
async def test_a_certificate_is_what_its_status_says(publisher, customer, status, code):
    async with publisher.ledger.changing() as writer:
        await writer.set_activation_status(customer.activation_id, status)
    assert await publisher.is_valid(certificate=customer.answer.certificate) == invalid(code)


async def test_a_released_activations_certificate_is_not_valid(publisher, customer):
    await customer.deactivate()
    assert await publisher.is_valid(certificate=customer.answer.certificate) == invalid("device_unknown")


async def test_an_ended_leases_certificate_is_not_valid(publisher):
    job = Customer(publisher, container())
    key = await publisher.sell(policy=a_policy("volume", lease_hours=1))
    await job.activate(key, environment=Environment.CI)
    assert await publisher.is_valid(certificate=job.answer.certificate) == VALID
    async with publisher.ledger.changing() as writer:
        line = await writer.line(job.activation_id, job.jkt)
        await writer.save_activation(replace(line.activation, ends_at=AT))
    assert await publisher.is_valid(certificate=job.answer.certificate) == invalid("device_unknown")


async def test_where_both_are_shown_both_must_be_valid(publisher, customer):
    certificate = customer.answer.certificate
    assert await publisher.is_valid(certificate=certificate, product_key=customer.key) == VALID
    assert await publisher.is_valid(certificate=certificate, product_key=generate(7)) == invalid(
        "key_unknown"
    )
    assert await publisher.is_valid(certificate="?", product_key=customer.key) == invalid(
        "certificate_invalid"
    )
