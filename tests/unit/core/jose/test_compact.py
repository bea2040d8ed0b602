"""The compact form, both ways, and judged by an independent peer."""

import pytest

from mooring.core.jose.compact import check_header, encode_part, read_compact, sign_compact, sign_parts
from mooring.core.jose.encoding import MalformedJose
from tests.support.certificates import an_ed25519_key, an_es256_key
from tests.support.peer import peer_read, peer_sign

KEYS = [an_ed25519_key(), an_es256_key()]
TEXT = sign_compact({"alg": "Ed25519", "typ": "t"}, b"payload", KEYS[0])


def why(*args, **options):
    function, *args = args
    with pytest.raises(MalformedJose) as caught:
        function(*args, **options)
    return caught.value.why


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.alg)
def test_a_peer_reads_what_we_sign(key):
    text = sign_compact({"alg": key.alg, "typ": "t"}, b"payload", key)

    assert peer_read(text, key.public.jwk, key.alg) == ({"alg": key.alg, "typ": "t"}, b"payload")
    assert text.startswith(encode_part({"alg": key.alg, "typ": "t"}) + ".")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.alg)
def test_we_read_what_a_peer_signs(key):
    jws = read_compact(peer_sign({"alg": key.alg, "typ": "t"}, b"payload", key.to_jwk()), limit=1000)

    assert (jws.header, jws.payload) == ({"alg": key.alg, "typ": "t"}, b"payload")
    key.public.verify(jws.signature, jws.signing_input)


def test_keeps_the_exact_bytes_that_were_signed():
    jws = read_compact(TEXT, limit=len(TEXT))

    assert jws.signing_input == TEXT.rpartition(".")[0].encode()
    assert jws.signature == KEYS[0].sign(jws.signing_input)
    assert sign_parts(encode_part(jws.header), jws.payload, KEYS[0]) == TEXT


def test_refuses_what_is_longer_than_the_limit():
    assert why(read_compact, TEXT, limit=len(TEXT) - 1) == "too_long"


@pytest.mark.parametrize("text", ["", ".", "a.b", TEXT + ".", TEXT + ".AA", TEXT.replace(".", "")])
def test_refuses_what_has_not_three_parts(text):
    assert why(read_compact, text, limit=1000) == "malformed"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_refuses_a_part_that_is_not_base64url(part):
    parts = TEXT.split(".")
    parts[part] += "="

    assert why(read_compact, ".".join(parts), limit=1000) == "encoding"


def test_refuses_a_header_that_is_not_strict_json():
    assert why(read_compact, "W10.AA.AA", limit=1000) == "json"
    assert why(read_compact, "eyJhIjoxLCJhIjoxfQ.AA.AA", limit=1000) == "duplicate_member"


def test_checks_type_and_algorithm_exactly():
    header = {"typ": "t", "alg": "Ed25519", "kid": "k", "later": 1}
    check_header(header, typ="t", alg="Ed25519")

    assert why(check_header, {**header, "typ": "T"}, typ="t", alg="Ed25519") == "typ"
    assert why(check_header, {"alg": "Ed25519"}, typ="t", alg="Ed25519") == "typ"
    assert why(check_header, {**header, "alg": "none"}, typ="t", alg="Ed25519") == "alg"
    assert why(check_header, {"typ": "t"}, typ="t", alg="Ed25519") == "alg"
    assert why(check_header, {**header, "alg": "none", "typ": "x"}, typ="t", alg="Ed25519") == "typ"


@pytest.mark.parametrize("name", ["crit", "b64", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"])
def test_refuses_a_header_that_steers_its_judge(name):
    header = {"typ": "t", "alg": "a", name: None}

    assert why(check_header, header, typ="t", alg="a") == "forbidden_header"
    if name != "jwk":
        assert why(check_header, header, typ="t", alg="a", carries_key=True) == "forbidden_header"


def test_a_proof_may_carry_its_key():
    check_header({"typ": "t", "alg": "a", "jwk": {}}, typ="t", alg="a", carries_key=True)
