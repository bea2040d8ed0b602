"""The second factor: turned on by the first code, asked for after the password, good once, told by mail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.identifiers import AccountId
from mooring.server.identity.domain.credentials.authenticator import (
    SecondFactorOff,
    SecondFactorOn,
    SecondFactorWrong,
)
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.identity.use_cases.second_factor.limits import BY_BROWSER
from tests.support.accounts import EMAIL, HERE
from tests.support.budgets import left
from tests.support.certificates import AT

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LATER = AT + MINUTE
ARRIVAL = Arrival(address=HERE)


def half(mia, *, at=LATER):
    return HalfSession(account_id=mia.account.id, at=at)


def code(secret, at=LATER):
    return code_of(secret, step_at(at))


async def test_is_turned_on_by_the_first_code_and_told(secure, mia):
    shown = await secure.add_app.begin(session=mia.session, at=AT)
    assert not shown.is_on
    assert await secure.add_app.begin(session=mia.session, at=AT) == shown  # in another tab
    codes = await secure.add_app.confirm(code(shown.secret, AT), session=mia.session, address=HERE, at=AT)
    assert len(set(codes)) == 10
    kept = await secure.kept("authenticator", mia.account.id)
    assert (kept.secret, kept.confirmed_at) == (shown.secret, AT)
    assert await secure.kept("recovery_codes_left", mia.account.id) == 10
    assert await secure.told() == ["second_factor_on"]
    assert len(await secure.events("account.second_factor_on")) == 1
    assert isinstance(await secure.sign_in(at=LATER), HalfSession)


async def test_a_wrong_code_turns_nothing_on_and_is_a_guess_of_this_browser(secure, mia):
    shown = await secure.add_app.begin(session=mia.session, at=AT)
    wrong = str((int(code(shown.secret, AT)) + 1) % 1_000_000).zfill(6)
    with pytest.raises(SecondFactorWrong):
        await secure.add_app.confirm(wrong, session=mia.session, address=HERE, at=AT)
    assert not (await secure.kept("authenticator", mia.account.id)).is_on
    name = f"{mia.account.id} {mia.session.id}"
    assert await left(secure.budgets, BY_BROWSER, name) == BY_BROWSER.capacity - 1


async def test_what_is_not_shown_or_on_already_is_not_turned_on(secure, mia):
    with pytest.raises(SecondFactorOff):
        await secure.add_app.confirm("123456", session=mia.session, address=HERE, at=AT)
    secret, _ = await secure.with_app(mia.session)
    with pytest.raises(SecondFactorOn):
        await secure.add_app.begin(session=mia.session, at=LATER)
    with pytest.raises(SecondFactorOn):
        await secure.add_app.confirm(code(secret), session=mia.session, address=HERE, at=LATER)


async def test_a_key_that_was_shown_before_this_sign_in_is_not_shown_again(secure, mia):
    shown = await secure.add_app.begin(session=mia.session, at=AT)
    later = await secure.session(mia.account.id, created_at=LATER, last_seen_at=LATER)
    assert (await secure.add_app.begin(session=later, at=LATER)).secret != shown.secret
    proved = await secure.session(mia.account.id, fresh_at=LATER + MINUTE)
    assert (await secure.add_app.begin(session=proved, at=LATER + MINUTE)).created_at == LATER + MINUTE


async def test_all_of_it_needs_a_fresh_sign_in(secure, mia):
    at = AT + FRESH
    attempts = (
        secure.add_app.begin(session=mia.session, at=at),
        secure.add_app.confirm("123456", session=mia.session, address=HERE, at=at),
        secure.remove_app(session=mia.session, at=at),
        secure.make_codes(session=mia.session, at=at),
    )
    for attempt in attempts:
        with pytest.raises(NotFresh):
            await attempt


async def test_is_turned_off_with_its_codes_and_told_once(secure, mia):
    await secure.remove_app(session=mia.session, at=AT)  # there is none
    assert await secure.told() == []
    await secure.add_app.begin(session=mia.session, at=AT)
    await secure.remove_app(session=mia.session, at=AT)  # shown, and never turned on
    assert await secure.kept("authenticator", mia.account.id) is None
    assert await secure.told() == []
    await secure.with_app(mia.session)
    for _ in range(2):
        await secure.remove_app(session=mia.session, at=AT)
    assert await secure.kept("recovery_codes_left", mia.account.id) == 0
    assert await secure.told() == ["second_factor_on", "second_factor_off"]
    assert len(await secure.events("account.second_factor_off")) == 1


async def test_new_codes_take_the_place_of_the_old_ones_and_are_told(secure, mia):
    with pytest.raises(SecondFactorOff):
        await secure.make_codes(session=mia.session, at=AT)
    await secure.add_app.begin(session=mia.session, at=AT)
    with pytest.raises(SecondFactorOff):
        await secure.make_codes(session=mia.session, at=AT)
    _, old = await secure.with_app(mia.session)
    new = await secure.make_codes(session=mia.session, at=AT)
    assert not set(new) & set(old)
    assert [(each.to, each.values) for each in await secure.told("recovery_codes_made")] == [(EMAIL, {})]
    with pytest.raises(SecondFactorWrong):
        await secure.pass_second_factor(half(mia), old[0], ARRIVAL, recovery=True, at=LATER)
    assert await secure.pass_second_factor(half(mia), new[0], ARRIVAL, recovery=True, at=LATER)


async def test_a_code_of_the_app_makes_half_a_session_whole(secure, mia):
    secret, _ = await secure.with_app(mia.session)
    opened = await secure.pass_second_factor(half(mia), code(secret), ARRIVAL, at=LATER)
    assert (opened.session.method, opened.session.second_factor_at) == ("password", LATER)
    with pytest.raises(SecondFactorWrong):
        await secure.pass_second_factor(half(mia), code(secret), ARRIVAL, at=LATER)


async def test_half_a_session_ends_with_the_identity_by_which_it_was_begun(secure, mia):
    secret, codes = await secure.with_app(mia.session)
    gone = replace(half(mia), method="federated:microsoft", identity_id="idn_gone")
    for typed, recovery in ((code(secret), False), (codes[0], True)):
        with pytest.raises(HalfSessionEnded):
            await secure.pass_second_factor(gone, typed, ARRIVAL, recovery=recovery, at=LATER)
    assert await secure.kept("recovery_codes_left", mia.account.id) == 10


async def test_a_recovery_code_does_so_once_and_is_told_with_how_many_are_left(secure, mia):
    _, codes = await secure.with_app(mia.session)
    await secure.pass_second_factor(half(mia), f" {codes[0].lower()} ", ARRIVAL, recovery=True, at=LATER)
    assert [each.values for each in await secure.told("recovery_code_used")] == [{"left": 9}]
    (event,) = await secure.events("account.recovery_code_used")
    assert event[2] == {"left": 9}
    for typed in (codes[0], "nonsense"):
        with pytest.raises(SecondFactorWrong):
            await secure.pass_second_factor(half(mia), typed, ARRIVAL, recovery=True, at=LATER)


async def test_half_a_session_ends_with_the_account_the_password_the_app_and_the_time(secure, mia):
    secret, _ = await secure.with_app(mia.session)
    gone = HalfSession(account_id=AccountId("acc_gone"), at=LATER)
    old = half(mia, at=LATER - FRESH)
    for each in (gone, old):
        with pytest.raises(HalfSessionEnded):
            await secure.pass_second_factor(each, code(secret), ARRIVAL, at=LATER)
    before = half(mia, at=LATER)
    await secure.change("save_password", mia.account.id, "another", at=LATER + SECOND)
    with pytest.raises(HalfSessionEnded):
        await secure.pass_second_factor(before, code(secret), ARRIVAL, at=LATER + SECOND)
    await secure.remove_app(session=mia.session, at=LATER)
    after = half(mia, at=LATER + SECOND)
    with pytest.raises(HalfSessionEnded):
        await secure.pass_second_factor(after, code(secret), ARRIVAL, at=LATER + SECOND)


async def test_a_browser_known_since_it_was_turned_on_has_tries_of_its_own(secure, mia):
    secret, _ = await secure.with_app(mia.session, at=AT + SECOND)
    stale = Arrival(address=HERE, known_browser=mia.known_browser)
    opened = await secure.pass_second_factor(half(mia), code(secret), stale, at=LATER)
    known = Arrival(address=HERE, known_browser=opened.known_browser)
    for _ in range(10):
        with pytest.raises(SecondFactorWrong):
            await secure.pass_second_factor(half(mia), "000", ARRIVAL, at=LATER)
    with pytest.raises(SecondFactorWrong):
        await secure.pass_second_factor(half(mia), "000", known, at=LATER)


async def test_what_is_shown_to_somebody_else_in_the_account_confirms_nothing_in_its_owners_session(
    secure, mia
):
    other = await secure.session(mia.account.id, fresh_at=AT)
    owners = await secure.add_app.begin(session=mia.session, at=AT)
    others = await secure.add_app.begin(session=other, at=AT)
    assert others.secret != owners.secret
    with pytest.raises(SecondFactorWrong):
        await secure.add_app.confirm(code(others.secret, AT), session=mia.session, address=HERE, at=AT)
    await secure.add_app.confirm(code(owners.secret, AT), session=mia.session, address=HERE, at=AT)
    async with secure.store.credentials.reading() as reader:
        assert (await reader.authenticator(mia.account.id)).secret == owners.secret
