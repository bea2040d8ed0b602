"""The quick way to read a proof's parts refuses what the strict one refuses, and reads what it reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.jose.encoding import MalformedJose, strict_json
from mooring.server.web.http.proofs.parts import read_part

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def outcome(read, data):
    try:
        return repr(read(data))
    except MalformedJose as error:
        return error.why


@given(VALUES, st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_agrees_on_what_encoders_write(value, escapes, separators):
    data = json.dumps(value, ensure_ascii=escapes, separators=separators).encode("utf-8", "surrogatepass")
    assert outcome(read_part, data) == outcome(strict_json, data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"o":{"a":1,"a":1}}',
        b'{"a":1,"\\u0061":1}',
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":-0}',
        b'{"a":1.0}',
        b'{"a":100000000000000000000000000}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b"[1]",
        b"1",
        b"",
        b'{"a":1} ',
        b'{"a":1}{}',
        b'{"a":' + b"[" * 15 + b"]" * 15 + b"}",
        b'{"a":' + b"[" * 16 + b"]" * 16 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_agrees_on_what_others_may_send(data):
    assert outcome(read_part, data) == outcome(strict_json, data)


def test_reads_a_proof_as_it_is_written():
    claims = {"jti": "x", "htm": "POST", "iat": 1, "nonce": "n"}
    assert read_part(json.dumps(claims, separators=(",", ":")).encode()) == claims
