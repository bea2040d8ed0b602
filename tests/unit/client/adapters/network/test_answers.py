"""What is taken from a refusal: only what can be shown to a person."""

import json

import pytest

from mooring.client.adapters.network.answers import (
    asks_for_nonce,
    read_content,
    read_document,
    read_form_answer,
)
from mooring.client.adapters.network.exchange import Answer
from mooring.client.domain.accounts.oauth import OAuthRefused
from mooring.client.domain.errors import Refused, ServerUnreachable

ISSUER = "https://licenses.example"


def refused(**members):
    body = json.dumps({"code": "seat_limit_reached", **members}).encode()
    answer = Answer(409, {"content-type": "application/problem+json"}, body)
    with pytest.raises(Refused) as caught:
        read_document(answer, issuer=ISSUER)
    return caught.value


@pytest.mark.parametrize(
    "value",
    [
        3,
        0,
        -(2**53) + 1,
        2**53 - 1,
        1.5,
        True,
        None,
        "Harbor Notes ä",
        ["platform", "storage"],
        {"masked": "m•••@o•••.example", "provider": None},
        [[[[]]]],
    ],
)
def test_a_refusals_own_members_are_kept(value):
    assert refused(seats=value).members == {"seats": value}


@pytest.mark.parametrize(
    "value",
    [
        "\x1b[2J",
        "\u009b31m",
        "a\u202eb",
        "two\nlines",
        2**53,
        -(2**53),
        float("nan"),
        float("inf"),
        ["platform", "\x1b]0;title\x07"],
        {"masked": "\x1b[2J"},
        {"\x1b[2J": "masked"},
        [[[[[]]]]],
    ],
)
def test_what_could_steer_a_terminal_or_is_absurd_is_left_out(value):
    assert refused(seats=value, next_at=None).members == {"next_at": None}


def test_a_members_name_is_shown_too():
    assert refused(**{"\x1b[2J": 1, "seats": 2}).members == {"seats": 2}


def of_oauth(status, error, **headers):
    return Answer(status, headers, json.dumps({"error": error}).encode())


@pytest.mark.parametrize("error", ["authorization_pending", "slow_down", "invalid_grant"])
def test_a_refusal_in_the_protocols_words_is_named(error):
    with pytest.raises(OAuthRefused) as caught:
        read_form_answer(of_oauth(400, error), issuer=ISSUER)
    assert caught.value.error == error


def test_too_many_tries_are_told_with_the_time_to_wait():
    answer = of_oauth(429, "temporarily_unavailable", **{"retry-after": "7"})
    with pytest.raises(Refused) as caught:
        read_form_answer(answer, issuer=ISSUER)
    assert (caught.value.code, caught.value.retry_after) == ("rate_limited", 7)
    with pytest.raises(Refused) as caught:
        read_form_answer(of_oauth(429, "temporarily_unavailable"), issuer=ISSUER)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("error", [None, 5, "", "a b", "\x1b[2J", "ä"])
@pytest.mark.parametrize("status", [400, 401, 503, 500, 302])
def test_what_is_no_error_of_the_protocol_is_no_sensible_answer(status, error):
    with pytest.raises(ServerUnreachable):
        read_form_answer(of_oauth(status, error), issuer=ISSUER)


def test_a_server_that_is_busy_is_asked_again_later():
    with pytest.raises(ServerUnreachable) as caught:
        read_form_answer(of_oauth(503, "temporarily_unavailable", **{"retry-after": "9"}), issuer=ISSUER)
    assert caught.value.retry_after == 9


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        (of_oauth(400, "use_dpop_nonce", **{"dpop-nonce": "n"}), True),
        (of_oauth(400, "use_dpop_nonce"), False),
        (of_oauth(400, "invalid_grant", **{"dpop-nonce": "n"}), False),
        (of_oauth(200, "use_dpop_nonce", **{"dpop-nonce": "n"}), False),
        (Answer(401, {"www-authenticate": 'DPoP error="use_dpop_nonce"', "dpop-nonce": "n"}, b""), True),
        (Answer(401, {"www-authenticate": "DPoP", "dpop-nonce": "n"}, b"{"), False),
    ],
)
def test_a_nonce_is_asked_for_in_a_header_or_in_the_protocols_words(answer, asks):
    assert asks_for_nonce(answer) is asks


def test_an_answer_without_content_is_an_empty_one():
    assert read_content(Answer(204, {}, b""), issuer=ISSUER) == {}
    assert read_content(Answer(200, {}, b'{"a": 1}'), issuer=ISSUER) == {"a": 1}
    with pytest.raises(ServerUnreachable):
        read_content(Answer(200, {}, b""), issuer=ISSUER)
