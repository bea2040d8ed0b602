"""Device codes: shown here, decided there, good once, for the key that began, for ten minutes."""

import asyncio
import re
from datetime import timedelta

import pytest

from mooring.core.refusals import RateLimited, ServiceUnavailable, SignInRequired
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.authorization.asking import Action, Asking
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown
from mooring.server.identity.use_cases.authorization.messages import DeviceRequest, ShownCodes, WaitingDevice
from mooring.server.identity.use_cases.device_codes.begin_device_authorization import (
    BY_PLACE,
    BeginDeviceAuthorization,
)
from tests.support.accounts import ELSEWHERE, HERE, KEY, THIEF, TOKEN_SECRETS
from tests.support.budgets import spend
from tests.support.certificates import AT
from tests.support.identity_server import IdentityServer

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def server():
    return IdentityServer()


@pytest.fixture
async def mia(server):
    return await server.person()


async def error(of):
    with pytest.raises(OAuthError) as refused:
        await of
    return refused.value.error


async def show(server, typed, account_id, *, address=HERE, at=AT):
    return await server.show_user_code(typed, account_id=account_id, address=address, at=at)


async def test_gives_out_codes_for_ten_minutes(server):
    codes = await server.begin()
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", codes.user_code)
    assert len(codes.device_code) >= 43
    assert (codes.expires_in, codes.interval) == (600, 5)
    assert (await server.begin()).device_code != codes.device_code


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"client_id": "other"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"product": "Not A Slug"}, "invalid_request"),
        ({"action": "win a prize"}, "invalid_request"),
    ],
)
async def test_refuses_what_it_does_not_know(server, changes, name):
    assert await error(server.begin(**changes)) == name


async def test_shows_the_person_what_asks_since_when_and_whether_it_is_here(server, mia):
    codes = await server.begin(product="harbor-notes", device_name="Desk", action="link")
    shown = await show(server, codes.user_code.lower().replace("-", " "), mia, at=AT + MINUTE)
    assert shown == WaitingDevice(
        user_code=codes.user_code,
        asking=Asking("harbor-notes", "Desk", Action.LINK),
        from_here=True,
        asked_at=AT,
        expires_at=AT + 10 * MINUTE,
    )


async def test_a_code_handed_over_from_elsewhere_is_seen_to_be(server, mia):
    phished = await server.begin(address=ELSEWHERE)
    assert not (await show(server, phished.user_code, mia)).from_here
    assert (await show(server, phished.user_code, mia, address=ELSEWHERE)).from_here


async def test_an_approved_device_is_let_in(server, mia):
    codes = await server.begin(product="harbor-notes", device_name="Desk", action="link")
    assert await error(server.poll(codes)) == "authorization_pending"
    asking = await server.decide(codes, mia, at=AT + MINUTE)
    assert asking == Asking("harbor-notes", "Desk", Action.LINK)
    granted = await server.poll(codes, at=AT + MINUTE)
    assert (granted.expires_in, granted.scope, granted.account.id) == (600, "activate", mia)
    caller = await server.check_access_token(granted.access_token, KEY, at=AT + MINUTE)
    assert (caller.account_id, caller.grant_id) == (mia, granted.grant_id)
    (grant,) = await server.list_grants(mia)
    assert (grant.id, grant.jkt, grant.asking, grant.created_at) == (
        granted.grant_id,
        KEY,
        asking,
        AT + MINUTE,
    )
    assert (await server.store.events())[-2:] == [
        ("device.approved", mia, {}),
        ("device.signed_in", mia, {"grant": granted.grant_id}),
    ]


async def test_a_denied_device_is_told_so_and_gets_nothing(server, mia):
    codes = await server.begin()
    await server.decide(codes, mia, approve=False)
    assert await error(server.poll(codes)) == "access_denied"
    assert await server.list_grants(mia) == []
    assert await server.events("device.denied") == [("device.denied", mia, {})]


async def test_a_code_is_good_once(server, mia):
    codes = await server.begin()
    await server.decide(codes, mia)
    await server.poll(codes)
    assert await error(server.poll(codes)) == "invalid_grant"
    assert len(await server.list_grants(mia)) == 1


