"""Signing up, in and out: nobody learns who has an account, and a session is always a new one."""

import asyncio
from datetime import timedelta

import pytest

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.email_address import EmailMalformed
from mooring.server.identity.domain.password import PasswordUnfit
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.domain.session import Session
from mooring.server.identity.use_cases.accounts.forget_ended_sessions import ForgetEndedSessions
from mooring.server.identity.use_cases.accounts.messages import OpenedSession, SignInAttempt
from tests.support.accounts import ELSEWHERE, EMAIL, HERE, PASSWORD, TOKEN_SECRETS
from tests.support.certificates import AT, DAY
from tests.support.identity_server import IdentityServer

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NEVER_MADE = "nobody@post.example"


@pytest.fixture
def server():
    return IdentityServer()


async def signed_in(server, token, *, at=AT):
    """Return the identifier of the account that is signed in with ``token``."""
    found = await server.find_session(token, at=at)
    return found and found.account.id


async def fail(attempt):
    with pytest.raises(CredentialsWrong):
        await attempt


async def test_signing_up_makes_an_account_and_signs_in(server):
    opened = await server.sign_up("Mia@Outlook.example")
    assert opened.created
    assert opened.account.email.text == "Mia@Outlook.example"
    assert (opened.account.created_at, opened.account.verified_at) == (AT, None)
    assert (opened.account.masked, opened.account.provider) == ("M•••@O•••.example", "local")
    assert await signed_in(server, opened.token) == opened.account.id
    session = {"session": opened.session.id}
    assert await server.store.events() == [
        ("account.created", opened.account.id, {}),
        ("account.signed_in", opened.account.id, session),
    ]


async def test_signing_in_finds_the_account_however_its_address_is_typed(server):
    made = await server.sign_up()
    opened = await server.sign_in(" MIA@outlook.EXAMPLE", at=AT + DAY)
    assert opened.account == made.account
    assert not opened.created
    assert opened.session == Session(
        opened.session.id,
        made.account.id,
        AT + DAY,
        AT + DAY,
        method="password",
        fresh_at=AT + DAY,
        place=HERE,
    )


async def test_signing_up_again_with_the_same_password_signs_in(server):
    made = await server.sign_up()
    again = await server.sign_up()
    assert (again.account, again.created) == (made.account, False)
    assert await signed_in(server, again.token) == made.account.id


async def test_signing_up_again_with_another_password_is_answered_as_at_sign_in(server):
    await server.sign_up()
    await fail(server.sign_up(password="another good password"))
    await fail(server.sign_in(password="another good password"))
    await fail(server.sign_in(NEVER_MADE))


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, PASSWORD.upper()),
        (EMAIL, PASSWORD + " "),
        (EMAIL, ""),
        (EMAIL, "x" * 257),
        ("", PASSWORD),
        ("not an address", PASSWORD),
        (NEVER_MADE, PASSWORD),
    ],
)
async def test_nobody_gets_in_with_anything_else(server, email, password):
    await server.sign_up()
    await fail(server.sign_in(email, password))


async def test_whether_there_is_an_account_shows_neither_in_the_work_nor_in_the_answer(server):
    await server.sign_up()

    async def cost(of):
        before = (server.passwords.work, server.store.transactions)
        with pytest.raises(CredentialsWrong) as refused:
            await of
        work, transactions = server.passwords.work - before[0], server.store.transactions - before[1]
        return work, transactions, str(refused.value), refused.value.args

    known = await cost(server.sign_in(password="a wrong password"))
    unknown = await cost(server.sign_in(NEVER_MADE, "a wrong password"))
    taken = await cost(server.sign_up(password="a wrong password"))
    assert known == unknown == taken == (1, 0, "", ())


async def test_a_new_account_costs_the_same_hashing_as_a_wrong_password(server):
    await server.sign_up()
    assert server.passwords.work == 1


async def test_refuses_to_make_an_account_of_what_is_no_address_or_no_good_password(server):
    with pytest.raises(EmailMalformed):
        await server.sign_up("mia")
    with pytest.raises(PasswordUnfit) as refused:
        await server.sign_up(password="password")
    assert refused.value.why == "common"
    assert (server.passwords.work, server.store.transactions) == (0, 0)


async def test_two_clicks_make_one_account(server):
    opened = await asyncio.gather(*(server.sign_up() for _ in range(5)))
    assert len({each.account.id for each in opened}) == 1
    assert [each.created for each in opened].count(True) == 1
    assert len(await server.events("account.created")) == 1


async def test_who_comes_second_at_the_same_moment_needs_the_firsts_password(server):
    made, refused = await asyncio.gather(
        server.sign_up(), server.sign_up(password="another good password"), return_exceptions=True
    )
    assert made.created
    assert isinstance(refused, CredentialsWrong)


async def test_a_session_planted_before_signing_in_is_worth_nothing_after(server):
    thief = await server.sign_up("thief@post.example")
    mia = await server.sign_up(old_token=thief.token)
    assert mia.token != thief.token
    assert await signed_in(server, thief.token) is None
    again = await server.sign_in(old_token=mia.token)
    assert again.token != mia.token
    assert await signed_in(server, mia.token) is None
    assert await signed_in(server, again.token) == mia.account.id


async def test_a_token_made_up_by_somebody_becomes_no_session(server):
    opened = await server.sign_up(old_token="planted")
    assert await signed_in(server, "planted") is None
    assert opened.token != "planted"


async def test_a_wrong_password_leaves_the_session_as_it_is(server):
    mia = await server.sign_up()
    await fail(server.sign_in(password="a wrong password", old_token=mia.token))
    assert await signed_in(server, mia.token) == mia.account.id


