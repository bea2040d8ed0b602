"""Putting a former address back: its mailbox's owner comes in, and everybody else is out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.recovery.mail_token import MailTokenOver
from mooring.server.identity.use_cases.recovery.messages import AddressTaken
from mooring.server.identity.use_cases.recovery.undo_change import NOT_BELIEVED
from tests.support.accounts import EMAIL, HERE, an_identity_of
from tests.support.certificates import AT
from tests.support.passkeys import a_passkey
from tests.support.security import changed, shown_in

NEW = "mia@post.example"
OTHER = "another horse battery staple"
SECOND = timedelta(seconds=1)
LATER = AT + SECOND


async def taken_over(secure):
    """Return Mia's account, whose address a thief changed, and the way back that her mailbox got."""
    account, session = await secure.proven()
    await changed(secure, session, NEW, at=LATER)
    return account, session, shown_in(await secure.latest("address_replaced"))


async def test_the_old_address_comes_back_and_the_new_one_is_told(secure):
    account, _, shown = await taken_over(secure)
    assert (await secure.undo_change.look(shown, at=LATER)).email == EMAIL
    reset = await secure.undo_change(shown, at=LATER + SECOND)
    kept = await secure.account(account.id)
    assert (kept.email.text, kept.verified_at) == (EMAIL, LATER + SECOND)
    assert [(each.to, each.values) for each in await secure.told("address_put_back")] == [
        (NEW, {"masked": "m•••@o•••.example"})
    ]
    assert await secure.kept("sessions_of", account.id) == []
    assert await secure.kept("password_of", account.id) is None
    await secure.reset_password(reset, OTHER, "", address=HERE, at=LATER + SECOND)
    assert (await secure.sign_in(password=OTHER, at=LATER + SECOND)).account.id == account.id
    with pytest.raises(MailTokenOver):
        await secure.undo_change(shown, at=LATER + 2 * SECOND)


async def test_what_was_added_shortly_before_goes_and_what_is_older_stays(secure):
    account, _, shown = await taken_over(secure)
    since = LATER - NOT_BELIEVED
    for number, created in enumerate((since - SECOND, since, LATER)):
        await secure.change("add_passkey", a_passkey(account, number, created_at=created))
    async with secure.store.identities.changing() as writer:
        for number, linked in enumerate((since - SECOND, since)):
            identity = an_identity_of(account, id=f"idn_{number}", subject=f"s{number}", linked_at=linked)
            await writer.add_identity(identity)
    await secure.store.protect(account)
    await secure.undo_change(shown, at=LATER)
    assert [each.id for each in await secure.kept("passkeys_of", account.id)] == ["psk_0"]
    async with secure.store.identities.reading() as reader:
        assert [each.id for each in await reader.identities_of(account.id)] == ["idn_0"]
    assert await secure.kept("authenticator", account.id) is None


async def test_an_app_that_was_there_long_before_stays(secure):
    account, _, shown = await taken_over(secure)
    await secure.store.protect(account)
    app = await secure.kept("authenticator", account.id)
    long_ago = LATER - NOT_BELIEVED - SECOND
    await secure.change("save_authenticator", replace(app, created_at=long_ago, confirmed_at=long_ago))
    await secure.undo_change(shown, at=LATER)
    assert (await secure.kept("authenticator", account.id)).is_on


async def test_an_address_that_another_has_by_now_does_not_come_back(secure):
    _, _, shown = await taken_over(secure)
    await secure.sign_up(EMAIL)
    with pytest.raises(AddressTaken):
        await secure.undo_change(shown, at=LATER)


async def test_where_it_came_back_already_nobody_is_told(secure):
    account, session, shown = await taken_over(secure)
    await changed(secure, session, EMAIL, at=LATER + SECOND)
    await secure.undo_change(shown, at=LATER + 2 * SECOND)
    assert await secure.told("address_put_back") == []
    assert (await secure.account(account.id)).email.text == EMAIL
