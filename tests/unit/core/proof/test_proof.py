"""A proof is good for exactly one request; forged and malformed ones are in tests/corpus."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.jose.encoding import compact_json, strict_json
from mooring.core.proof.make import make_proof
from mooring.core.proof.verify import WINDOW, verify_proof
from mooring.core.refusals import DeviceProofInvalid
from tests.support.certificates import AT, SECOND, an_ed25519_key, an_es256_key
from tests.support.peer import peer_read, peer_sign

KEY = an_es256_key()
URL = "https://a.example/v1/activations"
BODY = b'{"product":"harbor-notes"}'


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def made(**changes):
    terms = {"method": "POST", "url": URL, "at": AT, "body": BODY, **changes}
    return make_proof(terms.pop("key", KEY), **terms)


def judged(text, **changes):
    return verify_proof(text, **{"method": "POST", "url": URL, "body": BODY, "at": AT, **changes})


def why(text, **changes):
    with pytest.raises(DeviceProofInvalid) as caught:
        judged(text, **changes)
    return caught.value.why


def forged(**changes):
    """Return a proof by a peer, whose claims are changed; a claim of None is left out."""
    claims = {"jti": "j", "htm": "POST", "htu": URL, "iat": 1767323045, "body_hash": digest(BODY), **changes}
    payload = compact_json({name: value for name, value in claims.items() if value is not None})
    return peer_sign({"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.public.jwk}, payload, KEY.to_jwk())


def test_a_peer_reads_the_claims_of_the_rfc():
    text = made(nonce="n", access_token="token")
    header, payload = peer_read(text, KEY.public.jwk, "ES256")
    claims = strict_json(payload)

    assert header == {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.public.jwk}
    assert len(claims.pop("jti")) == 22
    assert claims == {
        "htm": "POST",
        "htu": URL,
        "iat": 1767323045,
        "nonce": "n",
        "ath": digest(b"token"),
        "body_hash": digest(BODY),
    }


@pytest.mark.parametrize("body", [None, b""])
def test_says_nothing_of_what_is_not_sent(body):
    _, payload = peer_read(made(body=body, url=URL + "?q=1"), KEY.public.jwk, "ES256")

    assert set(strict_json(payload)) == {"jti", "htm", "htu", "iat"}
    assert strict_json(payload)["htu"] == URL


def test_no_two_proofs_are_the_same():
    assert judged(made()).jti != judged(made()).jti


def test_only_es256_makes_proofs():
    with pytest.raises(ValueError, match=r"^a device proof is signed with ES256$"):
        made(key=an_ed25519_key())


def test_proves_who_when_and_with_which_nonce():
    proof = judged(made(nonce="n-1"))

    assert proof.public_key == KEY.public
    assert proof.jkt == KEY.public.thumbprint
    assert proof.issued_at == AT
    assert proof.nonce == "n-1"
    assert judged(made()).nonce is None
    assert judged(forged()).jti == "j"


def test_is_for_one_method_address_body_and_token():
    text = made(access_token="token")

    assert judged(text, access_token="token")
    assert why(text, access_token="token", method="PUT") == "htm"
    assert why(text, access_token="token", url=URL + "/x") == "htu"
    assert why(text, access_token="token", body=BODY + b" ") == "body_hash"
    assert why(text, access_token="Token") == "ath"
    assert why(text) == "ath"
    assert why(made(), access_token="token") == "ath"
    assert why(forged(ath="")) == "ath"


def test_the_address_may_be_spelled_otherwise():
    assert judged(forged(htu="HTTPS://A.EXAMPLE:443/v1/activations?q=1#f"))
    assert judged(made(), url=URL + "?q=1")
    assert why(forged(htu=URL.upper())) == "htu"
    assert why(forged(htu="nonsense")) == "htu"
    assert why(forged(htu=7)) == "htu"


@pytest.mark.parametrize("body", [None, b""])
def test_an_absent_and_an_empty_body_are_the_same(body):
    assert judged(made(body=None), body=body)
    assert judged(forged(body_hash=digest(b"")), body=body)
    assert why(made(), body=body) == "body_hash"
    assert why(made(body=body)) == "body_hash"
    assert why(forged(body_hash=digest(b""))) == "body_hash"


@pytest.mark.parametrize("way", [-1, 1])
def test_without_a_nonce_it_lasts_five_minutes(way):
    assert WINDOW == 300
    assert judged(made(), at=AT + way * 300 * SECOND)
    assert why(made(), at=AT + way * 301 * SECOND) == "iat"


def test_with_a_nonce_the_clock_of_the_computer_does_not_count():
    assert judged(made(nonce="n"), at=AT + 10**8 * SECOND).issued_at == AT


@pytest.mark.parametrize("iat", ["1767323045", 1767323045.0, True, -1, 2**37])
def test_its_time_is_whole_seconds(iat):
    assert why(forged(iat=iat, nonce="n")) == "iat"


@pytest.mark.parametrize(("iat", "year"), [(0, 1970), (2**37 - 1, 6325)])
def test_its_time_may_be_any_with_a_nonce(iat, year):
    assert judged(forged(iat=iat, nonce="n")).issued_at.year == year


@pytest.mark.parametrize(("name", "longest"), [("jti", 128), ("nonce", 256)])
def test_its_names_are_short_visible_ascii(name, longest):
    assert judged(forged(**{name: "x" * longest}))
    assert judged(forged(**{name: "!~"}))
    for value in ("x" * (longest + 1), "", "a b", "a\tb", "é", "\x7f", 7, ["x"]):
        assert why(forged(**{name: value})) == name


def test_the_first_fault_is_named():
    claims = {"nonce": "", "htm": "GET", "htu": "x", "iat": 0, "ath": "x", "body_hash": "x"}
    mended = {"nonce": None, "htm": "POST", "htu": URL, "iat": 1767323045, "ath": None}

    assert why(forged(jti="", **claims)) == "jti"
    for name, value in mended.items():
        assert why(forged(**claims)) == name
        claims[name] = value
    assert why(forged(**claims)) == "body_hash"


def test_is_signed_by_the_key_it_shows():
    head, body, signature = made().split(".")
    other = peer_sign(
        {"typ": "dpop+jwt", "alg": "ES256", "jwk": an_es256_key("other").public.jwk}, b"{}", KEY.to_jwk()
    )

    assert why(other) == "signature"
    assert why(f"{head}.{body}.{signature[:-4]}AAAA") == "signature"


@given(st.text(max_size=40) | st.text(alphabet="AQb.=_-e", max_size=60))
def test_any_other_text_is_refused_by_name(text):
    assert why(text) in {"malformed", "encoding", "json"}


def test_a_proof_has_a_bounded_length():
    text = made()

    assert why("x" * 4097) == "too_long"
    assert why("x" * 4096) == "malformed"
    assert len(text) < 700
