"""Coming back from a provider is a proof only where the provider says so, or where there is no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.federation.id_token import SKEW
from mooring.server.identity.use_cases.accounts.messages import OpenedSession
from tests.support.certificates import AT
from tests.support.federation import MIA, FederationServer

SECOND = timedelta(seconds=1)


@pytest.fixture
def server():
    return FederationServer()


@pytest.fixture(params=["password", "passkey"])
async def mia(server, request):
    """Give an account that opens at the provider, and in another way."""
    account = (await server.sign_in()).account
    await getattr(server.store, f"give_{request.param}")(account)
    return account


async def is_fresh(server, *, proved_at, again=False):
    opened = await server.sign_in(replace(MIA, proved_at=proved_at), again=again)
    assert opened.session.is_live(at=AT)
    return opened.session.is_fresh(at=AT)


@pytest.mark.parametrize("again", [False, True])
async def test_who_comes_in_silently_proved_nothing(server, mia, again):
    assert await is_fresh(server, proved_at=None, again=again) is False


@pytest.mark.parametrize("again", [False, True])
async def test_who_typed_a_password_there_just_now_proved_who_they_are(server, mia, again):
    assert await is_fresh(server, proved_at=AT, again=again) is True


async def test_a_proof_of_some_minutes_ago_counts_unless_another_was_asked_for(server, mia):
    assert await is_fresh(server, proved_at=AT - 5 * SKEW + SECOND) is True
    assert await is_fresh(server, proved_at=AT - SKEW - SECOND, again=True) is False


async def test_the_providers_clock_may_be_a_little_behind(server, mia):
    assert await is_fresh(server, proved_at=AT - SKEW, again=True) is True


@pytest.mark.parametrize("again", [False, True])
async def test_who_has_no_other_way_to_prove_it_is_taken_at_the_providers_word(server, again):
    await server.sign_in()
    assert await is_fresh(server, proved_at=None, again=again) is True


async def test_who_has_an_authenticator_is_asked_for_its_code_where_the_provider_proves_nothing(server):
    mia = (await server.sign_in()).account
    await server.store.protect(mia)
    assert await is_fresh(server, proved_at=None) is False
    assert isinstance(await server.sign_in(again=True), HalfSession)
    assert isinstance(await server.sign_in(replace(MIA, proved_at=AT), again=True), OpenedSession)
