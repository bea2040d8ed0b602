"""Races on real databases: what is good once is given once, and what must be remembered of an error is."""

import asyncio

import pytest

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.use_cases.authorization.messages import Granted
from tests.support.accounts import KEY, TOKEN_SECRETS
from tests.support.certificates import AT
from tests.support.databases import KINDS
from tests.support.identity_server import IdentityServer
from tests.support.identity_stores import an_identity

RACERS = 8  # fewer than the wrong passwords that one place may try


@pytest.fixture(params=[*KINDS, "pgbouncer"])
async def server(request, tmp_path):
    async with an_identity(request.param, tmp_path) as store:
        yield IdentityServer(store)


async def race(start):
    """Return the answers to the same thing asked by many at once."""
    return await asyncio.gather(*(start() for _ in range(RACERS)), return_exceptions=True)


def granted_among(answers):
    for each in answers:
        assert isinstance(each, Granted | OAuthError), each
    return [each for each in answers if isinstance(each, Granted)]


async def test_one_address_becomes_one_account(server):
    opened = await race(server.sign_up)
    assert len({each.account.id for each in opened}) == 1
    assert [each.created for each in opened].count(True) == 1
    assert len(await server.events("account.created")) == 1
    assert len(await server.events("account.signed_in")) == RACERS


async def test_who_loses_the_race_for_an_address_needs_the_winners_password(server):
    numbers = iter(range(RACERS))
    answers = await race(lambda: server.sign_up(password=f"a good password {next(numbers)}"))
    made = [each for each in answers if not isinstance(each, CredentialsWrong)]
    assert [each.created for each in made] == [True]


async def test_a_device_code_lets_one_device_in(server):
    mia = await server.person()
    codes = await server.begin()
    await server.decide(codes, mia)
    answers = await race(lambda: server.poll(codes))
    assert len(granted_among(answers)) == 1
    assert len(await server.list_grants(mia)) == 1


async def test_early_polls_are_all_remembered_although_each_answer_is_an_error(server):
    codes = await server.begin()
    answers = await race(lambda: server.poll(codes))
    assert sorted(each.error for each in answers) == ["authorization_pending"] + ["slow_down"] * (RACERS - 1)
    async with server.store.authorizations.reading() as reader:
        hashed = TOKEN_SECRETS.hash(codes.device_code, TokenKind.DEVICE_CODE)
        waiting = await reader.device_authorization(hashed)
    assert waiting.interval == 5 * RACERS


async def test_a_code_shown_by_many_leaves_nobody_in(server):
    mia = await server.person()
    code = (await server.authorize(mia)).code
    (granted,) = granted_among(await race(lambda: server.redeem(code)))
    with pytest.raises(SignInRequired):
        await server.check_access_token(granted.access_token, KEY, at=AT)
    assert await server.list_grants(mia) == []
    assert len(await server.events("device.signed_out")) == 1


async def test_a_refresh_token_has_one_successor(server):
    first = await server.device(await server.person())
    answers = granted_among(await race(lambda: server.refresh(first.refresh_token)))
    assert len(answers) == RACERS
    assert len({each.refresh_token for each in answers}) == 1


async def test_reuse_is_kept_although_the_answer_is_an_error(server):
    first = await server.device(await server.person())
    second = await server.refresh(first.refresh_token)
    third = await server.refresh(second.refresh_token)
    assert granted_among(await race(lambda: server.refresh(first.refresh_token))) == []
    assert granted_among(await race(lambda: server.refresh(third.refresh_token))) == []
    assert len(await server.events("device.signed_out")) == 1


async def test_of_two_people_who_decide_a_code_one_does(server):
    mia, tom = await server.person(), await server.person("tom@outlook.example")
    codes = await server.begin()
    answers = await asyncio.gather(
        server.decide(codes, mia), server.decide(codes, tom, approve=False), return_exceptions=True
    )
    assert sum(isinstance(each, UserCodeUnknown) for each in answers) == 1
    assert len(await server.events("device.approved")) + len(await server.events("device.denied")) == 1
