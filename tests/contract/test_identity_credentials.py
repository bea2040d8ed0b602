"""What every store of credentials promises, on each database."""

from dataclasses import replace

import pytest

from mooring.server.identity.domain.credentials.authenticator import new_authenticator
from mooring.server.identity.domain.ways_in import WaysIn
from mooring.server.identity.ports.accounts import Credential
from mooring.server.identity.ports.credentials import KeptPassword, PasskeyTaken
from tests.support.accounts import a_session, an_account
from tests.support.certificates import AT, DAY
from tests.support.databases import KINDS
from tests.support.identity_stores import an_identity
from tests.support.passkeys import a_passkey


@pytest.fixture(params=KINDS)
async def store(request, tmp_path):
    async with an_identity(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def mia(store):
    return await somebody(store, "mia@outlook.example")


@pytest.fixture
async def noah(store):
    return await somebody(store, "noah@post.example")


async def somebody(store, email):
    account = an_account(email)
    await change(store, "add_account", account, f"hash of {email}")
    return account


async def read(store, what, *of):
    async with store.credentials.reading() as reader:
        return await getattr(reader, what)(*of)


async def change(store, what, *of, **how):
    async with store.credentials.changing() as writer:
        return await getattr(writer, what)(*of, **how)


async def test_gives_a_passkey_back_as_it_was_kept(store, mia, noah):
    first, second = a_passkey(mia), a_passkey(mia, 2, transports=(), backed_up=False)
    for passkey in (first, second, a_passkey(noah, 3)):
        await change(store, "add_passkey", passkey)
    assert list(await read(store, "passkeys_of", mia.id)) == [first, second]
    assert await read(store, "passkey", second.credential_id) == second
    assert await read(store, "passkey", b"unknown") is None


async def test_a_passkey_opens_one_account(store, mia, noah):
    await change(store, "add_passkey", a_passkey(mia))
    with pytest.raises(PasskeyTaken):
        await change(store, "add_passkey", a_passkey(noah, id="psk_9"))
    assert await read(store, "passkeys_of", noah.id) == []


async def test_keeps_what_changed_of_a_passkey(store, mia):
    passkey, other = a_passkey(mia), a_passkey(mia, 2)
    await change(store, "add_passkey", passkey)
    await change(store, "add_passkey", other)
    changed = passkey.used(sign_count=2**32, backed_up=False, at=AT + DAY).renamed("Desk")
    await change(store, "save_passkey", changed)
    assert list(await read(store, "passkeys_of", mia.id)) == [changed, other]
    await change(store, "remove_passkey", changed.id)
    assert list(await read(store, "passkeys_of", mia.id)) == [other]


async def test_gives_an_authenticator_back_as_it_was_kept(store, mia, noah):
    shown = new_authenticator(mia.id, at=AT)
    await change(store, "save_authenticator", shown)
    await change(store, "save_authenticator", new_authenticator(noah.id, at=AT))
    assert await read(store, "authenticator", mia.id) == shown
    on = replace(shown, confirmed_at=AT + DAY, last_step=2**40)
    await change(store, "save_authenticator", on)
    assert await read(store, "authenticator", mia.id) == on
    fresh = new_authenticator(mia.id, at=AT + DAY)
    await change(store, "save_authenticator", fresh)
    assert await read(store, "authenticator", mia.id) == fresh


async def test_only_a_confirmed_authenticator_is_asked_for(store, mia):
    credential = Credential(mia, "hash of mia@outlook.example", AT)
    shown = new_authenticator(mia.id, at=AT)
    await change(store, "save_authenticator", shown)
    assert await read(store, "credential", mia.email.key) == credential
    await change(store, "save_authenticator", replace(shown, confirmed_at=AT))
    assert await read(store, "credential", mia.email.key) == credential._replace(second_factor=True)


async def test_tells_when_the_password_or_the_second_factor_was_last_changed(store, mia, noah):
    shown = new_authenticator(mia.id, at=AT)
    await change(store, "save_authenticator", shown)
    assert await read(store, "proofs_changed_at", mia.id) == AT
    await change(store, "save_authenticator", replace(shown, confirmed_at=AT + DAY))
    assert await read(store, "proofs_changed_at", mia.id) == AT + DAY
    assert (await read(store, "credential", mia.email.key)).changed_at == AT + DAY
    await change(store, "save_password", mia.id, "another", at=AT + 2 * DAY)
    assert await read(store, "proofs_changed_at", mia.id) == AT + 2 * DAY
    assert (await read(store, "credential", mia.email.key)).changed_at == AT + 2 * DAY
    await change(store, "remove_password", mia.id)
    assert await read(store, "proofs_changed_at", mia.id) == AT + DAY
    await change(store, "remove_authenticator", mia.id)
    assert await read(store, "proofs_changed_at", mia.id) is None
    assert await read(store, "proofs_changed_at", noah.id) == AT
    assert await read(store, "proofs_changed_at", "acc_nobody") is None


async def test_removes_an_authenticator_with_its_recovery_codes(store, mia, noah):
    for account, name in ((mia, b"m"), (noah, b"n")):
        await change(store, "save_authenticator", new_authenticator(account.id, at=AT))
        await change(store, "replace_recovery_codes", account.id, [name * 32], at=AT)
    await change(store, "remove_authenticator", mia.id)
    assert await read(store, "authenticator", mia.id) is None
    assert await read(store, "recovery_codes_left", mia.id) == 0
    assert await read(store, "authenticator", noah.id) is not None
    assert await read(store, "recovery_codes_left", noah.id) == 1


async def test_a_recovery_code_is_used_once_and_by_its_account(store, mia, noah):
    await change(store, "replace_recovery_codes", mia.id, [b"1" * 32, b"2" * 32], at=AT)
    assert not await change(store, "use_recovery_code", noah.id, b"1" * 32, at=AT)
    assert not await change(store, "use_recovery_code", mia.id, b"3" * 32, at=AT)
    assert await change(store, "use_recovery_code", mia.id, b"1" * 32, at=AT)
    assert not await change(store, "use_recovery_code", mia.id, b"1" * 32, at=AT + DAY)
    assert await read(store, "recovery_codes_left", mia.id) == 1


async def test_new_recovery_codes_take_the_place_of_the_old(store, mia):
    await change(store, "replace_recovery_codes", mia.id, [b"1" * 32, b"2" * 32], at=AT)
    await change(store, "replace_recovery_codes", mia.id, [b"3" * 32], at=AT)
    assert await read(store, "recovery_codes_left", mia.id) == 1
    assert not await change(store, "use_recovery_code", mia.id, b"1" * 32, at=AT)


async def test_tells_a_password_by_its_account_and_removes_it(store, mia, noah):
    assert await read(store, "password_of", mia.id) == KeptPassword("hash of mia@outlook.example", AT)
    await change(store, "save_password", mia.id, "another", at=AT + DAY)
    assert await read(store, "password_of", mia.id) == KeptPassword("another", AT + DAY)
    await change(store, "remove_password", mia.id)
    assert await read(store, "password_of", mia.id) is None
    assert await read(store, "password_of", noah.id) is not None


async def test_lists_an_accounts_sessions_the_last_used_first(store, mia, noah):
    early = a_session(mia)
    late = replace(a_session(mia), last_seen_at=AT + DAY, browser="Firefox on Linux", place="203.0.113.7")
    for number, session in enumerate((early, late, a_session(noah))):
        await change(store, "add_session", session, b"%032d" % number)
    assert list(await read(store, "sessions_of", mia.id)) == [late, early]


async def test_removes_sessions_of_their_own_account_only(store, mia, noah):
    here, other, noahs = a_session(mia), a_session(mia), a_session(noah)
    for number, session in enumerate((here, other, noahs)):
        await change(store, "add_session", session, b"%032d" % number)
    assert await change(store, "remove_session_of", noah.id, other.id) is None
    assert await change(store, "remove_session_of", mia.id, other.id) == other
    assert await change(store, "remove_session_of", mia.id, other.id) is None
    assert await change(store, "remove_sessions_of", mia.id, keep=here.id) == []
    assert await change(store, "remove_sessions_of", mia.id) == [here]
    assert list(await read(store, "sessions_of", noah.id)) == [noahs]


async def test_passkeys_are_ways_in(store, mia):
    await change(store, "add_passkey", a_passkey(mia))
    assert await change(store, "ways_in", mia.id) == WaysIn(password=True, passkeys=1, identities=0)
    await change(store, "remove_password", mia.id)
    assert await change(store, "ways_in", mia.id) == WaysIn(password=False, passkeys=1, identities=0)
