"""What a thief had begun in an account is not kept once its owner took it back, on real databases."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.refusals import SignInRequired
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.domain.ways_in import WaysIn
from mooring.server.identity.integrations.passkeys import RelyingParty, WebAuthnPasskeys
from mooring.server.identity.ports.accounts import SignedIn
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.identity.use_cases.passkeys.add_passkey import AddPasskey
from mooring.server.identity.use_cases.passkeys.challenges import Challenges
from mooring.server.identity.use_cases.passkeys.messages import ShownPasskey
from mooring.server.identity.use_cases.passkeys.sign_in_with_passkey import SignInWithPasskey
from mooring.server.identity.use_cases.passwords.change_password import ChangePassword
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.recovery.messages import Wish
from mooring.server.identity.use_cases.recovery.prove_address import BeginProof
from mooring.server.identity.use_cases.second_factor.authenticators import (
    AddAuthenticator,
    RemoveAuthenticator,
)
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.identity.use_cases.second_factor.pass_second_factor import PassSecondFactor
from mooring.server.identity.use_cases.second_factor.recovery_codes import MakeRecoveryCodes
from tests.support.accounts import ELSEWHERE, TOKEN_SECRETS
from tests.support.certificates import AT
from tests.support.databases import KINDS
from tests.support.federation import MIA, FederationServer
from tests.support.identity_server import IdentityServer
from tests.support.identity_stores import an_identity
from tests.support.passkeys import ORIGIN, SoftPasskey
from tests.support.taking_back import DESK, LATER, SEALED_TEXTS, MeanwhilePasswords, recoveries, reset, undo

HOLDER = "what the thief's browser holds"
CEREMONIES = WebAuthnPasskeys(RelyingParty.at(ORIGIN))
AT_B = replace(MIA, issuer="https://b.example")


@pytest.fixture(params=[*KINDS, "pgbouncer"])
async def server(request, tmp_path):
    async with an_identity(request.param, tmp_path) as store:
        yield IdentityServer(store, MeanwhilePasswords())


@pytest.fixture
async def mia(server):
    """Mia's account. Somebody else made it with her address."""
    account_id = await server.person()
    async with server.store.accounts.reading() as reader:
        return await reader.account(account_id)


def arrival():
    return Arrival(address=ELSEWHERE)


# What a thief begins. Each returns what is left to be done.


async def a_link(server, mia, session):
    federation = FederationServer(server.store)
    federation.providers["b"].person_there = AT_B
    begun, attempt = await federation.begin("b", links=session)
    return lambda: federation.finish(begun, attempt, session=SignedIn(session, mia), at=LATER)


async def a_passkey(server, mia, session):
    adding = AddPasskey(server.store.credentials, CEREMONIES, Challenges(SEALED_TEXTS, MemoryBudgets()))
    asked = await adding.ask(mia, HOLDER, at=AT)
    shown = ShownPasskey(SoftPasskey().made_for(json.loads(asked.options)), asked.carried, HOLDER)
    return lambda: adding(shown, "Thief", session=session, at=LATER)


def apps(server):
    return AddAuthenticator(server.store.credentials, TOKEN_SECRETS, SecondFactorLimits(MemoryBudgets()))


async def an_app(server, mia, session):
    adding = apps(server)
    secret = (await adding.begin(session=session, at=AT)).secret
    code = code_of(secret, step_at(LATER))
    return lambda: adding.confirm(code, session=session, address=ELSEWHERE, at=LATER)


async def a_key_to_be_shown(server, mia, session):
    return lambda: apps(server).begin(session=session, at=LATER)


async def an_app_to_be_removed(server, mia, session):
    await server.store.protect(mia)
    return lambda: RemoveAuthenticator(server.store.credentials)(session=session, at=LATER)


async def recovery_codes(server, mia, session):
    await server.store.protect(mia)
    making = MakeRecoveryCodes(server.store.credentials, TOKEN_SECRETS)
    return lambda: making(session=session, at=LATER)


async def a_device_by_code(server, mia, session):
    codes = await server.begin()
    return lambda: server.decide(codes, mia.id, session=session, at=LATER)


async def a_program(server, mia, session):
    return lambda: server.authorize(mia.id, session=session, at=LATER)


async def a_first_password(server, mia, session):
    async with server.store.credentials.changing() as writer:
        await writer.remove_password(mia.id)
    limits = SignInLimits(MemoryBudgets())
    changing = ChangePassword(server.store.credentials, server.passwords, TOKEN_SECRETS, limits)
    return lambda: changing("", "a thief's own password", session=session, arrival=arrival(), at=LATER)


