"""Another password by mail: everybody is signed out, and a second factor stays one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.password import PasswordUnfit
from mooring.server.identity.domain.recovery.mail_token import MailTokenOver
from tests.support.accounts import EMAIL, HERE
from tests.support.certificates import AT
from tests.support.passkeys import a_passkey
from tests.support.security import shown_in, wish

NEW = "mia@post.example"
OTHER = "another horse battery staple"
SECOND = timedelta(seconds=1)
LATER = AT + SECOND


async def link_to_reset(secure, *, at=AT):
    await secure.ask_reset(wish(), at=at)
    return shown_in(await secure.latest("reset_password"))


async def test_another_password_signs_everybody_out_and_is_told(secure):
    account, _ = await secure.proven()
    shown = await link_to_reset(secure)
    assert (await secure.reset_password.look(shown, at=AT)) == (EMAIL, False, False, False)
    with pytest.raises(PasswordUnfit):
        await secure.reset_password(shown, "short", "", address=HERE, at=LATER)
    await secure.reset_password(shown, OTHER, "", address=HERE, at=LATER)
    assert await secure.kept("sessions_of", account.id) == []
    assert (await secure.latest("password_changed")).to == EMAIL
    assert len(await secure.events("account.password_reset")) == 1
    with pytest.raises(CredentialsWrong):
        await secure.sign_in(at=LATER)
    with pytest.raises(MailTokenOver):
        await secure.reset_password(shown, OTHER, "", address=HERE, at=LATER)


async def test_a_link_to_an_address_that_it_has_no_longer_is_worth_nothing(secure):
    account, _ = await secure.proven()
    shown = await link_to_reset(secure)
    await secure.change("save_account", replace(account, email=parse_email_address(NEW)))
    with pytest.raises(MailTokenOver):
        await secure.reset_password(shown, OTHER, "", address=HERE, at=LATER)


@pytest.mark.parametrize("recovery", [False, True])
async def test_the_second_factor_is_asked_for_by_app_or_paper(secure, recovery):
    _, session = await secure.proven()
    secret, codes = await secure.with_app(session)
    shown, at = await link_to_reset(secure), AT + timedelta(minutes=1)
    assert (await secure.reset_password.look(shown, at=at)) == (EMAIL, True, False, False)
    for wrong in ("", "12345", "nonsense"):
        with pytest.raises(SecondFactorWrong):
            await secure.reset_password(shown, OTHER, wrong, address=HERE, at=at)
    right = codes[0] if recovery else code_of(secret, step_at(at))
    await secure.reset_password(shown, OTHER, right, address=HERE, at=at)
    assert [each.values for each in await secure.told("recovery_code_used")] == [{"left": 9}] * recovery
    assert isinstance(await secure.sign_in(password=OTHER, at=at), HalfSession)


async def test_of_an_address_that_nobody_had_proven_all_else_goes_and_the_page_says_so(secure, mia):
    shown = await link_to_reset(secure)
    assert (await secure.reset_password.look(shown, at=AT)) == (EMAIL, False, True, False)
    await secure.with_app(mia.session)
    assert (await secure.reset_password.look(shown, at=AT)) == (EMAIL, False, True, True)
    await secure.change("add_passkey", a_passkey(mia.account))
    await secure.reset_password(shown, OTHER, "", address=HERE, at=LATER)
    assert await secure.kept("passkeys_of", mia.account.id) == []
    assert await secure.kept("authenticator", mia.account.id) is None
    assert (await secure.account(mia.account.id)).verified_at == LATER
    assert (await secure.sign_in(password=OTHER, at=LATER)).account.id == mia.account.id
