"""What every store of accounts promises: the one in memory that unit tests use, and the stored one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.session import IDLE, LONGEST
from mooring.server.identity.ports.accounts import Credential, EmailTaken
from tests.support.accounts import a_session, an_account
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
    account = an_account("Mia@Outlook.example", verified_at=AT + DAY)
    await change(store, lambda writer: writer.add_account(account, "hash 1"))
    return account


async def read(store, ask):
    async with store.accounts.reading() as reader:
        return await ask(reader)


async def change(store, do):
    async with store.accounts.changing() as writer:
        return await do(writer)


async def test_gives_an_account_back_as_it_was_kept(store, mia):
    assert await read(store, lambda reader: reader.account(mia.id)) == mia
    assert await read(store, lambda reader: reader.credential("mia@outlook.example")) == Credential(
        mia, "hash 1", AT
    )


async def test_knows_no_other_account(store, mia):
    assert await read(store, lambda reader: reader.account("acc_other")) is None
    assert await read(store, lambda reader: reader.credential("Mia@Outlook.example")) is None


async def test_an_account_needs_neither_an_address_nor_a_password(store, mia):
    without = [replace(an_account(), email=None, name=name) for name in ("Ada", "Eve")]
    for account in without:
        await change(store, lambda writer, account=account: writer.add_account(account))
    assert [await read(store, lambda reader, a=a: reader.account(a.id)) for a in without] == without


async def test_keeps_what_changed_of_an_account(store, mia):
    changed = replace(
        mia,
        email=parse_email_address("mia@new.example"),
        verified_at=None,
        name="Mia",
        language="fr",
    )
    await change(store, lambda writer: writer.save_account(replace(changed, staff_role="owner")))
    assert await read(store, lambda reader: reader.account(mia.id)) == changed
    assert await read(store, lambda reader: reader.credential("mia@new.example")) == Credential(
        changed, "hash 1", AT
    )
    assert await read(store, lambda reader: reader.credential("mia@outlook.example")) is None


async def test_an_account_cannot_change_to_the_address_of_another(store, mia):
    noah = an_account("noah@post.example")
    await change(store, lambda writer: writer.add_account(noah, "hash of noah"))
    with pytest.raises(EmailTaken):
        await change(store, lambda writer: writer.save_account(replace(noah, email=mia.email)))
    assert await read(store, lambda reader: reader.account(noah.id)) == noah


async def test_keeps_the_first_password_of_an_account(store):
    mia = an_account()
    await change(store, lambda writer: writer.add_account(mia))
    assert await read(store, lambda reader: reader.credential(mia.email.key)) is None
    await change(store, lambda writer: writer.save_password(mia.id, "hash 1", at=AT))
    assert await read(store, lambda reader: reader.credential(mia.email.key)) == Credential(mia, "hash 1", AT)


async def test_an_address_belongs_to_one_account(store, mia):
    other = an_account("MIA@outlook.EXAMPLE")
    with pytest.raises(EmailTaken):
        await change(store, lambda writer: writer.add_account(other, "hash 2"))
    assert await read(store, lambda reader: reader.account(other.id)) is None
    assert await read(store, lambda reader: reader.credential(mia.email.key)) == Credential(mia, "hash 1", AT)


async def test_keeps_another_hash_of_this_accounts_password_only(store, mia):
    noah = an_account("noah@post.example")
    await change(store, lambda writer: writer.add_account(noah, "hash of noah"))
    await change(store, lambda writer: writer.save_password(mia.id, "hash 2", at=AT + DAY))
    assert await read(store, lambda reader: reader.credential(mia.email.key)) == Credential(
        mia, "hash 2", AT + DAY
    )
    assert await read(store, lambda reader: reader.credential(noah.email.key)) == Credential(
        noah, "hash of noah", AT
    )


async def test_finds_a_session_by_its_token(store, mia):
    session = a_session(
        mia,
        last_seen_at=AT + DAY,
        method="passkey",
        second_factor_at=AT + SECOND,
        fresh_at=AT + 2 * SECOND,
        browser="Firefox on Windows",
        place="203.0.113.7",
    )
    await change(store, lambda writer: writer.add_session(session, b"s" * 32))
    assert await read(store, lambda reader: reader.session(b"s" * 32)) == (session, mia)
    assert await read(store, lambda reader: reader.session(b"?" * 32)) is None


async def test_keeps_when_a_session_was_last_used(store, mia):
    session, other = a_session(mia), a_session(mia)
    await change(store, lambda writer: writer.add_session(session, b"s" * 32))
    await change(store, lambda writer: writer.add_session(other, b"o" * 32))
    seen = replace(session.seen(at=AT + DAY), second_factor_at=AT + DAY, fresh_at=AT + 2 * DAY)
    await change(store, lambda writer: writer.save_session(seen))
    assert await read(store, lambda reader: reader.session(b"s" * 32)) == (seen, mia)
    assert await read(store, lambda reader: reader.session(b"o" * 32)) == (other, mia)


async def test_removes_a_session_once(store, mia):
    session, other = a_session(mia), a_session(mia)
    await change(store, lambda writer: writer.add_session(session, b"s" * 32))
    await change(store, lambda writer: writer.add_session(other, b"o" * 32))
    assert await change(store, lambda writer: writer.remove_session(b"s" * 32)) == session
    assert await change(store, lambda writer: writer.remove_session(b"s" * 32)) is None
    assert await read(store, lambda reader: reader.session(b"s" * 32)) is None
    assert await read(store, lambda reader: reader.session(b"o" * 32)) == (other, mia)


@pytest.mark.parametrize(
    "changes", [{"created_at": AT - LONGEST}, {"created_at": AT - 8 * DAY, "last_seen_at": AT - IDLE}]
)
async def test_forgets_the_sessions_that_have_ended(store, mia, changes):
    ended = a_session(mia, **changes)
    live = a_session(
        mia,
        created_at=ended.created_at + SECOND,
        last_seen_at=ended.last_seen_at + SECOND,
    )
    await change(store, lambda writer: writer.add_session(ended, b"e" * 32))
    await change(store, lambda writer: writer.add_session(live, b"l" * 32))
    assert await change(store, lambda writer: writer.forget_sessions(at=AT, most=10)) == 1
    assert await read(store, lambda reader: reader.session(b"e" * 32)) is None
    assert await read(store, lambda reader: reader.session(b"l" * 32)) == (live, mia)


async def test_forgets_no_more_sessions_than_asked(store, mia):
    for number in range(3):
        token_hash = b"%032d" % number
        ended = a_session(mia, created_at=AT - LONGEST)
        await change(store, lambda writer, ended=ended, of=token_hash: writer.add_session(ended, of))
    counts = [await change(store, lambda writer: writer.forget_sessions(at=AT, most=2)) for _ in range(3)]
    assert counts == [2, 1, 0]


async def test_writes_down_what_an_account_did(store, mia):
    await change(
        store,
        lambda writer: writer.record(
            "account.created", subjects={"account": mia.id, "session": "ses_1"}, at=AT, detail={"why": "so"}
        ),
    )
    assert await store.events() == [("account.created", mia.id, {"session": "ses_1", "why": "so"})]


async def test_an_exception_undoes_everything(store, mia):
    async def fail(writer):
        await writer.save_password(mia.id, "hash 2", at=AT)
        await writer.record("account.changed", subjects={"account": mia.id}, at=AT)
        raise LookupError

    with pytest.raises(LookupError):
        await change(store, fail)
    assert await read(store, lambda reader: reader.credential(mia.email.key)) == Credential(mia, "hash 1", AT)
    assert await store.events() == []
