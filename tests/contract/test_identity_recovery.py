"""What the store of mail tokens promises on each database: kept sealed, found by their hash, used once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.recovery.mail_token import (
    LASTS,
    MailCodeWrong,
    MailToken,
    MailTokenOver,
    Purpose,
)
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.tables import mail_tokens
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession, SignInAttempt
from mooring.server.identity.use_cases.recovery.begin_sign_up import BeginSignUp
from mooring.server.identity.use_cases.recovery.finish_sign_up import FinishSignUp
from mooring.server.identity.use_cases.recovery.forget_mail_tokens import ForgetMailTokens
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.messages import Entered
from mooring.server.identity.use_cases.recovery.reset_password import ResetPassword
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import EMAIL, HERE, PASSWORD, TOKEN_SECRETS, QuickPasswords, an_account
from tests.support.certificates import AT
from tests.support.databases import KINDS, a_database
from tests.support.mailboxes import Mailboxes

SECRETS = Secrets(bytes(range(32)))
RACERS = 8
SECOND = timedelta(seconds=1)
DESK = MailDesk(TOKEN_SECRETS, ServerSealedTexts(SECRETS), "https://licenses.example")


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with a_database(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def store(database):
    return StoredRecoveries(database, SECRETS, Outbox(SECRETS))


@pytest.fixture
async def mia(store):
    account = an_account(verified_at=AT)
    await change(store, lambda writer: writer.add_account(account, "old:a password that is forgotten"))
    return account


def a_mail_token(name=b"t", **changes):
    token = MailToken(
        token_hash=name * 32,
        purpose=Purpose.RESET,
        email=parse_email_address(EMAIL),
        code_hash=b"c" * 32,
        values={"password_hash": "argon"},
        created_at=AT,
        ends_at=AT + LASTS,
    )
    return replace(token, **changes)


async def change(store, do):
    async with store.changing() as writer:
        return await do(writer)


async def kept(store, token):
    async with store.reading() as reader:
        return await reader.mail_token(token.token_hash)


async def test_gives_a_mail_token_back_as_it_was_kept(store, mia):
    for token in (a_mail_token(), a_mail_token(b"u", account_id=mia.id, code_hash=None, values={})):
        await change(store, lambda writer, token=token: writer.add_mail_token(token))
        assert await kept(store, token) == token
    assert await kept(store, a_mail_token(b"?")) is None


async def test_keeps_what_becomes_of_a_mail_token(store):
    token = a_mail_token()
    await change(store, lambda writer: writer.add_mail_token(token))
    after = token.tried().tried().used(at=AT + SECOND)
    await change(store, lambda writer: writer.save_mail_token(after))
    assert await kept(store, token) == after


async def test_what_is_kept_until_then_is_sealed(store, database):
    await change(store, lambda writer: writer.add_mail_token(a_mail_token(values={"password_hash": "argon"})))
    async with database.reading() as session:
        (row,) = await session.fetch(Statement(select(mail_tokens)))
    assert b"argon" not in row.sealed_values


async def test_finds_an_account_by_its_address_however_its_owner_signs_in(store, mia):
    other = an_account("noah@post.example")
    await change(store, lambda writer: writer.add_account(other))
    async with store.reading() as reader:
        assert await reader.account_at(other.email.key) == other
        assert await reader.account_at(mia.email.key) == mia
        assert await reader.account_at("nobody@post.example") is None


async def test_ends_open_mail_tokens_of_one_account_and_spares_earlier_ways_back(store, mia):
    other = an_account("noah@post.example")
    await change(store, lambda writer: writer.add_account(other))
    undo = {"purpose": Purpose.UNDO, "account_id": mia.id}
    tokens = {
        "used": a_mail_token(b"1", account_id=mia.id, used_at=AT),
        "open": a_mail_token(b"2", account_id=mia.id),
        "another's": a_mail_token(b"3", account_id=other.id),
        "first undo": a_mail_token(b"4", **undo),
        "second undo": a_mail_token(b"5", **undo, created_at=AT + SECOND),
    }
    for token in tokens.values():
        await change(store, lambda writer, token=token: writer.add_mail_token(token))

    async def used():
        return {name: (await kept(store, token)).used_at for name, token in tokens.items()}

    later = AT + 2 * SECOND
    await change(store, lambda writer: writer.end_mail_tokens_of(mia.id, at=later))
    expected = {"used": AT, "open": later, "another's": None, "first undo": None, "second undo": None}
    assert await used() == expected
    await change(store, lambda writer: writer.end_mail_tokens_of(mia.id, undo_after=AT, at=later))
    assert await used() == expected | {"second undo": later}


async def test_forgets_what_has_ended(store):
    for name in (b"1", b"2", b"3"):
        await change(store, lambda writer, name=name: writer.add_mail_token(a_mail_token(name)))
    await change(store, lambda writer: writer.add_mail_token(a_mail_token(b"4", ends_at=AT + LASTS + SECOND)))
    assert await ForgetMailTokens(store)(at=AT + LASTS - SECOND) == 0
    assert await change(store, lambda writer: writer.forget_mail_tokens(at=AT + LASTS, most=2)) == 2
    assert await ForgetMailTokens(store)(at=AT + LASTS) == 1
    assert await kept(store, a_mail_token(b"4")) is not None


async def race(start):
    """Return the answers to the same thing asked by many at once."""
    return await asyncio.gather(*(start() for _ in range(RACERS)), return_exceptions=True)


@pytest.fixture
async def begun(store, database):
    """Return the ticket of a sign-up that has begun, the mail, and what finishes it."""
    passwords, budgets = QuickPasswords(), MemoryBudgets()
    begin = BeginSignUp(
        store,
        passwords,
        TOKEN_SECRETS,
        DESK,
        sign_in_limits=SignInLimits(budgets),
        limits=MailLimits(budgets),
    )
    attempt = SignInAttempt(email=EMAIL, password=PASSWORD, address=HERE)
    ticket = await begin(attempt, language="en", onward="/device", at=AT)
    mail = await Mailboxes(database, SECRETS).latest("verify_address")
    return ticket, mail, FinishSignUp(store, passwords, TOKEN_SECRETS, DESK)


async def test_a_code_typed_many_times_at_once_makes_one_account(begun):
    ticket, mail, finish = begun
    arrival = Arrival(address=HERE)
    answers = await race(lambda: finish.by_code(ticket, mail.code, arrival, at=AT))
    made = [each for each in answers if isinstance(each, Entered)]
    assert [(each.opened.created, each.onward) for each in made] == [(True, "/device")]
    assert isinstance(made[0].opened, OpenedSession)
    assert [type(each) for each in answers].count(MailTokenOver) == RACERS - 1


async def test_guesses_at_the_same_moment_are_all_counted(begun):
    ticket, mail, finish = begun
    arrival = Arrival(address=HERE)
    answers = await race(lambda: finish.by_code(ticket, mail.wrong_code, arrival, at=AT))
    assert sorted(each.left for each in answers) == list(range(10 - RACERS, 10))
    with pytest.raises(MailCodeWrong):
        await finish.by_code(ticket, mail.wrong_code, arrival, at=AT)
    with pytest.raises(MailTokenOver):
        await finish.by_code(ticket, mail.wrong_code, arrival, at=AT)
    with pytest.raises(MailTokenOver):
        await finish.by_code(ticket, mail.code, arrival, at=AT)


async def test_a_link_to_a_new_password_is_good_once_however_many_press_it(store, mia):
    issued = DESK.issue(Purpose.RESET, mia.email, account_id=mia.id, at=AT)
    await change(store, lambda writer: writer.add_mail_token(issued.token))
    reset = ResetPassword(store, QuickPasswords(), TOKEN_SECRETS, DESK, SecondFactorLimits(MemoryBudgets()))
    numbers = iter(range(RACERS))
    answers = await race(
        lambda: reset(issued.shown, f"a good password {next(numbers)}", "", address=HERE, at=AT + SECOND)
    )
    assert answers.count(None) == 1
    assert [type(each) for each in answers].count(MailTokenOver) == RACERS - 1
