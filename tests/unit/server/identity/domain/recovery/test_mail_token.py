"""Mail tokens: open for a while, for few wrong tries, and once."""

from dataclasses import replace
from datetime import timedelta

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.recovery.mail_token import (
    LASTS,
    MOST_TRIES,
    UNDO_LASTS,
    MailToken,
    Purpose,
    new_mail_code,
)
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)
TOKEN = MailToken(
    token_hash=b"t" * 32,
    purpose=Purpose.SIGN_UP,
    email=parse_email_address("mia@outlook.example"),
    code_hash=b"c" * 32,
    values={"password_hash": "a hash"},
    created_at=AT,
    ends_at=AT + LASTS,
)


def test_lasts_half_an_hour_and_a_way_back_seven_days():
    assert (timedelta(minutes=30), timedelta(days=7)) == (LASTS, UNDO_LASTS)


def test_is_open_from_its_making_to_its_end():
    assert TOKEN.is_open(at=AT)
    assert TOKEN.is_open(at=AT + LASTS - SECOND)
    assert not TOKEN.is_open(at=AT + LASTS)
    assert not TOKEN.is_open(at=AT - SECOND)


def test_is_good_once():
    used = TOKEN.used(at=AT + SECOND)
    assert used == replace(TOKEN, used_at=AT + SECOND)
    assert not used.is_open(at=AT + SECOND)


def test_ten_wrong_tries_end_it():
    token = TOKEN
    for left in range(MOST_TRIES - 1, -1, -1):
        assert token.is_open(at=AT)
        token = token.tried()
        assert token.tries_left == left
    assert (MOST_TRIES, token.is_open(at=AT)) == (10, False)


def test_only_its_own_code_is_right_and_without_one_none_is():
    assert TOKEN.has_code(b"c" * 32)
    assert not TOKEN.has_code(b"d" * 32)
    assert not replace(TOKEN, code_hash=None).has_code(b"c" * 32)


def test_shows_no_secret():
    assert "a hash" not in repr(TOKEN)
    assert "tttt" not in repr(TOKEN)
    assert "cccc" not in repr(TOKEN)


def test_a_code_is_six_digits_and_any_six():
    codes = {new_mail_code() for _ in range(2000)}
    assert len(codes) > 1900
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert any(code.startswith("0") for code in codes)
