"""Passwords: changed by who knows them, first set by who proved it, removed while another way is left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.refusals import RateLimited, SignInRequired
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.password import PasswordUnfit
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.use_cases.accounts.limits import BY_BROWSER, BY_PERSON
from mooring.server.identity.use_cases.passwords.change_password import NoAddress
from tests.support.accounts import EMAIL, PASSWORD, a_session, an_account
from tests.support.budgets import left, spend
from tests.support.certificates import AT
from tests.support.passkeys import a_passkey

NEW = "another horse battery staple"
SECOND = timedelta(seconds=1)


async def test_changes_the_password_signs_others_out_and_tells(secure, mia):
    elsewhere = await secure.sign_in()
    await secure.change_password(PASSWORD, NEW, mia.session, at=AT + SECOND)
    assert [each.id for each in await secure.kept("sessions_of", mia.account.id)] == [mia.session.id]
    assert await secure.find_session(elsewhere.token, at=AT + SECOND) is None
    assert await secure.told() == ["password_changed"]
    assert len(await secure.events("account.password_changed")) == 1
    with pytest.raises(CredentialsWrong):
        await secure.sign_in()
    assert (await secure.sign_in(password=NEW)).account.id == mia.account.id


@pytest.mark.parametrize("typed", ["", "not the password", "x" * 5000])
async def test_a_wrong_one_changes_nothing_and_is_a_guess(secure, mia, typed):
    with pytest.raises(CredentialsWrong):
        await secure.change_password(typed, NEW, mia.session)
    assert await left(secure.budgets, BY_PERSON, EMAIL) == BY_PERSON.capacity - 1
    assert (await secure.sign_in()).account.id == mia.account.id
    assert await secure.told() == []


async def test_in_a_known_browser_it_is_a_guess_of_that_one(secure, mia):
    await spend(secure.budgets, BY_PERSON, EMAIL)
    with pytest.raises(RateLimited):
        await secure.change_password(PASSWORD, NEW, mia.session)
    known = {"known_browser": mia.known_browser}
    with pytest.raises(CredentialsWrong):
        await secure.change_password("not the password", NEW, mia.session, **known)
    browser = known["known_browser"].split("~")[1]
    assert await left(secure.budgets, BY_BROWSER, browser) == BY_BROWSER.capacity - 1
    await secure.change_password(PASSWORD, NEW, mia.session, **known)


async def test_one_that_is_not_good_enough_is_not_set(secure, mia):
    for new in ("short", EMAIL):
        with pytest.raises(PasswordUnfit):
            await secure.change_password(PASSWORD, new, mia.session)


async def test_nobody_sets_one_where_there_is_no_account_or_no_address(secure, mia):
    with pytest.raises(SignInRequired):
        await secure.change_password(PASSWORD, NEW, a_session(an_account("gone@post.example")))
    nameless = replace(an_account(), email=None)
    await secure.change("add_account", nameless)
    with pytest.raises(NoAddress):
        await secure.change_password("", NEW, await secure.session(nameless.id))


async def test_the_first_is_set_by_who_proved_just_now_who_they_are(secure, mia):
    await secure.change("add_passkey", a_passkey(mia.account))
    await secure.remove_password(session=mia.session, at=AT)
    with pytest.raises(NotFresh):
        await secure.change_password("", NEW, mia.session, at=AT + FRESH)
    await secure.change_password("whatever", NEW, mia.session, at=AT + FRESH - SECOND)
    assert (await secure.sign_in(password=NEW)).account.id == mia.account.id


async def test_one_that_was_changed_while_this_one_was_looked_at_stays(secure, mia):
    async def meanwhile(password, stored):
        await secure.change("save_password", mia.account.id, f"old:{NEW}", at=AT + SECOND)
        return True

    secure.passwords.matches = meanwhile
    with pytest.raises(CredentialsWrong):
        await secure.change_password(PASSWORD, "a third horse entirely", mia.session)
    assert (await secure.kept("password_of", mia.account.id)).hash == f"old:{NEW}"


async def test_is_removed_while_another_way_in_is_left(secure, mia):
    with pytest.raises(LastWayIn):
        await secure.remove_password(session=mia.session, at=AT)
    await secure.change("add_passkey", a_passkey(mia.account))
    with pytest.raises(NotFresh):
        await secure.remove_password(session=mia.session, at=AT + FRESH)
    for _ in range(2):
        await secure.remove_password(session=mia.session, at=AT)
    assert await secure.kept("password_of", mia.account.id) is None
    assert await secure.told() == ["password_changed"]
    assert len(await secure.events("account.password_removed")) == 1


async def test_tells_by_what_somebody_can_prove_who_they_are(secure, mia):
    plain = await secure.read_proofs(mia.account.id)
    assert (plain.password_changed_at, list(plain.passkeys)) == (AT, [])
    assert (plain.has_password, plain.second_factor, plain.recovery_codes_left) == (True, False, 0)
    await secure.with_app(mia.session)
    passkey = a_passkey(mia.account)
    await secure.change("add_passkey", passkey)
    await secure.remove_password(session=mia.session, at=AT)
    rich = await secure.read_proofs(mia.account.id)
    assert (rich.password_changed_at, list(rich.passkeys)) == (None, [passkey])
    assert (rich.has_password, rich.second_factor, rich.recovery_codes_left) == (False, True, 10)
    assert rich.authenticator_since == AT
