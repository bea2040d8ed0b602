"""One meaning has one spelling: base64url and JSON as they are read and written."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.jose.encoding import (
    MAX_DEPTH,
    MalformedJose,
    b64url_decode,
    b64url_encode,
    compact_json,
    strict_json,
)


def why(function, value):
    with pytest.raises(MalformedJose) as caught:
        function(value)
    assert str(caught.value) == caught.value.why
    return caught.value.why


@given(st.binary(max_size=80))
def test_encodes_as_the_standard_library_does_without_padding(data):
    text = b64url_encode(data)

    assert text == base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert b64url_decode(text) == data
    assert b64url_decode(text.encode()) == data


def decoded(text):
    """Return the bytes of ``text`` in a list, which is empty where they are refused."""
    try:
        return [b64url_decode(text)]
    except MalformedJose:
        return []


@given(st.text(alphabet="ABab01-_+/=\n é", max_size=12))
def test_decodes_only_the_one_spelling_that_it_writes(text):
    canonical = [b64url_encode(data) for data in decoded(text)]

    assert canonical in ([], [text])


@pytest.mark.parametrize(
    "text", ["A", "AAAAA", "AB", "AA==", "AA=", "a+b/", "AA\n", " AAAA", "AA é", "=", b"\xff"]
)
def test_refuses_another_spelling(text):
    assert why(b64url_decode, text) == "encoding"


def test_reads_one_object():
    text = b' {"a": [1, -2.5, true, null, {"b": "\\u00e9\xc3\xa9"}]} '

    assert strict_json(text) == {"a": [1, -2.5, True, None, {"b": "éé"}]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'"a"',
        b"1",
        b"null",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\n"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a":' * 100_000,
    ],
)
def test_refuses_what_is_not_strict_json(data):
    assert why(strict_json, data) == "json"


@pytest.mark.parametrize(
    "data", [b'{"a": 1, "a": 1}', b'{"b": {"a": 1, "\\u0061": 2}}', b'{"b": [{"a": 1, "a": 2}]}']
)
def test_refuses_a_member_given_twice(data):
    assert why(strict_json, data) == "duplicate_member"


def nested(depth, opening=b"[", closing=b"]"):
    """Return an object in which values nest ``depth`` deep, the object itself counted."""
    return b'{"a":' + opening * (depth - 1) + b"1" + closing * (depth - 1) + b"}"


def test_refuses_only_what_nests_deeper_than_the_limit():
    assert strict_json(nested(MAX_DEPTH))
    assert why(strict_json, nested(MAX_DEPTH + 1)) == "json"
    assert strict_json(nested(MAX_DEPTH, b'{"b":', b"}"))
    assert strict_json(nested(MAX_DEPTH)[:-1] + b',"b":[],"c":{}}')
    assert why(strict_json, nested(MAX_DEPTH + 1)[:-1] + b',"b":[],"c":{}}') == "json"
    assert why(strict_json, nested(MAX_DEPTH + 1, b'{"b":', b"}")) == "json"


def test_many_brackets_side_by_side_are_not_deep():
    assert strict_json(b'{"a": [' + b"[],{}," * 50 + b'[]], "b": "' + b"[{" * 50 + b'"}')


def test_an_escaped_pair_of_surrogates_is_one_character():
    assert strict_json(b'{"a": "\\ud83d\\ude00"}') == {"a": "\N{GRINNING FACE}"}


def test_writes_no_white_space_and_no_escapes():
    assert compact_json({"a": [1, "é"], "b": None}) == '{"a":[1,"é"],"b":null}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact_json({"a": float("nan")})