async def another_address(server, mia, session):
    wish = Wish(email="thief@post.example", address=ELSEWHERE, language="en")
    begin = BeginProof(recoveries(server), DESK, MailLimits(MemoryBudgets()))
    return lambda: begin.change(wish, session=session, at=LATER)


BEGUN = pytest.mark.parametrize(
    "begin",
    [
        a_link,
        a_passkey,
        an_app,
        a_key_to_be_shown,
        an_app_to_be_removed,
        recovery_codes,
        a_device_by_code,
        a_program,
        another_address,
    ],
)
TAKING_BACK = pytest.mark.parametrize("take_back", [reset, undo])


async def left_of(server, mia, take_back):
    """Return what opens the account, or is open in it."""
    async with server.store.credentials.changing() as writer:
        ways = await writer.ways_in(mia.id)
        app = await writer.authenticator(mia.id)
        sessions = await writer.sessions_of(mia.id)
    assert ways == WaysIn(password=take_back is reset, passkeys=0, identities=0)
    assert (app, sessions, list(await server.list_grants(mia.id))) == (None, [], [])


@BEGUN
@TAKING_BACK
async def test_what_a_thief_had_begun_is_not_kept_afterwards(server, mia, begin, take_back):
    session = await server.session(mia.id)
    go_on = await begin(server, mia, session)
    await take_back(server, mia)
    with pytest.raises(SignInRequired):
        await go_on()
    await left_of(server, mia, take_back)


@BEGUN
async def test_what_a_thief_finishes_at_the_same_moment_is_gone_or_refused(server, mia, begin):
    session = await server.session(mia.id)
    go_on = await begin(server, mia, session)
    done, taken_back = await asyncio.gather(go_on(), reset(server, mia), return_exceptions=True)
    assert taken_back is None
    assert isinstance(done, SignInRequired) or not isinstance(done, Exception), done
    await left_of(server, mia, reset)


async def test_a_first_password_that_a_thief_had_begun_to_set_is_not_set_afterwards(server, mia):
    go_on = await a_first_password(server, mia, await server.session(mia.id))
    server.passwords.meanwhile = lambda: undo(server, mia)
    with pytest.raises(SignInRequired):
        await go_on()
    await left_of(server, mia, undo)


# Ways in of a thief that go with the reset: who comes by one at the same moment is out, too.


async def by_passkey(server, mia):
    challenges = Challenges(SEALED_TEXTS, MemoryBudgets())
    adding = AddPasskey(server.store.credentials, CEREMONIES, challenges)
    asked, key = await adding.ask(mia, HOLDER, at=AT), SoftPasskey()
    made = ShownPasskey(key.made_for(json.loads(asked.options)), asked.carried, HOLDER)
    await adding(made, "Thief", session=await server.session(mia.id), at=AT)
    entering = SignInWithPasskey(server.store.credentials, CEREMONIES, challenges, TOKEN_SECRETS)
    asked = await entering.ask(HOLDER, at=AT)
    shown = ShownPasskey(key.shown_for(json.loads(asked.options)), asked.carried, HOLDER)
    return lambda: entering(shown, arrival(), at=LATER)


async def at_a_provider(server, mia):
    await (await a_link(server, mia, await server.session(mia.id)))()
    federation = FederationServer(server.store)
    return lambda: federation.sign_in(AT_B, "b", at=LATER)


async def by_a_code_of_an_app(server, mia):
    await server.store.protect(mia)
    passing = PassSecondFactor(server.store.credentials, TOKEN_SECRETS, SecondFactorLimits(MemoryBudgets()))
    half = HalfSession(account_id=mia.id, at=LATER - timedelta(seconds=1))
    return lambda: passing(half, code_of(b"s" * 20, step_at(LATER)), arrival(), at=LATER)


@pytest.mark.parametrize("way", [by_passkey, at_a_provider, by_a_code_of_an_app])
async def test_who_comes_in_at_the_same_moment_by_a_way_that_goes_is_out(server, mia, way):
    enter = await way(server, mia)
    entered, taken_back = await asyncio.gather(enter(), reset(server, mia), return_exceptions=True)
    assert taken_back is None
    if isinstance(entered, Exception):
        assert isinstance(entered, PasskeyRefused | HalfSessionEnded), entered
    await left_of(server, mia, reset)
