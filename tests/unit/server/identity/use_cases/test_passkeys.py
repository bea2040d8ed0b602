"""Passkeys: added by who proved who they are, good once a challenge, and opening one account alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.credentials.passkey import (
    MOST,
    PasskeyNameUnfit,
    PasskeyRefused,
    TooManyPasskeys,
)
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.identity.use_cases.passkeys.challenges import LASTS, LONGEST
from mooring.server.identity.use_cases.passkeys.messages import ShownPasskey
from tests.support.accounts import EMAIL, HERE
from tests.support.certificates import AT
from tests.support.passkeys import SoftPasskey, a_passkey, encoded
from tests.support.security import BROWSER

SECOND = timedelta(seconds=1)


async def test_adds_a_passkey_told_by_mail_and_in_the_record(secure, mia):
    passkey, key = await secure.add_passkey(mia.account, mia.session, name=" Mia's   phone ")
    assert (passkey.name, passkey.credential_id) == ("Mia's phone", key.id)
    assert list(await secure.kept("passkeys_of", mia.account.id)) == [passkey]
    (told,) = await secure.told("passkey_added")
    assert (told.to, told.values) == (EMAIL, {"name": "Mia's phone"})
    assert len(await secure.events("account.passkey_added")) == 1


async def test_signs_in_with_it_once_the_owner_was_verified(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    opened = await secure.enter(key, at=AT + SECOND)
    assert (opened.account.id, opened.session.method) == (mia.account.id, "passkey")
    assert opened.session.second_factor_at == AT + SECOND
    assert not opened.created
    (kept,) = await secure.kept("passkeys_of", mia.account.id)
    assert (kept.last_used_at, kept.sign_count) == (AT + SECOND, key.count)
    assert await secure.events("account.possible_passkey_copy") == []


async def test_a_count_that_goes_back_is_recorded_and_lets_in(secure, mia):
    passkey, key = await secure.add_passkey(mia.account, mia.session)
    await secure.change("save_passkey", replace(passkey, sign_count=7))
    assert (await secure.enter(key)).account.id == mia.account.id
    (event,) = await secure.events("account.possible_passkey_copy")
    assert {name: event[2][name] for name in ("counted", "shown")} == {"counted": 7, "shown": 1}
    (kept,) = await secure.kept("passkeys_of", mia.account.id)
    assert kept.sign_count == 7


@pytest.mark.parametrize("age", [FRESH, FRESH + SECOND])
async def test_adding_and_removing_need_a_fresh_sign_in(secure, mia, age):
    passkey, _ = await secure.add_passkey(mia.account, mia.session)
    with pytest.raises(NotFresh):
        await secure.add_passkey(mia.account, mia.session, at=AT + age)
    with pytest.raises(NotFresh):
        await secure.remove_passkey(passkey.id, session=mia.session, at=AT + age)
    await secure.add_passkey(mia.account, mia.session, at=AT + FRESH - SECOND)


async def test_a_name_that_is_none_adds_nothing(secure, mia):
    with pytest.raises(PasskeyNameUnfit):
        await secure.add_passkey(mia.account, mia.session, name=" ")
    assert await secure.kept("passkeys_of", mia.account.id) == []


async def test_a_passkey_that_is_known_is_not_added_again(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    tom = await secure.sign_up("tom@outlook.example")
    with pytest.raises(PasskeyRefused) as refused:
        await secure.add_passkey(tom.account, tom.session, key)
    assert str(refused.value) == "this passkey is known already"
    options, _ = await secure.asked_for_passkey(mia.account)
    assert [each["id"] for each in options["excludeCredentials"]] == [encoded(key.id)]


async def test_an_account_has_at_most_twenty(secure, mia):
    for number in range(MOST - 1):
        await secure.change("add_passkey", a_passkey(mia.account, number))
    options, carried = await secure.asked_for_passkey(mia.account)  # in another tab
    await secure.add_passkey(mia.account, mia.session)
    with pytest.raises(TooManyPasskeys):
        await secure.asked_for_passkey(mia.account)
    shown = ShownPasskey(SoftPasskey().made_for(options), carried, BROWSER)
    with pytest.raises(TooManyPasskeys):
        await secure.add_passkey_with(shown, "One more", session=mia.session, at=AT)
    assert len(await secure.kept("passkeys_of", mia.account.id)) == MOST


async def test_who_has_no_address_is_named_by_their_account(secure):
    nobody = replace((await secure.sign_up()).account, email=None)
    options, _ = await secure.asked_for_passkey(nobody)
    assert options["user"]["name"] == nobody.id


# Challenges


async def entering(secure, key, *, carried=None, holder=BROWSER, at=AT):
    options, given = await secure.asked_to_enter()
    shown = ShownPasskey(key.shown_for(options), given if carried is None else carried, holder)
    return await secure.enter_with(shown, Arrival(address=HERE), at=at)


async def refusal_of(attempt):
    with pytest.raises(PasskeyRefused) as refused:
        await attempt
    return str(refused.value)


async def test_a_challenge_is_good_once_even_with_a_wrong_answer(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    options, carried = await secure.asked_to_enter()
    answer = key.shown_for(options)
    wrong, right = (ShownPasskey(each, carried, BROWSER) for each in ("nonsense", answer))
    with pytest.raises(PasskeyRefused):
        await secure.enter_with(wrong, Arrival(address=HERE), at=AT)
    assert await refusal_of(secure.enter_with(right, Arrival(address=HERE), at=AT)) == (
        "the challenge was used before"
    )


async def test_a_challenge_is_one_browsers_and_for_one_ceremony(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    _, to_add = await secure.asked_for_passkey(mia.account)
    assert await refusal_of(entering(secure, key, holder="another")) == "the challenge is another browser's"
    assert await refusal_of(entering(secure, key, carried=to_add)) == "the challenge is not ours"
    assert await refusal_of(entering(secure, key, carried="")) == "the challenge is not ours"
    assert await refusal_of(entering(secure, key, carried="x" * LONGEST)) == "the challenge is not ours"
    too_long = "x" * (LONGEST + 1)
    assert await refusal_of(entering(secure, key, carried=too_long)) == "the challenge is too long"


async def test_a_challenge_ends_after_ten_minutes(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    assert await refusal_of(entering(secure, key, at=AT + LASTS)) == "the challenge is over"
    assert await refusal_of(entering(secure, key, at=AT - SECOND)) == "the challenge is over"
    assert (await entering(secure, key, at=AT + LASTS - SECOND)).account.id == mia.account.id


async def test_a_challenge_comes_back_where_nothing_was_judged(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    options, carried = await secure.asked_to_enter()
    with pytest.raises(RuntimeError):
        async with secure.challenges.taken(carried, "use", BROWSER, at=AT):
            raise RuntimeError
    shown = ShownPasskey(key.shown_for(options), carried, BROWSER)
    assert (await secure.enter_with(shown, Arrival(address=HERE), at=AT)).account.id == mia.account.id


# Whose it is


async def test_a_passkey_opens_nobody_else(secure, mia):
    _, key = await secure.add_passkey(mia.account, mia.session)
    tom = await secure.sign_up("tom@outlook.example")
    assert (
        await refusal_of(secure.enter(key, of_account=tom.account.id)) == "the passkey is another account's"
    )
    assert (await secure.enter(key, of_account=mia.account.id)).account.id == mia.account.id
    key.user_handle = tom.account.id.encode()
    assert await refusal_of(secure.enter(key)) == "the passkey names another account"


async def test_one_that_nobody_has_or_that_was_removed_opens_nothing(secure, mia):
    stranger = SoftPasskey()
    stranger.user_handle = mia.account.id.encode()
    assert await refusal_of(secure.enter(stranger)) == "nobody here has this passkey"
    passkey, key = await secure.add_passkey(mia.account, mia.session)
    judge = secure.ceremonies.check_use
    options, carried = await secure.asked_to_enter(of_account=mia.account.id)
    assert [each["id"] for each in options["allowCredentials"]] == [encoded(key.id)]
    shown = ShownPasskey(key.shown_for(options), carried, BROWSER)
    challenge = secure.challenges._opened(carried, "use", BROWSER, at=AT)
    use = judge(shown.answer, challenge, passkey.public_key)
    await secure.change("remove_passkey", passkey.id)
    async with secure.store.credentials.changing() as writer:
        with pytest.raises(PasskeyRefused) as refused:
            await secure.enter_with._let_in(writer, passkey, use, Arrival(address=HERE), at=AT)
    assert str(refused.value) == "the passkey was removed just now"


# Looking after them


async def test_renames_a_passkey_of_the_account_only(secure, mia):
    passkey, _ = await secure.add_passkey(mia.account, mia.session)
    other, _ = await secure.add_passkey(mia.account, mia.session)
    await secure.rename_passkey(other.id, "Key ring", account_id=mia.account.id)
    named = {each.id: each.name for each in await secure.kept("passkeys_of", mia.account.id)}
    assert named == {passkey.id: "Mia's phone", other.id: "Key ring"}
    tom = await secure.sign_up("tom@outlook.example")
    with pytest.raises(NotFound):
        await secure.rename_passkey(passkey.id, "Mine now", account_id=tom.account.id)
    with pytest.raises(PasskeyNameUnfit):
        await secure.rename_passkey(passkey.id, "", account_id=mia.account.id)


async def test_removes_a_passkey_of_the_account_only_and_tells(secure, mia):
    passkey, key = await secure.add_passkey(mia.account, mia.session)
    tom = await secure.sign_up("tom@outlook.example")
    with pytest.raises(NotFound):
        await secure.remove_passkey(passkey.id, session=tom.session, at=AT)
    await secure.remove_passkey(passkey.id, session=mia.session, at=AT)
    assert await refusal_of(secure.enter(key)) == "nobody here has this passkey"
    assert [each.values for each in await secure.told("passkey_removed")] == [{"name": "Mia's phone"}]
    assert len(await secure.events("account.passkey_removed")) == 1


async def test_the_last_way_in_stays(secure, mia):
    passkey, _ = await secure.add_passkey(mia.account, mia.session)
    await secure.change("remove_password", mia.account.id)
    with pytest.raises(LastWayIn):
        await secure.remove_passkey(passkey.id, session=mia.session, at=AT)
    assert list(await secure.kept("passkeys_of", mia.account.id)) == [passkey]
