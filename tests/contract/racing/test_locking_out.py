"""Who takes an account back locks everybody else out on real databases, also who is just coming in."""

import asyncio
from dataclasses import replace

import pytest

from mooring.core.refusals import SignInRequired
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.domain.recovery.mail_token import MailTokenOver, Purpose
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
from mooring.server.identity.use_cases.authorization.messages import Granted
from mooring.server.identity.use_cases.passwords.change_password import ChangePassword
from mooring.server.identity.use_cases.recovery.undo_change import UndoChange
from tests.support.accounts import ELSEWHERE, HERE, KEY, PASSWORD, TOKEN_SECRETS
from tests.support.certificates import AT
from tests.support.databases import KINDS
from tests.support.identity_server import IdentityServer
from tests.support.identity_stores import an_identity
from tests.support.taking_back import (
    DESK,
    LATER,
    NEW,
    MeanwhilePasswords,
    link,
    recoveries,
    reset,
    resetting,
    sign_devices_out,
    undo,
)


@pytest.fixture(params=[*KINDS, "pgbouncer"])
async def server(request, tmp_path):
    async with an_identity(request.param, tmp_path) as store:
        yield IdentityServer(store)


@pytest.fixture
async def mia(server):
    account_id = await server.person()
    async with server.store.accounts.reading() as reader:
        return await reader.account(account_id)


LOCKING_OUT = pytest.mark.parametrize("lock_out", [reset, undo, sign_devices_out])


async def error(of):
    with pytest.raises(OAuthError) as refused:
        await of
    return refused.value.error


@LOCKING_OUT
async def test_a_device_that_a_thief_let_in_before_does_not_come_after(server, mia, lock_out):
    codes = await server.begin()
    await server.decide(codes, mia.id)
    carried = (await server.authorize(mia.id)).code
    await lock_out(server, mia)
    assert await error(server.poll(codes, at=LATER)) == "access_denied"
    assert await error(server.redeem(carried, at=LATER)) == "invalid_grant"
    assert await server.list_grants(mia.id) == []


@LOCKING_OUT
async def test_devices_of_others_and_those_let_in_after_come_in(server, mia, lock_out):
    noah = await server.person("noah@post.example")
    codes, undecided = await server.begin(), await server.begin()
    await server.decide(codes, noah)
    carried = (await server.authorize(noah)).code
    await lock_out(server, mia)
    assert (await server.poll(codes, at=LATER)).account.id == noah
    assert (await server.redeem(carried, at=LATER)).account.id == noah
    await server.decide(undecided, mia.id, at=LATER)
    assert (await server.poll(undecided, at=LATER)).account.id == mia.id
    assert len(await server.list_grants(mia.id)) == 1


@LOCKING_OUT
async def test_a_device_that_comes_at_the_same_moment_does_not_stay(server, mia, lock_out):
    codes = await server.begin()
    await server.decide(codes, mia.id)
    carried = (await server.authorize(mia.id)).code
    *answers, ended = await asyncio.gather(
        server.poll(codes, at=LATER),
        server.redeem(carried, at=LATER),
        lock_out(server, mia),
        return_exceptions=True,
    )
    assert ended is None
    for each in answers:
        assert isinstance(each, Granted | OAuthError), each
        if isinstance(each, Granted):
            with pytest.raises(SignInRequired):
                await server.check_access_token(each.access_token, KEY, at=LATER)
    assert await server.list_grants(mia.id) == []


@pytest.fixture
def slowly(server):
    passwords = MeanwhilePasswords()
    return IdentityServer(server.store, passwords)


@pytest.mark.parametrize("lock_out", [reset, undo])
async def test_a_thief_who_is_just_signing_in_is_locked_out_too(server, slowly, mia, lock_out):
    slowly.passwords.costs = "new"  # the old password would be hashed anew, and kept
    slowly.passwords.meanwhile = lambda: lock_out(server, mia)
    with pytest.raises(CredentialsWrong):
        await slowly.sign_in(address=ELSEWHERE, at=LATER)
    with pytest.raises(CredentialsWrong):
        await slowly.sign_in(address=ELSEWHERE, at=LATER)  # the old password did not come back
    async with server.store.credentials.reading() as reader:
        assert await reader.sessions_of(mia.id) == []


async def test_after_a_reset_in_the_middle_of_a_sign_in_its_owner_comes_in(server, slowly, mia):
    slowly.passwords.meanwhile = lambda: reset(server, mia)
    with pytest.raises(CredentialsWrong):
        await slowly.sign_in(address=ELSEWHERE, at=LATER)
    assert (await server.sign_in(password=NEW, at=LATER)).account.id == mia.id


