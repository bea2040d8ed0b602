"""Sessions: listed while they are live, and ended from elsewhere by their owner alone."""

from datetime import timedelta

import pytest

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.session import IDLE
from tests.support.accounts import a_session, an_account
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)


async def test_lists_the_live_ones_the_last_used_first(secure, mia):
    old = await secure.session(mia.account.id, last_seen_at=AT - IDLE + SECOND)
    await secure.session(mia.account.id, last_seen_at=AT - IDLE)  # over
    other = await secure.sign_up("tom@outlook.example")
    assert list(await secure.list_sessions(mia.account.id, at=AT)) == [mia.session, old]
    assert list(await secure.list_sessions(other.account.id, at=AT)) == [other.session]


async def test_ends_one_of_the_account_once(secure, mia):
    elsewhere = await secure.session(mia.account.id)
    await secure.end_session(elsewhere.id, account_id=mia.account.id, at=AT)
    assert list(await secure.list_sessions(mia.account.id, at=AT)) == [mia.session]
    told = [each[2] for each in await secure.events("account.signed_out")]
    assert [(each["reason"], each["session"]) for each in told] == [("ended_by_owner", elsewhere.id)]
    with pytest.raises(NotFound):
        await secure.end_session(elsewhere.id, account_id=mia.account.id, at=AT)


async def test_ends_nothing_of_another_account_and_does_not_say_whether_it_is_there(secure, mia):
    tom = await secure.sign_up("tom@outlook.example")
    for session_id in (mia.session.id, "ses_nothing"):
        with pytest.raises(NotFound):
            await secure.end_session(session_id, account_id=tom.account.id, at=AT)
    assert list(await secure.list_sessions(mia.account.id, at=AT)) == [mia.session]
    assert await secure.events("account.signed_out") == []


async def test_ends_every_other_one_of_the_account(secure, mia):
    for _ in range(2):
        await secure.session(mia.account.id)
    tom = await secure.sign_up("tom@outlook.example")
    assert await secure.end_other_sessions(keep=mia.session, at=AT) == 2
    assert await secure.end_other_sessions(keep=mia.session, at=AT) == 0
    assert list(await secure.list_sessions(mia.account.id, at=AT)) == [mia.session]
    assert list(await secure.list_sessions(tom.account.id, at=AT)) == [tom.session]
    assert len(await secure.events("account.signed_out")) == 2


async def test_a_session_holds_until_it_is_ended(secure, mia):
    async with secure.store.accounts.changing() as writer:
        assert await writer.has_session(mia.session.id)
        assert not await writer.has_session(a_session(an_account()).id)
    await secure.sign_out(mia.token, at=AT)
    async with secure.store.authorizations.changing() as writer:
        assert not await writer.has_session(mia.session.id)


async def test_an_account_keeps_the_language_that_was_chosen(secure, mia):
    await secure.choose_language(mia.account.id, "fr")
    assert (await secure.account(mia.account.id)).language == "fr"
    await secure.choose_language("acc_gone", "fr")  # whose owner has gone meanwhile
