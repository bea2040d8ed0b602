"""Codes and tokens: each good once, for one key, and whoever shows one again ends what it gave."""

import asyncio
from datetime import timedelta

import pytest

from mooring.core.refusals import NotFound, SignInRequired
from mooring.server.identity.domain.authorization.asking import Asking
from mooring.server.identity.domain.authorization.oauth_error import OAuthError, UnsafeRedirect
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.use_cases.authorization.forget_ended_authorizations import (
    ForgetEndedAuthorizations,
)
from mooring.server.identity.use_cases.authorization.messages import (
    Authorized,
    Caller,
    Granted,
    Introspection,
)
from tests.support.accounts import CALLBACK, KEY, THIEF, TOKEN_SECRETS, a_device_authorization
from tests.support.certificates import AT, DAY
from tests.support.identity_server import IdentityServer

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def server():
    return IdentityServer()


@pytest.fixture
async def mia(server):
    return await server.person()


@pytest.fixture
async def noah(server):
    return await server.person("noah@post.example")


async def error(of):
    with pytest.raises(OAuthError) as refused:
        await of
    return refused.value.error


async def is_signed_in(server, granted, *, jkt=KEY, at=AT):
    try:
        await server.check_access_token(granted.access_token, jkt, at=at)
    except SignInRequired:
        return False
    return True


async def ends(server):
    """Return why grants ended, in order."""
    return [
        (grant, detail["reason"])
        for _, _, detail in await server.events("device.signed_out")
        for grant in [detail["grant"]]
    ]


# The code


async def test_a_code_is_exchanged_for_tokens_of_the_account_that_agreed(server, mia):
    authorized = await server.authorize(mia, state="s")
    assert (authorized.redirect_uri, authorized.state) == (CALLBACK, "s")
    granted = await server.redeem(authorized.code, at=AT + 59 * SECOND)
    assert granted.account.id == mia
    assert await is_signed_in(server, granted)
    (grant,) = await server.list_grants(mia)
    assert (grant.id, grant.jkt, grant.asking) == (granted.grant_id, KEY, Asking("harbor-notes", "Desk"))


async def test_a_code_is_only_given_to_a_program_on_this_computer(server, mia):
    with pytest.raises(UnsafeRedirect):
        await server.authorize(mia, redirect_uri="http://evil.example/callback")
    assert await error(server.authorize(mia, code_challenge_method="plain")) == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [
        {"jkt": THIEF},
        {"code_verifier": None},
        {"code_verifier": "w" * 43},
        {"redirect_uri": None},
        {"redirect_uri": CALLBACK.replace("50999", "50998")},
        {"at": AT + 60 * SECOND},
    ],
)
async def test_a_stolen_code_is_worth_nothing_and_the_theft_spoils_nothing(server, mia, changes):
    code = (await server.authorize(mia, dpop_jkt=KEY)).code
    assert await error(server.redeem(code, **changes)) == "invalid_grant"
    assert await server.list_grants(mia) == []
    assert await is_signed_in(server, await server.redeem(code))


async def test_a_code_shown_twice_ends_what_it_gave(server, mia):
    code = (await server.authorize(mia)).code
    granted, other = await server.redeem(code), await server.device(mia)
    assert await error(server.redeem(code)) == "invalid_grant"
    assert not await is_signed_in(server, granted)
    assert await error(server.refresh(granted.refresh_token)) == "invalid_grant"
    assert await is_signed_in(server, other)
    assert await ends(server) == [(granted.grant_id, "code_replayed")]


async def test_a_code_shown_again_late_and_by_a_thief_still_ends_what_it_gave(server, mia):
    code = (await server.authorize(mia)).code
    granted = await server.redeem(code)
    replay = server.redeem(code, jkt=THIEF, code_verifier=None, redirect_uri=None, at=AT + 5 * MINUTE)
    assert await error(replay) == "invalid_grant"
    assert not await is_signed_in(server, granted)
    assert await error(server.redeem(code)) == "invalid_grant"
    assert len(await ends(server)) == 1


async def test_two_programs_with_one_code_do_not_both_stay_in(server, mia):
    code = (await server.authorize(mia)).code
    answers = await asyncio.gather(server.redeem(code), server.redeem(code), return_exceptions=True)
    assert [isinstance(each, Granted) for each in answers] == [True, False]
    assert not await is_signed_in(server, answers[0])


