"""What every store of authorizations promises: the one in memory, and the stored one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.authorization import authorization_code, device_authorization
from mooring.server.identity.domain.authorization.asking import Action, Asking
from mooring.server.identity.domain.authorization.device_authorization import DeviceState
from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.domain.authorization.tokens import (
    ACCESS_LASTS,
    FORGIVEN,
    REFRESH_LASTS,
    AccessToken,
)
from mooring.server.identity.ports.authorizations import UserCodeTaken
from mooring.server.identity.storage.authorizations.writing import CODES_KEPT, USED_REFRESH_KEPT
from tests.support.accounts import KEY, a_code, a_device_authorization, a_grant, a_refresh_token, an_account
from tests.support.certificates import AT, DAY
from tests.support.databases import KINDS
from tests.support.identity_stores import an_identity

SECOND = timedelta(seconds=1)


@pytest.fixture(params=["memory", *KINDS])
async def store(request, tmp_path):
    async with an_identity(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def mia(store):
    account = an_account()
    async with store.accounts.changing() as writer:
        await writer.add_account(account, "hash")
    return account


@pytest.fixture
async def grant(store, mia):
    granted = a_grant(mia)
    await change(store, "add_grant", granted)
    return granted


async def read(store, what, *of):
    async with store.authorizations.reading() as reader:
        return await getattr(reader, what)(*of)


async def change(store, what, *of, **how):
    async with store.authorizations.changing() as writer:
        return await getattr(writer, what)(*of, **how)


async def test_reads_accounts(store, mia):
    assert await read(store, "account", mia.id) == mia
    assert await read(store, "account", "acc_other") is None


async def test_finds_a_device_authorization_by_either_code(store):
    waiting = a_device_authorization(asking=Asking(None, None, Action.LINK))
    await change(store, "add_device_authorization", waiting)
    assert await read(store, "device_authorization", waiting.device_code_hash) == waiting
    assert await read(store, "device_authorization_shown", waiting.user_code_hash) == waiting
    assert await read(store, "device_authorization", waiting.user_code_hash) is None
    assert await read(store, "device_authorization_shown", waiting.device_code_hash) is None


async def test_no_two_devices_show_one_user_code(store):
    await change(store, "add_device_authorization", a_device_authorization())
    other = a_device_authorization(2, user_code_hash=a_device_authorization().user_code_hash)
    with pytest.raises(UserCodeTaken):
        await change(store, "add_device_authorization", other)
    assert await read(store, "device_authorization", other.device_code_hash) is None


async def test_keeps_what_became_of_a_device_authorization(store, mia):
    waiting, other = a_device_authorization(), a_device_authorization(2)
    await change(store, "add_device_authorization", waiting)
    await change(store, "add_device_authorization", other)
    became = replace(
        waiting, interval=15, last_polled_at=AT + SECOND, state=DeviceState.APPROVED, account_id=mia.id
    )
    await change(store, "save_device_authorization", became)
    assert await read(store, "device_authorization", waiting.device_code_hash) == became
    assert await read(store, "device_authorization", other.device_code_hash) == other


async def test_keeps_an_authorization_code_and_what_it_was_redeemed_for(store, mia, grant):
    code, other = a_code(mia, dpop_jkt=KEY), a_code(mia, code_hash=b"o" * 32)
    await change(store, "add_authorization_code", code)
    await change(store, "add_authorization_code", other)
    assert await read(store, "authorization_code", code.code_hash) == code
    redeemed = code.redeemed(grant.id)
    await change(store, "save_authorization_code", redeemed)
    assert await read(store, "authorization_code", code.code_hash) == redeemed
    assert await read(store, "authorization_code", other.code_hash) == other
    assert await read(store, "authorization_code", b"?" * 32) is None


async def test_keeps_a_grant_when_it_was_used_and_how_it_ended(store, mia, grant):
    other = a_grant(mia)
    await change(store, "add_grant", other)
    assert await read(store, "grant", grant.id) == grant
    became = grant.used(at=AT + SECOND).ended(EndReason.CODE_REPLAYED, at=AT + DAY)
    await change(store, "save_grant", became)
    assert await read(store, "grant", grant.id) == became
    assert await read(store, "grant", other.id) == other
    assert await read(store, "grant", "grt_other") is None


async def test_lists_an_accounts_grants_last_used_first(store, mia, grant):
    noah = an_account("noah@post.example")
    async with store.accounts.changing() as writer:
        await writer.add_account(noah, "hash")
    ended = a_grant(mia).ended(EndReason.SIGNED_OUT, at=AT)
    later = a_grant(mia, last_used_at=AT + DAY)
    for each in (ended, later, a_grant(noah)):
        await change(store, "add_grant", each)
    assert list(await read(store, "grants_of", mia.id)) == [later, grant]


async def test_finds_an_access_token_with_its_grant_and_account(store, mia, grant):
    token = AccessToken(b"a" * 32, grant.id, AT + SECOND)
    await change(store, "add_access_token", token)
    assert await read(store, "access_token", token.token_hash) == (token, grant, mia)
    assert await read(store, "refresh_token", token.token_hash) is None
    assert await read(store, "access_token", b"?" * 32) is None


async def test_finds_a_refresh_token_with_its_grant_and_account(store, mia, grant):
    token = a_refresh_token(grant)
    await change(store, "add_refresh_token", token)
    assert await read(store, "refresh_token", token.token_hash) == (token, grant, mia)
    used = token.used(successor_hash=b"n" * 32, sealed_successor=b"sealed", at=AT + SECOND)
    await change(store, "save_refresh_token", used)
    assert await read(store, "refresh_token", token.token_hash) == (used, grant, mia)
    assert await read(store, "access_token", token.token_hash) is None


async def test_forgets_the_sealed_copy_of_one_successor(store, grant):
    first = a_refresh_token(grant, b"1").used(successor_hash=b"2" * 32, sealed_successor=b"copy", at=AT)
    other = a_refresh_token(grant, b"8").used(successor_hash=b"9" * 32, sealed_successor=b"copy", at=AT)
    for each in (first, other):
        await change(store, "add_refresh_token", each)
    await change(store, "forget_sealed_copies_of", b"2" * 32)
    kept = [(await read(store, "refresh_token", each.token_hash)).token for each in (first, other)]
    assert kept == [replace(first, sealed_successor=None), other]


async def test_forgets_sealed_copies_when_they_can_be_asked_for_no_more(store, grant):
    late = a_refresh_token(grant, b"1").used(
        successor_hash=b"2" * 32, sealed_successor=b"copy", at=AT - FORGIVEN - SECOND
    )
    in_time = a_refresh_token(grant, b"8").used(
        successor_hash=b"9" * 32, sealed_successor=b"copy", at=AT - FORGIVEN
    )
    for each in (late, in_time):
        await change(store, "add_refresh_token", each)
    assert await change(store, "forget_ended", at=AT, most=10) == 0
    kept = [(await read(store, "refresh_token", each.token_hash)).token for each in (late, in_time)]
    assert kept == [replace(late, sealed_successor=None), in_time]


@pytest.mark.parametrize("too_young", [timedelta(0), SECOND])
async def test_forgets_each_kind_at_its_time(store, mia, grant, too_young):
    device = a_device_authorization(created_at=AT - CODES_KEPT - device_authorization.LASTS + too_young)
    code = a_code(mia, created_at=AT - CODES_KEPT - authorization_code.LASTS + too_young)
    access = AccessToken(b"a" * 32, grant.id, AT - ACCESS_LASTS + too_young)
    unused = a_refresh_token(grant, b"1", issued_at=AT - REFRESH_LASTS + too_young)
    used = a_refresh_token(grant, b"2", issued_at=AT - REFRESH_LASTS - DAY)
    used = replace(used, used_at=AT - USED_REFRESH_KEPT + too_young)
    await change(store, "add_device_authorization", device)
    await change(store, "add_authorization_code", code)
    await change(store, "add_access_token", access)
    await change(store, "add_refresh_token", unused)
    await change(store, "add_refresh_token", used)
    assert await change(store, "forget_ended", at=AT, most=10) == (0 if too_young else 5)
    found = [
        await read(store, "device_authorization", device.device_code_hash),
        await read(store, "authorization_code", code.code_hash),
        await read(store, "access_token", access.token_hash),
        await read(store, "refresh_token", unused.token_hash),
        await read(store, "refresh_token", used.token_hash),
    ]
    assert [each is not None for each in found] == [bool(too_young)] * 5
    assert await read(store, "grant", grant.id) == grant


async def test_forgets_no_more_of_a_kind_than_asked(store, grant):
    for number in range(3):
        token = AccessToken(b"%032d" % number, grant.id, AT - DAY)
        await change(store, "add_access_token", token)
    assert [await change(store, "forget_ended", at=AT, most=2) for _ in range(3)] == [2, 1, 0]


async def test_writes_down_what_happened_or_nothing(store, mia, grant):
    subjects = {"account": mia.id, "grant": grant.id}
    await change(store, "record", "device.signed_out", subjects=subjects, at=AT, detail={"reason": "so"})

    async def fail_half_way():
        async with store.authorizations.changing() as writer:
            await writer.record("device.signed_out", subjects=subjects, at=AT)
            await writer.save_grant(grant.used(at=AT + DAY))
            raise LookupError

    with pytest.raises(LookupError):
        await fail_half_way()
    assert await store.events() == [("device.signed_out", mia.id, {"grant": grant.id, "reason": "so"})]
    assert await read(store, "grant", grant.id) == grant
