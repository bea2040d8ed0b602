"""Signing up by mail: a code or a link makes the account, once, and tells nobody else of it."""

from datetime import timedelta

import pytest

from mooring.server.identity.domain.recovery.mail_token import LASTS, MOST_TRIES, MailCodeWrong, MailTokenOver
from mooring.server.identity.use_cases.accounts.messages import Arrival, SignInAttempt
from mooring.server.identity.use_cases.recovery.forget_mail_tokens import ForgetMailTokens
from mooring.server.identity.use_cases.recovery.messages import AddressTaken
from tests.support.accounts import EMAIL, HERE, PASSWORD
from tests.support.certificates import AT
from tests.support.security import shown_in, wish

NEW, NEWER, TOM = "mia@post.example", "mia@third.example", "tom@outlook.example"
OTHER = "another horse battery staple"
SECOND = timedelta(seconds=1)
ARRIVAL = Arrival(address=HERE)


async def begin(secure, email=NEW, *, at=AT):
    """Sign up, and return the ticket and the mail."""
    attempt = SignInAttempt(email=email, password=PASSWORD, address=HERE)
    ticket = await secure.begin_sign_up(attempt, language="en", onward="/device", at=at)
    return ticket, await secure.latest("verify_address")


async def test_a_code_makes_the_account_once_and_signs_in(secure):
    ticket, mail = await begin(secure)
    entered = await secure.finish_sign_up.by_code(
        ticket, f" {mail.code[:3]}-{mail.code[3:]} ", ARRIVAL, at=AT
    )
    account = entered.opened.account
    assert (account.email.text, account.verified_at, entered.onward) == (NEW, AT, "/device")
    assert entered.opened.created
    assert (await secure.sign_in(NEW)).account == account
    with pytest.raises(MailTokenOver):
        await secure.finish_sign_up.by_code(ticket, mail.code, ARRIVAL, at=AT)


async def test_wrong_codes_are_counted_and_end_it(secure):
    ticket, mail = await begin(secure)
    for left in range(MOST_TRIES - 1, 0, -1):
        with pytest.raises(MailCodeWrong) as wrong:
            await secure.finish_sign_up.by_code(ticket, mail.wrong_code, ARRIVAL, at=AT)
        assert wrong.value.left == left
    for code in (mail.wrong_code, mail.code):
        with pytest.raises(MailTokenOver):
            await secure.finish_sign_up.by_code(ticket, code, ARRIVAL, at=AT)


async def test_a_ticket_is_of_a_sign_up_and_ours(secure):
    _, mail = await begin(secure)
    made = await secure.sign_up(TOM)
    other = await secure.begin_proof.verify(wish(TOM), session=made.session, at=AT)
    for held in (None, "nonsense", other):
        with pytest.raises(MailTokenOver):
            await secure.finish_sign_up.by_code(held, mail.code, ARRIVAL, at=AT)


async def test_a_link_asks_in_another_browser_for_the_password_that_was_chosen(secure):
    ticket, mail = await begin(secure)
    shown = shown_in(mail)
    assert (await secure.finish_sign_up.look(shown, ticket, at=AT)) == (NEW, False, False, False)
    assert (await secure.finish_sign_up.look(shown, None, at=AT)).asks
    another, _ = await begin(secure, NEWER)
    assert (await secure.finish_sign_up.look(shown, another, at=AT)).asks
    for typed in ("", "not the password"):
        with pytest.raises(MailCodeWrong):
            await secure.finish_sign_up.by_link(shown, None, typed, ARRIVAL, at=AT)
    entered = await secure.finish_sign_up.by_link(shown, None, PASSWORD, ARRIVAL, at=AT)
    assert entered.opened.account.email.text == NEW


async def test_a_link_is_enough_where_it_began_and_for_half_an_hour(secure):
    ticket, mail = await begin(secure)
    for shown in ("", "x" * 500, "nonsense"):
        with pytest.raises(MailTokenOver):
            await secure.finish_sign_up.by_link(shown, ticket, "", ARRIVAL, at=AT)
    with pytest.raises(MailTokenOver):
        await secure.finish_sign_up.by_link(shown_in(mail), ticket, "", ARRIVAL, at=AT + LASTS)
    at = AT + LASTS - SECOND
    entered = await secure.finish_sign_up.by_link(shown_in(mail), ticket, "", ARRIVAL, at=at)
    assert entered.opened.account.verified_at == at


async def test_an_address_that_another_got_meanwhile_makes_no_account(secure):
    ticket, mail = await begin(secure)
    await secure.sign_up(NEW)
    with pytest.raises(AddressTaken):
        await secure.finish_sign_up.by_code(ticket, mail.code, ARRIVAL, at=AT)
    with pytest.raises(AddressTaken):
        await secure.finish_sign_up.by_link(shown_in(mail), ticket, "", ARRIVAL, at=AT)


async def test_a_taken_address_gets_another_mail_and_no_code_is_right(secure, mia):
    attempt = SignInAttempt(email=EMAIL, password=OTHER, address=HERE)
    ticket = await secure.begin_sign_up(attempt, language="fr", onward="/", at=AT)
    mail = await secure.latest("sign_up_again")
    assert (mail.to, mail.language) == (EMAIL, "fr")
    for code in ("000000", "999999", "12345", ""):
        with pytest.raises(MailCodeWrong):
            await secure.finish_sign_up.by_code(ticket, code, ARRIVAL, at=AT)


async def test_what_has_ended_is_forgotten_piece_by_piece(secure, mia):
    for number in range(3):
        await begin(secure, f"new{number}@post.example")
    forget = ForgetMailTokens(secure.recoveries)
    assert await forget(at=AT + LASTS - SECOND) == 0
    assert await forget(at=AT + LASTS) == 3
    assert await forget(at=AT + LASTS) == 0