async def test_two_polls_at_the_same_moment_get_tokens_once(server, mia):
    codes = await server.begin()
    await server.decide(codes, mia)
    answers = await asyncio.gather(*(server.poll(codes) for _ in range(4)), return_exceptions=True)
    assert [getattr(each, "error", "granted") for each in answers].count("granted") == 1
    assert len(await server.list_grants(mia)) == 1


async def test_a_stolen_device_code_is_worth_nothing_with_another_key_and_spoils_nothing(server, mia):
    codes = await server.begin()
    for _ in range(3):
        assert await error(server.poll(codes, jkt=THIEF)) == "invalid_grant"
    assert await error(server.poll(codes)) == "authorization_pending"
    await server.decide(codes, mia)
    assert await error(server.poll(codes, jkt=THIEF)) == "invalid_grant"
    assert (await server.poll(codes)).account.id == mia


async def test_tokens_of_an_approved_device_are_worth_nothing_with_another_key(server, mia):
    granted = await server.device(mia)
    with pytest.raises(SignInRequired):
        await server.check_access_token(granted.access_token, THIEF, at=AT)
    assert await error(server.refresh(granted.refresh_token, jkt=THIEF)) == "invalid_grant"


async def test_polling_too_often_is_remembered_although_the_answer_is_an_error(server):
    codes = await server.begin()
    told = [await error(server.poll(codes, at=AT + second * SECOND)) for second in (0, 4, 13, 28)]
    assert told == ["authorization_pending", "slow_down", "slow_down", "authorization_pending"]


async def test_no_one_else_can_slow_a_device_down(server):
    codes = await server.begin()
    await error(server.poll(codes))
    await error(server.poll(codes, jkt=THIEF, at=AT + 4 * SECOND))
    assert await error(server.poll(codes, at=AT + 5 * SECOND)) == "authorization_pending"


async def test_a_poll_is_of_the_client_that_began(server):
    codes = await server.begin()
    assert await error(server.poll(codes, client_id="other")) == "invalid_client"
    assert await error(server.poll(codes, client_id=None)) == "invalid_client"


async def test_a_device_code_made_up_is_none(server):
    made_up = ShownCodes(device_code="made up", user_code="", expires_in=1, interval=1)
    assert await error(server.poll(made_up)) == "invalid_grant"


async def test_everything_is_over_after_ten_minutes(server, mia):
    codes, approved = await server.begin(), await server.begin()
    await server.decide(approved, mia, at=AT + 10 * MINUTE - SECOND)
    with pytest.raises(UserCodeUnknown):
        await show(server, codes.user_code, mia, at=AT + 10 * MINUTE)
    with pytest.raises(UserCodeUnknown):
        await server.decide(codes, mia, at=AT + 10 * MINUTE)
    for each in (codes, approved):
        assert await error(server.poll(each, at=AT + 10 * MINUTE)) == "expired_token"
    assert await server.list_grants(mia) == []


async def test_a_form_sent_twice_decides_once(server, mia):
    codes = await server.begin()
    assert await server.decide(codes, mia) == await server.decide(codes, mia)
    await server.poll(codes)
    await server.decide(codes, mia)
    assert len(await server.events("device.approved")) == 1
    assert await error(server.poll(codes)) == "invalid_grant"


async def test_nobody_can_change_what_was_decided(server, mia):
    noah = await server.person("noah@post.example")
    codes = await server.begin()
    await server.decide(codes, mia, approve=False)
    for account, approve in [(mia, True), (noah, True), (noah, False)]:
        with pytest.raises(UserCodeUnknown):
            await server.decide(codes, account, approve=approve)
    with pytest.raises(UserCodeUnknown):
        await show(server, codes.user_code, noah)
    assert await error(server.poll(codes)) == "access_denied"