async def test_a_second_factor_that_is_set_up_in_the_middle_of_a_sign_in_is_asked_for(server, slowly, mia):
    slowly.passwords.meanwhile = lambda: server.store.protect(mia)
    assert isinstance(await slowly.sign_in(at=LATER), HalfSession)


async def test_a_password_that_nobody_changed_meanwhile_is_hashed_anew_and_lets_in(server, slowly, mia):
    slowly.passwords.costs = "new"
    slowly.passwords.meanwhile = lambda: server.sign_in(at=LATER)  # another browser of its owner
    assert (await slowly.sign_in(at=LATER)).account.id == mia.id
    async with server.store.credentials.reading() as reader:
        kept = await reader.password_of(mia.id)
    assert (kept.hash.partition(":")[0], kept.changed_at) == ("new", AT)


async def test_a_squatters_second_factor_does_not_keep_the_owner_of_the_address_out(server, mia):
    await server.store.protect(mia)  # whoever made the account proved nothing
    shown = await link(server, mia, Purpose.RESET)
    found = await resetting(server).look(shown, at=LATER)
    assert (found.asks, found.unproven) == (False, True)
    await resetting(server)(shown, NEW, "", address=HERE, at=LATER)
    async with server.store.credentials.reading() as reader:
        assert await reader.authenticator(mia.id) is None
    assert isinstance(await server.sign_in(password=NEW, at=LATER), OpenedSession)


async def test_the_second_factor_of_who_proved_the_address_is_asked_for_and_stays(server, mia):
    async with server.store.accounts.changing() as writer:
        await writer.save_account(replace(mia, verified_at=AT))
    await server.store.protect(mia)
    shown = await link(server, mia, Purpose.RESET)
    assert (await resetting(server).look(shown, at=LATER)).asks
    with pytest.raises(SecondFactorWrong):
        await resetting(server)(shown, NEW, "", address=HERE, at=LATER)
    await resetting(server)(shown, NEW, code_of(b"s" * 20, step_at(LATER)), address=HERE, at=LATER)
    assert isinstance(await server.sign_in(password=NEW, at=LATER), HalfSession)


async def change(server, account, session=None):
    limits = SignInLimits(MemoryBudgets())
    changing = ChangePassword(server.store.credentials, server.passwords, TOKEN_SECRETS, limits)
    session = session or await server.session(account.id)
    await changing(PASSWORD, NEW, session=session, arrival=Arrival(address=HERE), at=LATER)


async def test_a_link_to_another_password_that_a_thief_asked_for_ends_with_a_change(server, mia):
    shown = await link(server, mia, Purpose.RESET)
    await change(server, mia)
    with pytest.raises(MailTokenOver):
        await resetting(server)(shown, PASSWORD, "", address=ELSEWHERE, at=LATER)
    assert (await server.sign_in(password=NEW, at=LATER)).account.id == mia.id


async def test_a_change_leaves_the_links_of_others_and_the_way_back_to_an_address(server, mia):
    noah = await server.person("noah@post.example")
    async with server.store.accounts.reading() as reader:
        theirs = await link(server, await reader.account(noah), Purpose.RESET)
    way_back = await link(server, mia, Purpose.UNDO)
    await change(server, mia)
    await resetting(server)(theirs, NEW, "", address=HERE, at=LATER)
    await UndoChange(recoveries(server), DESK)(way_back, at=LATER)


async def test_a_link_is_used_or_the_password_changed_and_nobody_waits_for_ever(server, mia):
    shown = await link(server, mia, Purpose.RESET)
    answers = await asyncio.gather(
        resetting(server)(shown, NEW, "", address=HERE, at=LATER), change(server, mia), return_exceptions=True
    )
    assert answers.count(None) == 1
    assert {type(each) for each in answers} < {type(None), MailTokenOver, CredentialsWrong, SignInRequired}


async def test_a_first_password_is_set_only_by_who_proved_just_now_who_they_are(server, mia):
    async with server.store.credentials.changing() as writer:
        await writer.remove_password(mia.id)
    found_open = await server.session(mia.id, created_at=LATER - FRESH, fresh_at=LATER - FRESH)
    with pytest.raises(NotFresh):
        await change(server, mia, found_open)
    with pytest.raises(CredentialsWrong):
        await server.sign_in(password=NEW, at=LATER)
    await change(server, mia, await server.session(mia.id, fresh_at=LATER))
    assert (await server.sign_in(password=NEW, at=LATER)).account.id == mia.id


async def test_who_knows_the_password_changes_it_however_long_ago_they_signed_in(server, mia):
    await change(server, mia, await server.session(mia.id, created_at=LATER - 2 * FRESH))
    assert (await server.sign_in(password=NEW, at=LATER)).account.id == mia.id
