"""Reading a status list: signed, true at once, and not signed again without need."""

from datetime import timedelta

import pytest

from mooring.core.certificate.chain import Trust
from mooring.core.certificate.status_list import verify_status_list
from mooring.core.refusals import NotFound
from mooring.server.licensing.use_cases.activations.read_status_list import SIGNED_AGAIN_AFTER
from tests.support.certificates import an_ed25519_key
from tests.support.licenses import AT, HOUR, ISSUER
from tests.support.publisher import Customer, Publisher

SECOND = timedelta(seconds=1)


@pytest.fixture
async def customer():
    activated = Customer(Publisher())
    await activated.activate(await activated.publisher.sell())
    return activated


async def status_of(customer, *, at):
    """Return what the published list says of the customer, as its program would find it."""
    reference = customer.certificate.status_list
    token = await customer.publisher.status_list(int(reference.uri.rsplit("/", 1)[1]), at=at)
    trust = Trust(ISSUER, "harbor-notes", (an_ed25519_key("root").public,))
    return verify_status_list(token, trust, uri=reference.uri, at=at).get(reference.idx)


async def test_a_change_is_in_the_next_answer(customer):
    assert await status_of(customer, at=AT) == 0
    await customer.deactivate(at=AT + SECOND)
    assert await status_of(customer, at=AT + SECOND) == 1
    await customer.activate(at=AT + 2 * SECOND)
    assert await status_of(customer, at=AT + 2 * SECOND) == 0


async def test_an_unchanged_list_is_answered_from_memory_for_a_while(customer):
    read = customer.publisher.status_list
    first = await read(1, at=AT)
    assert await read(1, at=AT + SIGNED_AGAIN_AFTER - SECOND) == first
    assert await read(1, at=AT + SIGNED_AGAIN_AFTER) != first


async def test_a_clock_set_back_does_not_keep_an_old_answer(customer):
    read = customer.publisher.status_list
    later = await read(1, at=AT + HOUR)
    assert await read(1, at=AT) != later


async def test_there_is_no_other_list(customer):
    with pytest.raises(NotFound):
        await customer.publisher.status_list(2, at=AT)


async def test_there_is_no_list_before_anybody_was_activated():
    with pytest.raises(NotFound):
        await Publisher().status_list(1, at=AT)
