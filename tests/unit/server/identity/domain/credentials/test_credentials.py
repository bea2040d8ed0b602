"""Authenticators, recovery codes, passkeys and half sessions: what each accepts, and what never again."""

from datetime import timedelta

import pytest

from mooring.core.identifiers import new_account_id
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong, new_authenticator
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.domain.credentials.passkey import (
    Passkey,
    PasskeyNameUnfit,
    parse_passkey_name,
)
from mooring.server.identity.domain.credentials.recovery_codes import (
    ALPHABET,
    format_recovery_code,
    new_recovery_codes,
    parse_recovery_code,
)
from tests.support.certificates import AT

MIA = new_account_id(AT)
SECOND = timedelta(seconds=1)


def a_passkey(**changes):
    facts = {
        "id": "psk_1",
        "account_id": MIA,
        "credential_id": b"c",
        "public_key": b"k",
        "sign_count": 0,
        "name": "Phone",
        "transports": ("internal",),
        "backed_up": False,
        "created_at": AT,
    }
    return Passkey(**facts | changes)


def test_the_first_code_turns_an_authenticator_on_and_counts_no_more():
    shown = new_authenticator(MIA, at=AT)
    assert not shown.is_on
    code = code_of(shown.secret, step_at(AT))
    on = shown.accept(code, at=AT)
    assert on.is_on
    assert (on.confirmed_at, on.last_step) == (AT, step_at(AT))
    with pytest.raises(SecondFactorWrong):
        on.accept(code, at=AT)
    later = AT + 30 * SECOND
    again = on.accept(code_of(shown.secret, step_at(later)), at=later)
    assert (again.confirmed_at, again.last_step) == (AT, step_at(later))


@pytest.mark.parametrize("typed", ["", "12345", "no code"])
def test_what_is_no_code_is_wrong(typed):
    with pytest.raises(SecondFactorWrong):
        new_authenticator(MIA, at=AT).accept(typed, at=AT)


def test_an_authenticator_never_shows_its_secret():
    authenticator = new_authenticator(MIA, at=AT)
    assert repr(authenticator.secret) not in repr(authenticator)


def test_recovery_codes_are_ten_and_different_and_can_be_read_aloud():
    codes = new_recovery_codes()
    assert len(set(codes)) == len(codes) == 10
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in codes)
    assert codes != new_recovery_codes()
    assert not set("AEIOUY0123456789") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["WDJB-MJHT-QRSZ", "wdjbmjhtqrsz", " wdjb mjht–qrsz ", "ＷＤＪＢmjhtQRSZ"])  # noqa: RUF001
def test_recovery_codes_are_typed_in_any_way(typed):
    assert parse_recovery_code(typed) == "WDJBMJHTQRSZ"
    assert format_recovery_code("WDJBMJHTQRSZ") == "WDJB-MJHT-QRSZ"


@pytest.mark.parametrize("typed", ["", "WDJBMJHTQRS", "WDJBMJHTQRSZZ", "ADJBMJHTQRSZ", "W" * 65])
def test_what_cannot_be_a_recovery_code_is_none(typed):
    assert parse_recovery_code(typed) is None


def test_a_new_authenticator_is_of_its_account_and_off():
    made = new_authenticator(MIA, at=AT)
    assert (made.account_id, made.created_at, made.is_on, len(made.secret)) == (MIA, AT, False, 20)
    assert new_authenticator(MIA, at=AT).secret != made.secret


@pytest.mark.parametrize(
    ("known", "shown", "goes_back"),
    [(0, 0, False), (0, 1, False), (1, 1, True), (5, 6, False), (5, 5, True), (5, 4, True), (5, 0, True)],
)
def test_a_count_that_does_not_grow_may_be_of_a_copy(known, shown, goes_back):
    assert a_passkey(sign_count=known).goes_back(shown) is goes_back


def test_a_use_is_remembered_and_the_count_never_goes_back():
    used = a_passkey(sign_count=5).used(sign_count=3, backed_up=True, at=AT)
    assert (used.sign_count, used.backed_up, used.last_used_at) == (5, True, AT)
    assert used.used(sign_count=9, backed_up=False, at=AT).sign_count == 9


@pytest.mark.parametrize(
    ("typed", "name"), [("  My   phone ", "My phone"), ("e\u0301", "\u00e9"), ("x" * 64, "x" * 64)]
)
def test_a_name_is_what_can_be_seen_of_it(typed, name):
    assert parse_passkey_name(typed) == name
    assert a_passkey().renamed(typed).name == name


@pytest.mark.parametrize("typed", ["", "  ", "x" * 65, "a\x00b", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_none(typed):
    with pytest.raises(PasskeyNameUnfit):
        a_passkey().renamed(typed)


def test_half_a_session_lives_for_ten_minutes():
    half = HalfSession(account_id=MIA, at=AT)
    half.check_live(at=AT)
    half.check_live(at=AT + timedelta(minutes=10) - SECOND)
    for at in (AT + timedelta(minutes=10), AT - SECOND):
        with pytest.raises(HalfSessionEnded):
            half.check_live(at=at)


def test_half_a_session_ends_with_the_password_that_opened_it():
    half = HalfSession(account_id=MIA, at=AT)
    half.check_password(AT)
    for changed_at in (AT + SECOND, None):
        with pytest.raises(HalfSessionEnded):
            half.check_password(changed_at)
    HalfSession(account_id=MIA, at=AT, method="federated:github").check_password(None)