@pytest.mark.parametrize("client_id", [None, "other"])
async def test_every_exchange_names_the_client(server, mia, client_id):
    code = (await server.authorize(mia)).code
    granted = await server.device(mia)
    assert await error(server.redeem(code, client_id=client_id)) == "invalid_client"
    assert await error(server.refresh(granted.refresh_token, client_id=client_id)) == "invalid_client"
    assert await error(server.revoke(granted.refresh_token, client_id=client_id, at=AT)) == "invalid_client"
    assert await is_signed_in(server, granted)


async def test_nothing_passes_for_what_it_is_not(server, mia):
    codes = await server.begin()
    authorized, granted = await server.authorize(mia), await server.device(mia)
    secrets = ("", "made up", codes.device_code, authorized.code, granted.access_token, granted.refresh_token)
    for secret in secrets:
        if secret != authorized.code:
            assert await error(server.redeem(secret)) == "invalid_grant"
        if secret != granted.refresh_token:
            assert await error(server.refresh(secret)) == "invalid_grant"
        if secret != granted.access_token:
            with pytest.raises(SignInRequired):
                await server.check_access_token(secret, KEY, at=AT)
        assert await server.find_session(secret, at=AT) is None
    assert await is_signed_in(server, granted)


# The access token


async def test_an_access_token_tells_whom_a_request_acts_for(server, mia):
    granted = await server.device(mia)
    assert await server.check_access_token(granted.access_token, KEY, at=AT) == Caller(
        account_id=mia,
        grant_id=granted.grant_id,
        signed_in_at=AT,
        masked="m•••@o•••.example",
        provider="local",
        scope="activate",
    )


async def test_an_access_token_lasts_ten_minutes(server, mia):
    granted = await server.device(mia)
    assert await is_signed_in(server, granted, at=AT + 10 * MINUTE - SECOND)
    assert not await is_signed_in(server, granted, at=AT + 10 * MINUTE)


async def test_a_stolen_access_token_is_worth_nothing_with_another_key(server, mia):
    granted = await server.device(mia)
    assert not await is_signed_in(server, granted, jkt=THIEF)
    assert await is_signed_in(server, granted)


async def test_an_endless_token_is_not_even_looked_up(server):
    with pytest.raises(SignInRequired):
        await server.check_access_token("x" * 513, KEY, at=AT)


# The refresh token


async def test_a_refresh_token_is_exchanged_for_the_next(server, mia):
    first = await server.device(mia)
    second = await server.refresh(first.refresh_token, at=AT + DAY)
    third = await server.refresh(second.refresh_token, at=AT + 2 * DAY)
    assert len({each.refresh_token for each in (first, second, third)}) == 3
    assert len({each.access_token for each in (first, second, third)}) == 3
    assert {each.grant_id for each in (first, second, third)} == {first.grant_id}
    assert third.account.id == mia
    assert await is_signed_in(server, third, at=AT + 2 * DAY)
    (grant,) = await server.list_grants(mia)
    assert (grant.created_at, grant.last_used_at) == (AT, AT + 2 * DAY)


@pytest.mark.parametrize("seconds", [0, 60])
async def test_a_lost_answer_is_given_again_for_sixty_seconds(server, mia, seconds):
    first = await server.device(mia)
    lost = await server.refresh(first.refresh_token)
    again = await server.refresh(first.refresh_token, at=AT + seconds * SECOND)
    assert again.refresh_token == lost.refresh_token
    assert again.access_token != lost.access_token
    assert await is_signed_in(server, again)
    await server.refresh(again.refresh_token, at=AT + seconds * SECOND)
    assert await ends(server) == []


async def test_a_lost_answer_may_be_lost_again(server, mia):
    first = await server.device(mia)
    answers = [await server.refresh(first.refresh_token, at=AT + each * SECOND) for each in (0, 20, 40, 60)]
    assert len({each.refresh_token for each in answers}) == 1


async def test_asking_again_does_not_lengthen_the_sixty_seconds(server, mia):
    first = await server.device(mia)
    await server.refresh(first.refresh_token)
    await server.refresh(first.refresh_token, at=AT + 60 * SECOND)
    assert await error(server.refresh(first.refresh_token, at=AT + 61 * SECOND)) == "invalid_grant"