async def test_two_people_who_approve_at_once_do_not_both_get_the_device(server, mia):
    noah = await server.person("noah@post.example")
    codes = await server.begin()
    answers = await asyncio.gather(
        server.decide(codes, mia), server.decide(codes, noah), return_exceptions=True
    )
    assert [isinstance(each, UserCodeUnknown) for each in answers] == [False, True]
    assert (await server.poll(codes)).account.id == mia


@pytest.mark.parametrize("typed", ["", "BBBB-BBBB", "BBBB-BBB", "aeio-uaei", "x" * 1000])
async def test_a_code_that_no_device_shows_is_unknown(server, mia, typed):
    with pytest.raises(UserCodeUnknown):
        await show(server, typed, mia)
    with pytest.raises(UserCodeUnknown):
        await decide(server, typed, mia)


async def decide(server, typed, account_id, *, address=HERE):
    session = await server.session(account_id)
    await server.decide_user_code(typed, session=session, address=address, approve=True, at=AT)


async def guess(server, account_id, address, number):
    typed = "BBBB-BBBB" if number % 3 else "nonsense"
    if number % 2:
        attempt = show(server, typed, account_id, address=address)
    else:
        attempt = decide(server, typed, account_id, address=address)
    with pytest.raises(UserCodeUnknown):
        await attempt


async def test_a_person_may_guess_ten_codes_in_ten_minutes(server, mia):
    codes = await server.begin()
    for number in range(10):
        await guess(server, mia, f"198.51.100.{number}", number)
    with pytest.raises(RateLimited) as refused:
        await show(server, codes.user_code, mia)
    assert refused.value.retry_after == 60
    with pytest.raises(RateLimited):
        await server.decide(codes, mia)
    assert (await show(server, codes.user_code, mia, at=AT + MINUTE)).user_code == codes.user_code


async def test_many_accounts_at_one_place_may_guess_five_hundred_an_hour(server):
    for number in range(500):
        await guess(server, f"acc_{number}", HERE, number)
    with pytest.raises(RateLimited) as refused:
        await show(server, "BBBB-BBBB", "acc_other")
    assert refused.value.retry_after == 8  # seconds: 7.2, and not a moment too early


async def test_right_codes_cost_nothing(server, mia):
    codes = await server.begin()
    for _ in range(60):
        await show(server, codes.user_code, mia)


async def test_a_key_cannot_ask_for_codes_without_end(server):
    for _ in range(20):
        await server.begin()
    with pytest.raises(RateLimited) as refused:
        await server.begin()
    assert refused.value.retry_after == 30
    await server.begin(jkt=THIEF)


async def test_a_place_cannot_ask_for_codes_without_end(server):
    await spend(server.budgets, BY_PLACE, HERE, BY_PLACE.capacity - 1)
    await server.begin()
    with pytest.raises(RateLimited):
        await server.begin()
    await server.begin(address=ELSEWHERE)


async def test_draws_another_code_where_one_is_taken(server):
    drawn = ["BBBBBBBB", "BBBBBBBB", "CCCCCCCC"]
    begin = BeginDeviceAuthorization(
        server.store.authorizations, TOKEN_SECRETS, MemoryBudgets(), draw_user_code=lambda: drawn.pop(0)
    )
    request = DeviceRequest(jkt=KEY, address=HERE, client_id="mooring-device")
    assert [(await begin(request, at=AT)).user_code for _ in range(2)] == ["BBBB-BBBB", "CCCC-CCCC"]


async def test_gives_up_drawing_rather_than_showing_one_code_twice(server):
    drawn = []

    def draw():
        drawn.append(1)
        return "BBBBBBBB"

    begin = BeginDeviceAuthorization(
        server.store.authorizations, TOKEN_SECRETS, MemoryBudgets(), draw_user_code=draw
    )
    request = DeviceRequest(jkt=KEY, address=HERE, client_id="mooring-device")
    await begin(request, at=AT)
    with pytest.raises(ServiceUnavailable):
        await begin(request, at=AT)
    assert len(drawn) == 6


def test_messages_never_show_codes():
    codes = ShownCodes(device_code="secret", user_code="WDJB-MJHT", expires_in=1, interval=1)
    assert "secret" not in repr(codes)
    assert "WDJB" not in repr(codes)
