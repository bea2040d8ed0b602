"""Keys of both algorithms: what they sign, judge, and tell of themselves."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from mooring.core.jose.encoding import MalformedJose, b64url_decode, b64url_encode
from mooring.core.jose.keys import BadSignature, SigningKey, jwk_thumbprint, public_key_from_jwk
from tests.support.certificates import an_ed25519_key, an_es256_key
from tests.support.peer import peer_thumbprint

ALGORITHMS = ["Ed25519", "ES256"]
KEYS = {"Ed25519": an_ed25519_key, "ES256": an_es256_key}

# RFC 8037, appendix A
RFC_8037 = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
# RFC 7515, appendix A.3
RFC_7515 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}


def why(function, value):
    with pytest.raises(MalformedJose) as caught:
        function(value)
    return caught.value.why


def test_ed25519_signs_as_the_rfc_does():
    text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

    assert b64url_encode(SigningKey.from_jwk(RFC_8037).sign(text.encode())) == signature


def test_ed25519_has_the_thumbprint_of_the_rfc():
    key = SigningKey.from_jwk(RFC_8037)

    assert key.public.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert key.alg == key.public.alg == "Ed25519"


def test_es256_judges_the_signature_of_the_rfc():
    text = (
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l"
        "eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    key = public_key_from_jwk({name: RFC_7515[name] for name in ("kty", "crv", "x", "y")})
    signature = b64url_decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )

    key.verify(signature, text.encode())
    with pytest.raises(BadSignature):
        key.verify(signature, text[:-1].encode())


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_fresh_key_signs_what_only_its_own_public_half_accepts(alg):
    key, other = SigningKey.generate(alg), SigningKey.generate(alg)
    signature = key.sign(b"message")

    assert len(signature) == 64
    assert key.alg == alg
    assert key.public != other.public
    key.public.verify(signature, b"message")
    for judge, proof, message in (
        (other.public, signature, b"message"),
        (key.public, signature, b"Message"),
        (key.public, signature[:-1] + bytes([signature[-1] ^ 1]), b"message"),
        (key.public, signature[:-1], b"message"),
        (key.public, signature + b"\0", b"message"),
        (key.public, b"", b"message"),
        (key.public, bytes(64), b"message"),
    ):
        with pytest.raises(BadSignature):
            judge.verify(proof, message)


def test_es256_refuses_a_signature_in_der():
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = (b64url_encode(each.to_bytes(32, "big")) for each in (numbers.x, numbers.y))
    public = public_key_from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": y})

    from cryptography.hazmat.primitives import hashes

    with pytest.raises(BadSignature):
        public.verify(key.sign(b"message", ec.ECDSA(hashes.SHA256())), b"message")


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_key_survives_pem_and_jwk(alg):
    key = KEYS[alg]()

    for again in (SigningKey.from_pem(key.to_pem()), SigningKey.from_jwk(key.to_jwk())):
        assert again.alg == alg
        assert again.public == key.public
        assert again.to_jwk() == key.to_jwk()
        key.public.verify(again.sign(b"message"), b"message")
    assert key.to_pem().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert set(key.to_jwk()) == set(key.public.jwk) | {"d"}


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_public_key_is_equal_to_itself_read_again(alg):
    public = KEYS[alg]().public
    again = public_key_from_jwk({**public.jwk, "kid": "ignored", "use": "sig"})

    assert again == public
    assert hash(again) == hash(public)
    assert again.jwk == public.jwk
    assert again.alg == alg
    assert public != KEYS[alg]("other").public
    assert public != public.jwk
    assert public.thumbprint == jwk_thumbprint(public.jwk) == peer_thumbprint(public.jwk)
    assert len(public.thumbprint) == 43


def test_the_jwk_given_out_is_a_copy():
    public = an_ed25519_key().public
    public.jwk["x"] = "changed"

    assert public.jwk["x"] != "changed"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_repr_shows_which_key_and_no_secret(alg):
    key = KEYS[alg]()

    assert repr(key) == f"<SigningKey {alg} {key.public.thumbprint}>"
    assert repr(key.public) == f"<PublicKey {alg} {key.public.thumbprint}>"


ED, EC = an_ed25519_key().public.jwk, an_es256_key().public.jwk


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {**ED, "kty": "EC"},
        {**ED, "crv": "Ed448"},
        {**ED, "d": "secret"},
        {**ED, "x": ED["x"][:-1]},
        {**ED, "x": ED["x"] + "A"},
        {**ED, "x": None},
        {**ED, "x": "+" * 43},
        {"kty": "OKP", "crv": "Ed25519"},
        {**EC, "kty": "OKP"},
        {**EC, "crv": "P-384"},
        {**EC, "d": None},
        {**EC, "y": EC["x"][:-1]},
        {**EC, "y": 7},
    ],
)
def test_refuses_what_is_no_public_key_of_ours(jwk):
    assert why(public_key_from_jwk, jwk) == "jwk"
    assert why(jwk_thumbprint, jwk) == "jwk"


@pytest.mark.parametrize(
    "coordinates", [{"y": EC["x"]}, {"x": b64url_encode(bytes(32)), "y": b64url_encode(bytes(32))}]
)
def test_refuses_a_point_that_is_not_on_the_curve(coordinates):
    assert why(public_key_from_jwk, {**EC, **coordinates}) == "jwk"


@pytest.mark.parametrize(
    "change",
    [{"d": None}, {"d": "AAAA"}, {"d": b64url_encode(bytes(32))}, {"d": b64url_encode(b"\xff" * 32)}],
)
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_refuses_a_private_key_that_does_not_fit_its_public_half(alg, change):
    assert why(SigningKey.from_jwk, {**KEYS[alg]().to_jwk(), **change}) == "jwk"


@pytest.mark.parametrize(
    "foreign", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)]
)
def test_refuses_a_pem_of_another_algorithm(foreign):
    pem = foreign.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    with pytest.raises(ValueError, match=r"^neither an Ed25519 nor a P-256 private key$"):
        SigningKey.from_pem(pem)
    with pytest.raises(ValueError, match="PEM"):
        SigningKey.from_pem(b"nothing")
