"""One-time codes: the vectors of RFC 4226 and RFC 6238, the clock's tolerance, and how codes are typed."""

from datetime import UTC, datetime, timedelta

import pytest

from mooring.server.identity.domain.credentials.one_time_codes import (
    code_of,
    matching_step,
    new_secret,
    parse_code,
    secret_address,
    step_at,
    typed_secret,
)

SECRET = b"12345678901234567890"
RFC_4226 = (
    *("755224", "287082", "359152", "969429", "338314"),
    *("254676", "287922", "162583", "399871", "520489"),
)
"""Appendix D."""
AT = datetime(2026, 1, 2, 12, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, Appendix B, SHA-1
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_shows_the_codes_of_rfc_6238(seconds, code):
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    assert code_of(SECRET, step, digits=8) == code
    assert code_of(SECRET, step) == code[2:]


@pytest.mark.parametrize(
    ("counter", "code"),
    list(enumerate(RFC_4226)),
)
def test_shows_the_codes_of_rfc_4226(counter, code):
    assert code_of(SECRET, counter) == code


def test_a_step_has_thirty_seconds():
    start = datetime.fromtimestamp(1_800_000_000, UTC)
    assert step_at(start) == 60_000_000
    assert step_at(start + timedelta(seconds=29)) == 60_000_000
    assert step_at(start + timedelta(seconds=30)) == 60_000_001


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_clock_may_be_one_step_off(off):
    step = step_at(AT) + off
    assert matching_step(SECRET, code_of(SECRET, step), after=0, at=AT) == step


@pytest.mark.parametrize("off", [-3, -2, 2, 3])
def test_a_clock_may_not_be_further_off(off):
    assert matching_step(SECRET, code_of(SECRET, step_at(AT) + off), after=0, at=AT) is None


def test_no_step_up_to_the_last_one_counts_again():
    step = step_at(AT)
    assert matching_step(SECRET, code_of(SECRET, step), after=step, at=AT) is None
    assert matching_step(SECRET, code_of(SECRET, step - 1), after=step, at=AT) is None
    assert matching_step(SECRET, code_of(SECRET, step + 1), after=step, at=AT) == step + 1
    assert matching_step(SECRET, code_of(SECRET, step), after=step - 1, at=AT) == step


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "１２３４５６"])  # noqa: RUF001
def test_codes_are_typed_in_any_spacing(typed):
    assert parse_code(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "1" * 33, " " * 40])
def test_what_cannot_be_a_code_is_none(typed):
    assert parse_code(typed) is None


def test_secrets_are_long_and_never_the_same():
    assert len(new_secret()) == 20
    assert new_secret() != new_secret()


def test_a_secret_is_shown_in_groups_and_to_cameras():
    letters = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert typed_secret(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert secret_address(SECRET, issuer="id.example", account="mia@outlook.example") == (
        f"otpauth://totp/id.example%3Amia@outlook.example?secret={letters}&issuer=id.example"
    )


def test_a_colon_in_the_issuer_does_not_end_it():
    address = secret_address(SECRET, issuer="a:b", account="mia")
    assert address.startswith("otpauth://totp/a%20b%3Amia?")
    assert address.endswith("&issuer=a%20b")
