"""What every store of identities at providers promises: the one in memory, and the stored one."""

from dataclasses import replace

import pytest

from mooring.server.identity.domain.authorization.tokens import AccessToken
from mooring.server.identity.domain.ways_in import WaysIn
from mooring.server.identity.ports.identities import IdentityTaken
from tests.support.accounts import (
    a_code,
    a_device_authorization,
    a_grant,
    a_refresh_token,
    a_session,
    an_account,
    an_identity_of,
)
from tests.support.certificates import AT, DAY
from tests.support.databases import KINDS
from tests.support.identity_stores import an_identity


@pytest.fixture(params=["memory", *KINDS])
async def store(request, tmp_path):
    async with an_identity(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def mia(store):
    account = an_account()
    await change(store, "add_account", account, "hash")
    return account


@pytest.fixture
async def microsoft(store, mia):
    identity = an_identity_of(mia)
    await change(store, "add_identity", identity)
    return identity


async def read(store, what, *of):
    async with store.identities.reading() as reader:
        return await getattr(reader, what)(*of)


async def change(store, what, *of, **how):
    async with store.identities.changing() as writer:
        return await getattr(writer, what)(*of, **how)


async def session(store, token_hash):
    return await read(store, "session", token_hash)


async def test_finds_an_identity_by_issuer_and_subject_together(store, microsoft):
    assert await read(store, "identity", microsoft.issuer, microsoft.subject) == microsoft
    assert await read(store, "identity", "https://other.example", microsoft.subject) is None
    assert await read(store, "identity", microsoft.issuer, "other") is None
    assert await read(store, "identity", microsoft.issuer, microsoft.hint) is None


async def test_lists_an_accounts_identities_the_first_first(store, mia, microsoft):
    later = an_identity_of(mia, id="idn_9", provider="github", issuer="https://github.com", subject="42")
    noah = an_account("noah@post.example")
    await change(store, "add_account", noah)
    await change(store, "add_identity", later)
    await change(store, "add_identity", an_identity_of(noah, subject="noah"))
    assert list(await read(store, "identities_of", mia.id)) == [microsoft, later]


async def test_an_identity_opens_one_account(store, microsoft):
    noah = an_account("noah@post.example")
    await change(store, "add_account", noah)
    with pytest.raises(IdentityTaken):
        await change(store, "add_identity", an_identity_of(noah))
    assert await read(store, "identity", microsoft.issuer, microsoft.subject) == microsoft


async def test_keeps_when_it_was_used_and_what_is_shown_of_it(store, microsoft):
    used = microsoft.used(hint="mia@new.example", at=AT + DAY)
    await change(store, "save_identity", used)
    assert await read(store, "identity", microsoft.issuer, microsoft.subject) == used


async def test_a_session_shows_the_account_as_the_person_signed_in(store, mia, microsoft):
    await change(store, "add_session", a_session(mia), b"p" * 32)
    federated = a_session(mia, method="federated:microsoft", identity_id=microsoft.id)
    await change(store, "add_session", federated, b"f" * 32)
    assert (await session(store, b"p" * 32)).account == mia
    shown = replace(mia, provider="microsoft", hint="mia@contoso.example")
    assert await session(store, b"f" * 32) == (federated, shown)


async def test_an_account_without_address_is_shown_by_its_first_identity(store):
    ada = replace(an_account(), email=None, provider="microsoft")
    await change(store, "add_account", ada)
    await change(store, "add_identity", an_identity_of(ada, id="idn_1", hint="ada@one.example"))
    await change(store, "add_identity", an_identity_of(ada, id="idn_2", subject="2", provider="github"))
    shown = replace(ada, hint="ada@one.example")
    assert await read(store, "account", ada.id) == shown
    await change(store, "add_session", a_session(ada, method="passkey"), b"k" * 32)
    assert (await session(store, b"k" * 32)).account == shown


async def test_a_device_shows_the_account_as_the_person_signed_in_who_let_it_in(store, mia, microsoft):
    grant = a_grant(mia, identity_id=microsoft.id)
    async with store.authorizations.changing() as writer:
        await writer.add_grant(grant)
        await writer.add_refresh_token(a_refresh_token(grant))
        await writer.add_access_token(AccessToken(b"a" * 32, grant.id, AT))
        await writer.add_device_authorization(a_device_authorization())
        decided = a_device_authorization().decided(mia.id, approve=True, identity_id=microsoft.id)
        await writer.save_device_authorization(decided)
        await writer.add_authorization_code(a_code(mia, identity_id=microsoft.id))
    shown = replace(mia, provider="microsoft", hint="mia@contoso.example")
    async with store.authorizations.reading() as reader:
        assert (await reader.access_token(b"a" * 32)).account == shown
        assert (await reader.refresh_token(b"r" * 32)).account == shown
        assert await reader.grant(grant.id) == grant
        assert await reader.device_authorization(decided.device_code_hash) == decided
        assert (await reader.authorization_code(b"c" * 32)).identity_id == microsoft.id
        assert await reader.account(mia.id, signed_in_by=microsoft.id) == shown
        assert await reader.account(mia.id) == mia


async def test_a_removed_identity_takes_its_sessions_along_but_for_the_one_to_keep(store, mia, microsoft):
    noah = an_account("noah@post.example")
    await change(store, "add_account", noah)
    other = an_identity_of(noah, subject="noah")
    await change(store, "add_identity", other)
    kept, gone = (a_session(mia, identity_id=microsoft.id) for _ in range(2))
    local, noahs = a_session(mia), a_session(noah, identity_id=other.id)
    for name, each in ((b"k", kept), (b"g", gone), (b"l", local), (b"n", noahs)):
        await change(store, "add_session", each, name * 32)
    grant = a_grant(mia, identity_id=microsoft.id)
    async with store.authorizations.changing() as writer:
        await writer.add_grant(grant)
    await change(store, "remove_identity", microsoft.id, keep=kept.id)
    assert await read(store, "identity", microsoft.issuer, microsoft.subject) is None
    assert await session(store, b"k" * 32) == (replace(kept, identity_id=None), mia)
    assert await session(store, b"g" * 32) is None
    assert await session(store, b"l" * 32) == (local, mia)
    assert (await session(store, b"n" * 32)).session == noahs
    async with store.authorizations.reading() as reader:
        assert await reader.grant(grant.id) == replace(grant, identity_id=None)


async def test_a_session_at_the_issuer_takes_only_the_sessions_along_that_it_opened(store, mia, microsoft):
    elsewhere = an_identity_of(mia, issuer="https://other.example")
    await change(store, "add_identity", elsewhere)
    ended = a_session(mia, identity_id=microsoft.id, provider_session="sid 1")
    others = {
        b"o": a_session(mia, identity_id=microsoft.id, provider_session="sid 2"),
        b"i": a_session(mia, identity_id=elsewhere.id, provider_session="sid 1"),
        b"l": a_session(mia),
    }
    await change(store, "add_session", ended, b"e" * 32)
    for name, each in others.items():
        await change(store, "add_session", each, name * 32)
    assert await read(store, "has_sessions_at", microsoft.issuer, "sid 3") is False
    assert await read(store, "has_sessions_at", microsoft.issuer, "sid 1") is True
    assert list(await change(store, "remove_sessions_at", microsoft.issuer, "sid 1")) == [ended]
    assert await read(store, "has_sessions_at", microsoft.issuer, "sid 1") is False
    assert await read(store, "has_sessions_at", elsewhere.issuer, "sid 1") is True
    assert await session(store, b"e" * 32) is None
    assert [(await session(store, name * 32)).session for name in others] == list(others.values())


async def test_a_person_that_signed_out_there_leaves_every_session_that_they_opened(store, mia, microsoft):
    google = an_identity_of(mia, issuer="https://google.example", subject="42", provider_sub=None)
    noahs = an_account("noah@post.example")
    await change(store, "add_account", noahs)
    other = an_identity_of(noahs, subject="tid:other", provider_sub="another")
    for identity in (google, other):
        await change(store, "add_identity", identity)
    kept = {b"l": a_session(mia), b"n": a_session(noahs, identity_id=other.id)}
    ended = {b"1": a_session(mia, identity_id=microsoft.id), b"2": a_session(mia, identity_id=microsoft.id)}
    at_google = a_session(mia, identity_id=google.id)
    for name, each in (kept | ended | {b"g": at_google}).items():
        await change(store, "add_session", each, name * 32)
    assert list(await change(store, "remove_sessions_by", microsoft.issuer, microsoft.subject)) == []
    assert list(await change(store, "remove_sessions_by", google.issuer, "pairwise")) == []
    gone = await change(store, "remove_sessions_by", microsoft.issuer, "pairwise")
    assert {each.id for each in gone} == {each.id for each in ended.values()}
    assert list(await change(store, "remove_sessions_by", google.issuer, "42")) == [at_google]
    assert [(await session(store, name * 32)).session for name in kept] == list(kept.values())


async def test_knows_who_has_a_second_factor(store, mia):
    assert await change(store, "has_second_factor", mia.id) is False
    await store.protect(mia)
    assert await change(store, "has_second_factor", mia.id) is True
    assert await change(store, "has_second_factor", "acc_other") is False


async def test_counts_the_ways_into_an_account(store, mia, microsoft):
    assert await change(store, "ways_in", mia.id) == WaysIn(password=True, passkeys=0, identities=1)
    ada = replace(an_account(), email=None)
    await change(store, "add_account", ada)
    assert await change(store, "ways_in", ada.id) == WaysIn(password=False, passkeys=0, identities=0)
