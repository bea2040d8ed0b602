"""What is taken from a refusal: only what can be shown to a person."""

import json

import pytest

from mooring.client.adapters.network.answers import read_document
from mooring.client.adapters.network.exchange import Answer
from mooring.client.domain.errors import Refused

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
