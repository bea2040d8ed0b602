"""Device proofs: the good, and those of another request, key, time or form."""

import hashlib

from tests.corpus.forge import INSTALLATION, ISSUER, NOW, STRANGER, Case, b64, compact, jws, without

URL = f"{ISSUER}/v1/activations"
BODY = '{"product":"harbor-notes"}'
TOKEN = "corpus-access-token"


def _digest(text):
    return b64(hashlib.sha256(text.encode()).digest())


def claims(**changes):
    return {
        "jti": "corpus-proof-1",
        "htm": "POST",
        "htu": URL,
        "iat": NOW,
        "body_hash": _digest(BODY),
        **changes,
    }


def header(**changes):
    return {"typ": "dpop+jwt", "alg": "ES256", "jwk": INSTALLATION.jwk, **changes}


def proof(payload=None, head=None, signer=INSTALLATION):
    return jws(header() if head is None else head, claims() if payload is None else payload, signer.sign)


def cases():
    """Yield every case, in the order in which a proof is judged."""
    yield from _good()
    yield from _form()
    yield from _key()
    yield from _claims()


def _good():
    def good(name, text, about, **context):
        return Case("proofs", name, text, about, context=context)

    yield good("good", proof(), "a proof as the client makes it")
    yield good(
        "good-nonce",
        proof(claims(nonce="n-1", iat=NOW - 86400)),
        "with a nonce, the computer's clock may be wrong",
    )
    yield good("good-token", proof(claims(ath=_digest(TOKEN))), "bound to a token", access_token=TOKEN)
    yield good(
        "good-address",
        proof(claims(htu="HTTPS://Licenses.Example.COM:443/v1/activations")),
        "the same address in another spelling",
    )
    yield good("good-earliest", proof(), "five minutes old", at=NOW + 300)
    yield good("good-latest", proof(), "five minutes early", at=NOW - 300)
    yield good(
        "good-no-body",
        proof(without(claims(htm="DELETE"), "body_hash")),
        "a request without a body",
        body=None,
        method="DELETE",
    )


def _case(name, text, about, why, **context):
    stage = "claims" if why in {"jti", "nonce", "htm", "htu", "iat", "ath", "body_hash"} else "header"
    stage = {"too_long": "length", "signature": "signature"}.get(why, stage)
    return Case("proofs", name, text, about, "device_proof_invalid", why, stage, context)


def _form():
    good = proof()
    head, body, signature = good.split(".")
    yield _case("too-long", proof(claims(padding="x" * 3000)), "more than 4 KiB", "too_long")
    yield _case("empty", "", "an empty header field", "malformed")
    yield _case("two-proofs", f"{good},{good}", "two proofs joined by a comma", "malformed")
    yield _case("truncated", good[:-1], "the last symbol lost", "encoding")
    yield _case("padded", f"{good}==", "base64 padding", "encoding")
    yield _case(
        "header-twice",
        proof(head=compact(header())[:-1] + b',"typ":"dpop+jwt"}'),
        "typ given twice",
        "duplicate_member",
    )
    yield _case("typ-jwt", proof(head=header(typ="JWT")), "of another type", "typ")
    yield _case("alg-none", f"{b64(compact(header(alg='none')))}.{body}.", "no signature wanted", "alg")
    yield _case("alg-hs256", proof(head=header(alg="HS256")), "a symmetric algorithm", "alg")
    yield _case(
        "alg-ed25519",
        proof(head=header(alg="Ed25519", jwk=STRANGER.jwk), signer=STRANGER),
        "only ES256 is for installations",
        "alg",
    )
    yield _case("crit", proof(head=header(crit=["iat"])), "crit", "forbidden_header")
    yield _case("jku", proof(head=header(jku="https://evil.example")), "jku", "forbidden_header")
    yield _case("x5c", proof(head=header(x5c=["MIIB"])), "x5c", "forbidden_header")
    der = bytes.fromhex("3045022100") + bytes(32) + bytes.fromhex("0220") + bytes(32)
    yield _case("signature-der", f"{head}.{body}.{b64(der)}", "a signature in DER", "signature")
    yield _case("signature-zero", f"{head}.{body}.{b64(bytes(64))}", "r and s are zero", "signature")
    yield _case("signature-empty", f"{head}.{body}.", "an empty signature", "signature")
    changed = b64(compact(claims(htm="DELETE")))
    yield _case("changed", f"{head}.{changed}.{signature}", "the method changed after signing", "signature")


