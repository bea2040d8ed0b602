"""A provider's keys: kept an hour, and found again when they changed in between, for everybody."""

import asyncio

import pytest

from mooring.server.identity.domain.federation.refusals import ProviderUnavailable, TokenRefused
from mooring.server.identity.integrations.fetching import FAILURE_KEPT
from mooring.server.identity.integrations.key_set import (
    KEPT,
    KEPT_IN_NEED,
    REFETCH_EVERY,
    REFETCHES,
    KeySet,
)
from tests.support.openid import FakeFetcher, key_set

ADDRESS = "https://id.example/keys"
RSA, EC = {"alg": "RS256", "kid": "rsa"}, {"alg": "ES256", "kid": "ec"}


class World:
    def __init__(self):
        self.now = 1000.0
        self.fetcher = FakeFetcher(**{ADDRESS: key_set("RS256")})
        self.keys = KeySet(self.fetcher, lambda: self.now)

    async def find(self, header, address=ADDRESS):
        return (await self.keys.key_for(header, address)).jwk["kid"]

    @property
    def fetched(self):
        return self.fetcher.times(ADDRESS)


@pytest.fixture
def world():
    return World()


async def test_keys_are_kept_for_an_hour(world):
    assert await world.find(RSA) == "rsa"
    world.now += KEPT
    assert await world.find(RSA) == "rsa"
    assert world.fetched == 1
    world.now += 1
    assert await world.find(RSA) == "rsa"
    assert world.fetched == 2


async def test_a_key_that_was_withdrawn_is_believed_no_longer_than_that(world):
    await world.find(RSA)
    world.fetcher.answers[ADDRESS] = key_set("ES256")
    world.now += KEPT + 1
    with pytest.raises(TokenRefused, match="key"):
        await world.find(RSA)


async def test_a_new_key_is_found_at_once(world):
    await world.find(RSA)
    world.fetcher.answers[ADDRESS] = key_set("ES256")
    assert await world.find(EC) == "ec"
    assert world.fetched == 2


async def test_many_who_come_with_a_new_key_make_it_fetched_once(world):
    await world.find(RSA)
    world.fetcher.answers[ADDRESS] = key_set("ES256")
    assert await asyncio.gather(*(world.find(EC) for _ in range(20))) == ["ec"] * 20
    assert world.fetched == 2


async def test_unknown_keys_are_looked_for_only_so_often(world):
    await world.find(RSA)
    for _ in range(REFETCHES + 5):
        with pytest.raises(TokenRefused, match="key"):
            await world.find(EC)
    assert world.fetched == 1 + REFETCHES
    world.now += REFETCH_EVERY
    world.fetcher.answers[ADDRESS] = key_set("ES256")
    assert await world.find(EC) == "ec"


async def test_the_keys_at_hand_do_while_no_newer_can_be_fetched(world):
    await world.find(RSA)
    world.fetcher.answers[ADDRESS] = None
    world.now += KEPT_IN_NEED
    assert await world.find(RSA) == "rsa"
    world.now += 1
    with pytest.raises(ProviderUnavailable):
        await world.find(RSA)


async def test_who_waited_for_a_failure_does_not_wait_for_the_next(world):
    world.fetcher.answers[ADDRESS] = None
    answers = await asyncio.gather(*(world.find(RSA) for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in answers} == {ProviderUnavailable}
    assert world.fetched == 1
    world.fetcher.answers[ADDRESS] = key_set()
    world.now += FAILURE_KEPT - 1
    with pytest.raises(ProviderUnavailable):
        await world.find(RSA)
    world.now += 1
    assert await world.find(RSA) == "rsa"


@pytest.mark.parametrize("answer", [None, (500, key_set()), {}, {"keys": "none"}])
async def test_a_provider_without_keys_is_away(world, answer):
    world.fetcher.answers[ADDRESS] = answer
    with pytest.raises(ProviderUnavailable):
        await world.find(RSA)


async def test_keys_of_another_address_are_others(world):
    await world.find(RSA)
    world.fetcher.answers["https://id.example/moved"] = key_set("ES256")
    assert await world.find(EC, "https://id.example/moved") == "ec"
    with pytest.raises(TokenRefused, match="key"):
        await world.find(RSA, "https://id.example/moved")


async def test_what_no_key_could_sign_is_refused_before_anybody_is_asked(world):
    with pytest.raises(TokenRefused, match="algorithm"):
        await world.find({"alg": "none"})
    assert world.fetched == 0
