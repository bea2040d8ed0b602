"""Copies of an installation: found out, and settled by whoever has the key."""

import pytest

from mooring.core.refusals import (
    PossibleClone,
)
from tests.support.licenses import AT, DAY
from tests.support.publisher import Customer, Publisher


@pytest.fixture
def publisher():
    return Publisher()


async def renew_until_noticed(original, copy):
    """Let an installation and its copy renew, one twice as often, and return when that was noticed."""
    at = AT
    for _ in range(4):
        at += DAY
        await original.renew(at=at)
        await original.renew(at=at)
        try:
            await copy.renew(at=at)
        except PossibleClone:
            return at
    raise AssertionError("nobody noticed")


async def test_a_copy_that_renews_beside_its_original_is_noticed(publisher):
    owner = Customer(publisher)
    await owner.activate(await publisher.sell())
    copy = owner.copied()
    at = await renew_until_noticed(owner, copy)
    assert at == AT + 2 * DAY
    line = await publisher.line(owner)
    assert line.installation.sequence.flagged_at == at
    assert [kind for kind, *_ in publisher.ledger.events[-3:]] == [
        "installation.rolled_back",
        "installation.rolled_back",
        "installation.possible_clone",
    ]


async def test_nobody_is_locked_out_of_the_line_that_goes_on(publisher):
    owner = Customer(publisher)
    await owner.activate(await publisher.sell())
    at = await renew_until_noticed(owner, owner.copied())
    assert await publisher.status(owner) == 0
    await owner.renew(at=at + DAY)


async def test_a_copy_cannot_shake_suspicion_off_without_the_key(publisher):
    owner = Customer(publisher)
    await owner.activate(await publisher.sell())
    copy = owner.copied()
    at = await renew_until_noticed(owner, copy)
    with pytest.raises(PossibleClone):
        await copy.activate(at=at)
    with pytest.raises(PossibleClone):
        await copy.renew(at=at + 59 * DAY)


async def test_typing_the_key_says_which_copy_is_ones_own(publisher):
    key = await publisher.sell()
    owner = Customer(publisher)
    await owner.activate(key)
    copy = owner.copied()
    at = await renew_until_noticed(owner, copy)
    await owner.activate(key, at=at)
    await owner.renew(at=at + DAY)
    for _ in range(3):
        with pytest.raises(PossibleClone):
            await copy.renew(at=at + DAY)
    assert (await publisher.line(owner)).installation.sequence.flagged_at is None
    await owner.renew(at=at + 2 * DAY)
