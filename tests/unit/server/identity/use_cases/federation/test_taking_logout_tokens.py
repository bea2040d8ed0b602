"""A provider's server signs somebody out: the session it names, or all of the person, by each token once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.port import TransactionConflict
from mooring.server.identity.domain.federation.id_token import SKEW
from mooring.server.identity.domain.federation.logout_token import LASTS, LoggedOut
from mooring.server.identity.domain.federation.refusals import (
    ProviderUnavailable,
    ProviderUnknown,
    TokenRefused,
)
from mooring.server.identity.use_cases.federation.take_logout_token import TakeLogoutToken
from tests.support.certificates import AT
from tests.support.federation import EVE, MIA, FederationServer

SECOND = timedelta(seconds=1)


@pytest.fixture
def server():
    return FederationServer()


@pytest.fixture
def taking(server):
    return TakeLogoutToken(server.store.identities, server.providers, MemoryBudgets())


def told(server, *, token_id="1", session="sid", subject=None):
    server.providers["a"].told = LoggedOut(MIA.issuer, token_id, session, subject)


async def is_in(server, opened):
    async with server.store.identities.changing() as writer:
        return await writer.has_session(opened.session.id)


async def test_ends_the_session_that_is_named(server, taking):
    mia, eve = await server.sign_in(), await server.sign_in(EVE)
    told(server)
    assert await taking("a", "a token", at=AT) == 1
    assert (await is_in(server, mia), await is_in(server, eve)) == (False, True)
    assert server.providers["a"].logged_out_by == ["a token"]
    ((_, account, detail),) = await server.events("account.signed_out")
    assert (account, detail) == (mia.account.id, {"session": mia.session.id, "by": "provider"})


async def test_ends_every_session_of_a_person_where_none_is_named(server, taking):
    first = await server.sign_in()
    second = await server.sign_in(replace(MIA, provider_session="another"))
    eve = await server.sign_in(EVE)
    told(server, session=None, subject="mia")
    assert await taking("a", "a token", at=AT) == 2
    assert [await is_in(server, each) for each in (first, second, eve)] == [False, False, True]


async def test_takes_a_token_once_for_as_long_as_it_could_be_believed(server, taking):
    told(server)
    assert await taking("a", "a token", at=AT) == 0
    over = AT + LASTS + 2 * SKEW
    for at in (AT, over - SECOND):
        with pytest.raises(TokenRefused) as refused:
            await taking("a", "a token", at=at)
        assert refused.value.why == "replayed"
    told(server, token_id="2")
    await taking("a", "another", at=AT)


async def test_a_token_that_met_another_transaction_is_not_spent(server, taking, monkeypatch):
    mia = await server.sign_in()
    told(server)

    def met(*_):
        raise TransactionConflict("met another")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(server.store, "changing", met)
        with pytest.raises(TransactionConflict):
            await taking("a", "a token", at=AT)
    assert await taking("a", "a token", at=AT) == 1
    assert not await is_in(server, mia)


async def test_what_is_not_believed_ends_nothing(server, taking):
    mia = await server.sign_in()
    with pytest.raises(ProviderUnknown):
        await taking("nobody", "a token", at=AT)
    for refusal in (TokenRefused("signature"), ProviderUnavailable("away")):
        server.providers["a"].fails_with = refusal
        with pytest.raises(type(refusal)):
            await taking("a", "a token", at=AT)
    assert await is_in(server, mia)
