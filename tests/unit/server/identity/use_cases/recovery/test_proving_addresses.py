"""Addresses: proven by code or link, changed with both told, and never taken from another account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.recovery.mail_token import MailCodeWrong, MailTokenOver
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.use_cases.recovery.messages import AddressTaken
from tests.support.accounts import EMAIL
from tests.support.certificates import AT
from tests.support.security import shown_in, wish

NEW, NEWER, TOM = "mia@post.example", "mia@third.example", "tom@outlook.example"
SECOND = timedelta(seconds=1)
LATER = AT + SECOND


async def ask_change(secure, session, email=NEW, *, at=LATER):
    ticket = await secure.begin_proof.change(wish(email), session=session, at=at)
    return ticket, await secure.latest("verify_address")


async def changed(secure, session, email=NEW, *, at=LATER):
    ticket, mail = await ask_change(secure, session, email, at=at)
    await secure.finish_proof.by_code(ticket, mail.code, session=session, at=at)


async def test_proves_the_address_that_the_account_has_by_code(secure, mia):
    ticket = await secure.begin_proof.verify(wish(), session=mia.session, at=AT)
    mail = await secure.latest("verify_address")
    assert mail.to == EMAIL
    with pytest.raises(MailCodeWrong):
        await secure.finish_proof.by_code(ticket, mail.wrong_code, session=mia.session, at=AT)
    await secure.finish_proof.by_code(ticket, mail.code, session=mia.session, at=LATER)
    assert (await secure.account(mia.account.id)).verified_at == LATER
    assert len(await secure.events("account.address_verified")) == 1
    with pytest.raises(MailTokenOver):  # it is proven
        await secure.begin_proof.verify(wish(), session=mia.session, at=LATER)


async def test_an_account_without_an_address_has_none_to_prove(secure, mia):
    await secure.change("save_account", replace(mia.account, email=None))
    with pytest.raises(MailTokenOver):
        await secure.begin_proof.verify(wish(), session=mia.session, at=AT)


async def test_a_link_proves_it_to_who_is_signed_in_to_the_account_only(secure, mia):
    await secure.begin_proof.verify(wish(), session=mia.session, at=AT)
    shown = shown_in(await secure.latest("verify_address"))
    tom = await secure.sign_up(TOM)
    with pytest.raises(MailTokenOver):
        await secure.finish_proof.look(shown, session=tom.session, at=AT)
    with pytest.raises(MailTokenOver):
        await secure.finish_proof.by_link(shown, session=tom.session, at=AT)
    assert (await secure.finish_proof.look(shown, session=mia.session, at=AT)).email == EMAIL
    await secure.finish_proof.by_link(shown, session=mia.session, at=AT)
    assert (await secure.account(mia.account.id)).verified_at == AT


async def test_what_was_sent_to_an_address_that_it_has_no_longer_proves_nothing(secure, mia):
    await secure.begin_proof.verify(wish(), session=mia.session, at=AT)
    shown = shown_in(await secure.latest("verify_address"))
    await secure.change("save_account", replace(mia.account, email=parse_email_address(NEW)))
    with pytest.raises(MailTokenOver):
        await secure.finish_proof.by_link(shown, session=mia.session, at=AT)
    assert (await secure.account(mia.account.id)).verified_at is None


async def test_a_change_is_told_to_both_and_the_old_one_can_put_it_back(secure):
    account, session = await secure.proven()
    with pytest.raises(NotFresh):
        await ask_change(secure, session, at=AT + FRESH)
    await changed(secure, session)
    kept = await secure.account(account.id)
    assert (kept.email.text, kept.verified_at) == (NEW, LATER)
    assert len(await secure.events("account.address_changed")) == 1
    assert [each.to for each in await secure.told("address_changed")] == [NEW]
    (old,) = await secure.told("address_replaced")
    assert (old.to, old.values["new_masked"]) == (EMAIL, "m•••@p•••.example")


async def test_an_address_that_nobody_had_proven_is_told_and_given_no_say(secure, mia):
    await changed(secure, mia.session)
    assert [each.to for each in await secure.told("address_changed")] == [NEW, EMAIL]
    assert await secure.told("address_replaced") == []


async def test_a_first_address_is_told_to_itself(secure, mia):
    await secure.change("save_account", replace(mia.account, email=None))
    await changed(secure, mia.session)
    assert [each.to for each in await secure.told("address_changed")] == [NEW]


async def test_the_own_address_typed_once_more_is_proven_and_no_change(secure, mia):
    await changed(secure, mia.session, EMAIL)
    assert (await secure.account(mia.account.id)).verified_at == LATER
    assert await secure.told() == ["verify_address"]


async def test_two_changes_in_one_second_cannot_be_told_apart_and_are_refused(secure):
    _, session = await secure.proven()
    await changed(secure, session)
    ticket, mail = await ask_change(secure, session, NEWER)
    with pytest.raises(MailTokenOver):
        await secure.finish_proof.by_code(ticket, mail.code, session=session, at=LATER)


async def test_the_address_of_another_is_told_to_its_owner_alone(secure, mia):
    tom = await secure.sign_up(TOM)
    ticket = await secure.begin_proof.change(wish(TOM), session=mia.session, at=AT)
    assert (await secure.latest("sign_up_again")).to == TOM
    with pytest.raises(MailCodeWrong):
        await secure.finish_proof.by_code(ticket, "000000", session=mia.session, at=AT)
    assert (await secure.account(tom.account.id)).email.text == TOM


@pytest.mark.parametrize("by", ["code", "link"])
async def test_an_address_that_another_got_meanwhile_stays_theirs(secure, mia, by):
    ticket, mail = await ask_change(secure, mia.session)
    await secure.sign_up(NEW)
    attempt = (
        secure.finish_proof.by_code(ticket, mail.code, session=mia.session, at=LATER)
        if by == "code"
        else secure.finish_proof.by_link(shown_in(mail), session=mia.session, at=LATER)
    )
    with pytest.raises(AddressTaken):
        await attempt
    assert (await secure.account(mia.account.id)).email.text == EMAIL
