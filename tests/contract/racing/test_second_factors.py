"""Races for a second factor on real databases: a code opens one session, and one way in is always left."""

import asyncio
from datetime import timedelta

import pytest

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong, new_authenticator
from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
from mooring.server.identity.use_cases.passkeys.manage_passkeys import RemovePasskey
from mooring.server.identity.use_cases.passwords.remove_password import RemovePassword
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.identity.use_cases.second_factor.pass_second_factor import PassSecondFactor
from mooring.server.identity.use_cases.second_factor.recovery_codes import MakeRecoveryCodes
from tests.support.accounts import ELSEWHERE, TOKEN_SECRETS, a_kept_session, an_account
from tests.support.certificates import AT
from tests.support.databases import KINDS
from tests.support.identity_stores import an_identity
from tests.support.passkeys import a_passkey

RACERS = 8  # fewer than the wrong codes that one account may try
LATER = AT + timedelta(minutes=1)


@pytest.fixture(params=[*KINDS, "pgbouncer"])
async def store(request, tmp_path):
    async with an_identity(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def mia(store):
    account = an_account()
    async with store.credentials.changing() as writer:
        await writer.add_account(account, "hash")
    return account


@pytest.fixture
async def app(store, mia):
    shown = new_authenticator(mia.id, at=AT)
    app = shown.accept(code_of(shown.secret, step_at(AT)), at=AT)
    async with store.credentials.changing() as writer:
        await writer.save_authenticator(app)
    return app


async def race(store, mia, typed, *, recovery=False):
    passing = PassSecondFactor(store.credentials, TOKEN_SECRETS, SecondFactorLimits(MemoryBudgets()))
    half, arrival = HalfSession(account_id=mia.id, at=LATER), Arrival(address=ELSEWHERE)
    tries = (passing(half, typed, arrival, recovery=recovery, at=LATER) for _ in range(RACERS))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    for each in answers:
        assert isinstance(each, OpenedSession | SecondFactorWrong), each
    return [each for each in answers if isinstance(each, OpenedSession)]


async def test_a_code_of_the_app_opens_one_session(store, mia, app):
    assert len(await race(store, mia, code_of(app.secret, step_at(LATER)))) == 1


async def test_a_recovery_code_opens_one_session(store, mia, app):
    session = await a_kept_session(store.accounts, mia.id)
    first, *_ = await MakeRecoveryCodes(store.credentials, TOKEN_SECRETS)(session=session, at=AT)
    assert len(await race(store, mia, first, recovery=True)) == 1
    async with store.credentials.reading() as reader:
        assert await reader.recovery_codes_left(mia.id) == 9


async def test_of_the_last_two_ways_in_one_stays(store, mia):
    passkey, session = a_passkey(mia), await a_kept_session(store.accounts, mia.id)
    async with store.credentials.changing() as writer:
        await writer.add_passkey(passkey)
    answers = await asyncio.gather(
        RemovePassword(store.credentials)(session=session, at=AT),
        RemovePasskey(store.credentials)(passkey.id, session=session, at=AT),
        return_exceptions=True,
    )
    assert sorted(map(type, answers), key=str) == sorted([type(None), LastWayIn], key=str)
    async with store.credentials.changing() as writer:
        assert (await writer.ways_in(mia.id)).number == 1