async def test_each_session_has_a_token_of_its_own_that_is_kept_only_as_a_hash(server):
    first, second = await server.sign_up(), await server.sign_in()
    assert len({first.token, second.token}) == 2
    assert min(len(first.token), len(second.token)) >= 43
    for opened in (first, second):
        async with server.store.accounts.reading() as reader:
            assert await reader.session(opened.token.encode()) is None
            hashed = TOKEN_SECRETS.hash(opened.token, TokenKind.SESSION)
            assert (await reader.session(hashed)).session == opened.session


@pytest.mark.parametrize("token", [None, "", "made up", "x" * 513, "\ud800"])
async def test_nobody_is_signed_in_with_a_token_that_is_none(server, token):
    await server.sign_up()
    assert await signed_in(server, token) is None


async def test_signing_out_ends_this_session_only_and_once(server):
    first, second = await server.sign_up(), await server.sign_in()
    for _ in range(2):
        await server.sign_out(first.token, at=AT + HOUR)
    assert await signed_in(server, first.token) is None
    assert await signed_in(server, second.token) == first.account.id
    assert await server.events("account.signed_out") == [
        ("account.signed_out", first.account.id, {"session": first.session.id})
    ]


async def test_a_session_that_is_used_goes_on_to_its_end(server):
    token = (await server.sign_up()).token
    assert await signed_in(server, token, at=AT + 6 * DAY)
    assert await signed_in(server, token, at=AT + 12 * DAY)
    assert await signed_in(server, token, at=AT + 19 * DAY) is None


async def test_using_a_session_is_written_once_an_hour(server):
    token = (await server.sign_up()).token
    before = server.store.transactions
    for seconds in (1, 60, 3599):
        await server.find_session(token, at=AT + seconds * SECOND)
    assert server.store.transactions == before
    found = await server.find_session(token, at=AT + HOUR)
    assert server.store.transactions == before + 1
    assert found.session.last_seen_at == AT + HOUR


async def test_a_password_hashed_at_other_costs_is_hashed_anew(server):
    await server.sign_up()
    server.passwords.costs = "new"
    await server.sign_in()
    assert server.passwords.work == 3
    await server.sign_in()
    assert server.passwords.work == 4


async def test_ten_wrong_passwords_from_one_place_are_enough(server):
    await server.sign_up()
    for _ in range(10):
        await fail(server.sign_in(password="a wrong password"))
    worked = server.passwords.work
    for password in ("a wrong password", PASSWORD):
        with pytest.raises(RateLimited) as refused:
            await server.sign_in(password=password)
        assert refused.value.retry_after == 90
    assert server.passwords.work == worked
    await fail(server.sign_in(password="a wrong password", at=AT + 90 * SECOND))


async def test_the_owner_elsewhere_is_not_locked_out_by_one_who_guesses(server):
    made = await server.sign_up()
    for _ in range(10):
        await fail(server.sign_in(password="a wrong password", address=ELSEWHERE))
    assert (await server.sign_in(address=HERE)).account == made.account


async def test_guesses_at_an_account_that_is_not_there_are_limited_alike(server):
    for _ in range(10):
        await fail(server.sign_in(NEVER_MADE))
    with pytest.raises(RateLimited) as refused:
        await server.sign_in(NEVER_MADE)
    assert refused.value.retry_after == 90


async def test_other_spellings_give_no_more_guesses(server):
    for number in range(10):
        spelling = "mia@outlook.example" if number % 2 else " MIA@Outlook.Example"
        await fail(server.sign_in(spelling, "a wrong password"))
    with pytest.raises(RateLimited):
        await server.sign_in("ｍｉａ@outlook.example")  # noqa: RUF001 - a spelling of the same


async def test_signing_up_gives_no_more_guesses(server):
    await server.sign_up()
    for _ in range(10):
        await fail(server.sign_up(password="a wrong password"))
    with pytest.raises(RateLimited):
        await server.sign_in()


async def test_a_school_signs_in_from_one_address(server):
    for number in range(199):
        await server.sign_up(f"pupil{number}@school.example")
    for number in range(199):
        await server.sign_in(f"pupil{number}@school.example")


async def test_a_flood_at_one_moment_gets_no_more_guesses_than_a_patient_thief(server):
    await server.sign_up()
    worked = server.passwords.work
    answers = await asyncio.gather(
        *(server.sign_in(password=f"wrong password {number}") for number in range(500)),
        return_exceptions=True,
    )
    assert [type(each) for each in answers].count(CredentialsWrong) == 10
    assert sum(isinstance(each, RateLimited) for each in answers) == 490
    assert server.passwords.work == worked + 10


async def test_being_turned_away_for_a_crowd_is_no_guess(server):
    await server.sign_up()
    server.passwords.is_full = True
    for _ in range(50):
        with pytest.raises(ServiceUnavailable):
            await server.sign_in()
    server.passwords.is_full = False
    await server.sign_in()


async def test_forgets_ended_sessions_however_many_there_are(server):
    account = (await server.sign_up()).account
    async with server.store.accounts.changing() as writer:
        for number in range(1200):
            session = Session(f"ses_{number}", account.id, AT, AT)
            await writer.add_session(session, b"%032d" % number)
    kept = await server.sign_in(at=AT + 7 * DAY)
    forget = ForgetEndedSessions(server.store.accounts)
    assert await forget(at=AT + 7 * DAY) == 1201
    assert await forget(at=AT + 7 * DAY) == 0
    assert await signed_in(server, kept.token, at=AT + 7 * DAY)


def test_messages_never_show_secrets():
    attempt = SignInAttempt(email=EMAIL, password="my secret", address=HERE, old_token="secret token")
    assert "secret" not in repr(attempt)
    assert "secret" not in repr(OpenedSession("secret token", None, None, "secret marks"))