async def test_after_sixty_seconds_reuse_ends_everything(server, mia):
    first, other = await server.device(mia), await server.device(mia)
    second = await server.refresh(first.refresh_token)
    assert await error(server.refresh(first.refresh_token, at=AT + 61 * SECOND)) == "invalid_grant"
    assert not await is_signed_in(server, second)
    assert await error(server.refresh(second.refresh_token, at=AT + 61 * SECOND)) == "invalid_grant"
    assert await is_signed_in(server, other)
    assert await ends(server) == [(first.grant_id, "refresh_token_reused")]


async def test_nothing_is_forgiven_once_the_successor_was_used(server, mia):
    first = await server.device(mia)
    second = await server.refresh(first.refresh_token)
    third = await server.refresh(second.refresh_token)
    assert await error(server.refresh(first.refresh_token, at=AT + SECOND)) == "invalid_grant"
    assert not await is_signed_in(server, third)
    assert await error(server.refresh(third.refresh_token)) == "invalid_grant"
    assert await ends(server) == [(first.grant_id, "refresh_token_reused")]


async def test_reuse_of_a_grandparent_ends_the_whole_family(server, mia):
    family = [await server.device(mia)]
    for generation in range(1, 5):
        family.append(await server.refresh(family[-1].refresh_token, at=AT + generation * MINUTE))
    at = AT + 5 * MINUTE
    assert await error(server.refresh(family[1].refresh_token, at=at)) == "invalid_grant"
    assert [await is_signed_in(server, each, at=at) for each in family] == [False] * 5
    assert await error(server.refresh(family[-1].refresh_token, at=at)) == "invalid_grant"
    assert await server.list_grants(mia) == []


async def test_the_parent_of_the_last_is_still_forgiven_after_a_chain(server, mia):
    first = await server.device(mia)
    second = await server.refresh(first.refresh_token, at=AT + DAY)
    third = await server.refresh(second.refresh_token, at=AT + 2 * DAY)
    again = await server.refresh(second.refresh_token, at=AT + 2 * DAY + MINUTE)
    assert again.refresh_token == third.refresh_token


async def test_a_stolen_refresh_token_is_worth_nothing_with_another_key_and_ends_nothing(server, mia):
    first = await server.device(mia)
    assert await error(server.refresh(first.refresh_token, jkt=THIEF)) == "invalid_grant"
    second = await server.refresh(first.refresh_token)
    for token in (first.refresh_token, second.refresh_token):
        stolen = server.refresh(token, jkt=THIEF, at=AT + 2 * MINUTE)
        assert await error(stolen) == "invalid_grant"
    assert await is_signed_in(server, second)
    assert await server.refresh(second.refresh_token, at=AT + 2 * MINUTE)


async def test_two_refreshes_at_the_same_moment_get_the_same_next_token(server, mia):
    first = await server.device(mia)
    answers = await asyncio.gather(*(server.refresh(first.refresh_token) for _ in range(4)))
    assert len({each.refresh_token for each in answers}) == 1
    assert len(await server.list_grants(mia)) == 1


async def test_a_device_that_was_away_for_half_a_year_signs_in_again(server, mia):
    first, other = await server.device(mia), await server.device(mia)
    assert await server.refresh(other.refresh_token, at=AT + 180 * DAY - SECOND)
    assert await error(server.refresh(first.refresh_token, at=AT + 180 * DAY)) == "invalid_grant"
    assert await ends(server) == []


async def test_a_used_refresh_token_is_kept_sealed_and_no_longer_than_needed(server, mia):
    first = await server.device(mia)
    second = await server.refresh(first.refresh_token)

    async def sealed():
        async with server.store.authorizations.reading() as reader:
            hashed = TOKEN_SECRETS.hash(first.refresh_token, TokenKind.REFRESH)
            return (await reader.refresh_token(hashed)).token.sealed_successor

    assert second.refresh_token.encode() not in await sealed()
    assert TOKEN_SECRETS.unseal(await sealed()) == second.refresh_token
    await server.refresh(second.refresh_token)
    assert await sealed() is None


# Revoking, introspecting, listing


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
async def test_signing_out_ends_the_whole_grant(server, mia, which):
    granted, other = await server.device(mia), await server.device(mia)
    for _ in range(2):
        await server.revoke(getattr(granted, which), client_id="mooring-device", at=AT)
    assert not await is_signed_in(server, granted)
    assert await error(server.refresh(granted.refresh_token)) == "invalid_grant"
    assert await is_signed_in(server, other)
    assert await ends(server) == [(granted.grant_id, "signed_out")]