def _key():
    jwk = INSTALLATION.jwk
    yield _case("jwk-missing", proof(head=without(header(), "jwk")), "no key", "jwk")
    yield _case("jwk-text", proof(head=header(jwk="key")), "a key that is no object", "jwk")
    yield _case(
        "jwk-private", proof(head=header(jwk=INSTALLATION.secret_jwk)), "the private key given away", "jwk"
    )
    yield _case("jwk-ed25519", proof(head=header(jwk=STRANGER.jwk)), "a key of another algorithm", "jwk")
    yield _case(
        "jwk-symmetric", proof(head=header(jwk={"kty": "oct", "k": "AAAA"})), "a shared secret", "jwk"
    )
    yield _case(
        "jwk-off-curve",
        proof(head=header(jwk={**jwk, "y": jwk["x"]})),
        "a point that is not on the curve",
        "jwk",
    )
    yield _case(
        "jwk-infinity",
        proof(head=header(jwk={**jwk, "x": b64(bytes(32)), "y": b64(bytes(32))})),
        "the point 0, 0",
        "jwk",
    )
    yield _case(
        "jwk-short", proof(head=header(jwk={**jwk, "x": b64(bytes(31))})), "a coordinate of 31 bytes", "jwk"
    )
    yield _case("jwk-p384", proof(head=header(jwk={**jwk, "crv": "P-384"})), "another curve", "jwk")
    yield _case("jwk-other", proof(signer=STRANGER), "signed by another key than it shows", "signature")


def _claims():
    yield _case("claims-text", proof(b"claims"), "claims that are no JSON", "json")
    yield _case(
        "claims-twice",
        proof(compact(claims())[:-1] + b',"jti":"again"}'),
        "jti given twice",
        "duplicate_member",
    )
    for name, value in (
        ("missing", None),
        ("empty", ""),
        ("long", "x" * 129),
        ("space", "a b"),
        ("number", 7),
        ("not-ascii", "é"),
    ):
        payload = without(claims(), "jti") if value is None else claims(jti=value)
        yield _case(f"jti-{name}", proof(payload), "a jti that cannot be remembered", "jti")
    yield _case(
        "nonce-long", proof(claims(nonce="x" * 257)), "a nonce longer than any the server gives", "nonce"
    )
    yield _case("nonce-null", proof(claims(nonce=None)), "a nonce that is none", "nonce")
    yield _case("replayed-other-method", proof(claims(htm="GET")), "made for another method", "htm")
    yield _case("method-lower", proof(claims(htm="post")), "methods are case-sensitive", "htm")
    for name, url in (
        ("host", "https://evil.example/v1/activations"),
        ("path", f"{ISSUER}/v1/activations/"),
        ("scheme", URL.replace("https", "http")),
        ("port", URL.replace(".com", ".com:8443")),
        ("relative", "/v1/activations"),
        ("user", URL.replace("https://", "https://me@")),
        ("case", URL.upper()),
    ):
        yield _case(f"replayed-other-{name}", proof(claims(htu=url)), "made for another address", "htu")
    yield _case("htu-missing", proof(without(claims(), "htu")), "no address", "htu")
    yield _case("old", proof(), "five minutes and a second old", "iat", at=NOW + 301)
    yield _case("early", proof(), "five minutes and a second early", "iat", at=NOW - 301)
    for name, value in (
        ("text", str(NOW)),
        ("true", True),
        ("fraction", NOW + 0.5),
        ("negative", -1),
        ("far", 2**40),
    ):
        yield _case(f"iat-{name}", proof(claims(iat=value, nonce="n-1")), "a time that is none", "iat")
    yield _case("ath-missing", proof(), "not bound to the token it came with", "ath", access_token=TOKEN)
    yield _case(
        "ath-other",
        proof(claims(ath=_digest("another"))),
        "bound to another token",
        "ath",
        access_token=TOKEN,
    )
    yield _case(
        "ath-without-token", proof(claims(ath=_digest(TOKEN))), "bound to a token that did not come", "ath"
    )
    yield _case(
        "body-missing", proof(without(claims(), "body_hash")), "says nothing of the body", "body_hash"
    )
    yield _case("body-other", proof(claims(body_hash=_digest("{}"))), "made for another body", "body_hash")
    yield _case("body-lost", proof(), "the body did not come", "body_hash", body=None)