async def test_revoking_what_is_no_token_changes_nothing(server, mia):
    granted = await server.device(mia)
    await server.revoke("made up", client_id="mooring-device", at=AT)
    assert await is_signed_in(server, granted)


async def test_tells_what_a_good_token_stands_for(server, mia):
    granted = await server.device(mia)
    expected = {
        "scope": "activate",
        "client_id": "mooring-device",
        "account_id": mia,
        "grant_id": granted.grant_id,
        "jkt": KEY,
        "issued_at": AT,
    }
    assert await server.introspect(granted.access_token, at=AT) == Introspection(
        kind="access_token", expires_at=AT + 10 * MINUTE, **expected
    )
    assert await server.introspect(granted.refresh_token, at=AT) == Introspection(
        kind="refresh_token", expires_at=AT + 180 * DAY, **expected
    )


async def test_tells_nothing_of_a_token_that_is_not_good(server, mia):
    granted, ended = await server.device(mia), await server.device(mia)
    await server.refresh(granted.refresh_token)
    await server.revoke(ended.access_token, client_id="mooring-device", at=AT)
    for token, at in [
        ("made up", AT),
        (granted.refresh_token, AT),
        (granted.access_token, AT + 10 * MINUTE),
        (ended.access_token, AT),
        (ended.refresh_token, AT),
    ]:
        assert await server.introspect(token, at=at) is None


async def test_lists_the_devices_of_this_account_only(server, mia, noah):
    first, second = await server.device(mia), await server.device(mia, at=AT + SECOND)
    await server.device(noah)
    assert [grant.id for grant in await server.list_grants(mia)] == [second.grant_id, first.grant_id]
    await server.refresh(first.refresh_token, at=AT + MINUTE)
    assert [grant.id for grant in await server.list_grants(mia)] == [first.grant_id, second.grant_id]


async def test_the_owner_signs_a_device_out_from_elsewhere(server, mia):
    granted = await server.device(mia)
    for _ in range(2):
        await server.end_grant(granted.grant_id, account_id=mia, at=AT)
    assert not await is_signed_in(server, granted)
    assert await server.list_grants(mia) == []
    assert await ends(server) == [(granted.grant_id, "ended_by_owner")]


async def test_nobody_ends_anothers_grant_or_learns_of_it(server, mia, noah):
    granted = await server.device(mia)
    for grant_id in (granted.grant_id, "grt_other"):
        with pytest.raises(NotFound):
            await server.end_grant(grant_id, account_id=noah, at=AT)
    assert await is_signed_in(server, granted)


async def test_nobody_is_let_in_for_an_account_that_is_no_more(server):
    gone = "acc_gone"
    code = (await server.authorize(gone)).code
    assert await error(server.redeem(code)) == "invalid_grant"
    codes = await server.begin()
    await server.decide(codes, gone)
    assert await error(server.poll(codes)) == "invalid_grant"


async def test_forgets_what_ended_however_much_it_is(server, mia):
    granted = await server.device(mia)
    async with server.store.authorizations.changing() as writer:
        for number in range(1100):
            await writer.add_device_authorization(a_device_authorization(number))
    forget = ForgetEndedAuthorizations(server.store.authorizations)
    assert await forget(at=AT) == 0
    assert await forget(at=AT + 2 * DAY) == 1102  # with the device's own code and access token
    assert await forget(at=AT + 2 * DAY) == 0
    assert await server.refresh(granted.refresh_token, at=AT + 2 * DAY)


async def test_reuse_is_noticed_after_the_house_was_kept(server, mia):
    first = await server.device(mia)
    second = await server.refresh(first.refresh_token)
    await ForgetEndedAuthorizations(server.store.authorizations)(at=AT + 61 * SECOND)
    assert await error(server.refresh(first.refresh_token, at=AT + 61 * SECOND)) == "invalid_grant"
    assert await error(server.refresh(second.refresh_token, at=AT + 61 * SECOND)) == "invalid_grant"


def test_messages_never_show_secrets():
    granted = Granted(
        access_token="secret 1",
        refresh_token="secret 2",
        expires_in=600,
        scope="activate",
        grant_id="grt_1",
        account=None,
    )
    assert "secret" not in repr(granted)
    assert "secret" not in repr(Authorized(redirect_uri=CALLBACK, code="secret", state=None))
