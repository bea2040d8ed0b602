"""Certificates whose bytes are wrong: truncated, misspelled, mistyped, forged."""

import hashlib
import hmac
import json

from tests.corpus.certificates import GOOD, certificate, claims, header, refused
from tests.corpus.forge import ISSUING, ROOT, STRANGER, b64, compact, jws, without


def cases():
    """Yield the cases in the order in which a certificate is judged, up to its signature."""
    yield from _form()
    yield from _header()
    yield from _signature()


def _form():
    head, body, signature = GOOD.split(".")
    yield refused(
        "too-long", certificate(claims(padding="x" * 12_000)), "more than 16 KiB", "too_long", "length"
    )
    yield refused(
        "too-long-truncated",
        certificate(claims(padding="x" * 20_000))[:16_385],
        "one character more than is read",
        "too_long",
        "length",
    )
    yield refused("empty", "", "nothing at all", "malformed", "header")
    yield refused("two-parts", f"{head}.{body}", "the signature cut off", "malformed", "header")
    yield refused("four-parts", f"{GOOD}.{signature}", "a part too many", "malformed", "header")
    flattened = {"protected": head, "payload": body, "signature": signature}
    yield refused(
        "json-serialization", json.dumps(flattened), "the other serialization of JWS", "malformed", "header"
    )
    yield refused("truncated-one-symbol", GOOD[:-1], "the last symbol lost", "encoding", "header")
    yield refused(
        "truncated-ten-symbols",
        GOOD[:-10],
        "the end lost: still base64url, no longer a signature",
        "signature",
        "signature",
    )
    yield refused("padded", f"{GOOD}==", "base64 padding", "encoding", "header")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = GOOD[:-1] + last[last.index(GOOD[-1]) + 1]
    yield refused(
        "second-spelling", twin, "the same signature with a stray trailing bit", "encoding", "header"
    )
    yield refused(
        "other-alphabet",
        f"{head}.{body}.{signature[:-4]}+/{signature[-2:]}",
        "the alphabet of plain base64",
        "encoding",
        "header",
    )
    yield refused("line-break", f"{head}.\n{body}.{signature}", "a line break inside", "encoding", "header")
    yield refused(
        "not-ascii",
        f"{head}.{body}.{signature[:-1]}é",
        "a letter that base64url has not",
        "encoding",
        "header",
    )
    for name, data, why in (
        ("header-text", b"certificate", "json"),
        ("header-array", b'["Ed25519"]', "json"),
        ("header-empty", b"", "json"),
        ("header-nan", compact(header())[:-1] + b',"n":NaN}', "json"),
        ("header-twice-alg", compact(header())[:-1] + b',"alg":"Ed25519"}', "duplicate_member"),
    ):
        yield refused(name, certificate(head=data), "a header that is not strict JSON", why, "header")


def _header():
    yield refused(
        "alg-none",
        f"{b64(compact(header(alg='none')))}.{GOOD.split('.')[1]}.",
        "no signature wanted",
        "alg",
        "header",
    )
    confused = jws(
        header(alg="HS256"), claims(), lambda data: hmac.digest(compact(ISSUING.jwk), data, hashlib.sha256)
    )
    yield refused("alg-hmac", confused, "keyed with the public key", "alg", "header")
    for alg in ("EdDSA", "ES256", "ed25519", "Ed448"):
        yield refused(
            f"alg-{alg}",
            certificate(head=header(alg=alg)).strip(),
            f"alg {alg} is not the one named by RFC 9864",
            "alg",
            "header",
        )
    yield refused("alg-missing", certificate(head=without(header(), "alg")), "no alg", "alg", "header")
    for name, typ in (("jwt", "JWT"), ("statement", "mooring-key-statement+jwt"), ("list", "statuslist+jwt")):
        yield refused(
            f"typ-{name}", certificate(head=header(typ=typ)), "a document of another type", "typ", "header"
        )
    yield refused("typ-missing", certificate(head=without(header(), "typ")), "no typ", "typ", "header")
    for name, value in (
        ("crit", ["exp"]),
        ("b64", False),
        ("jwk", STRANGER.jwk),
        ("jku", "https://evil.example/keys"),
        ("x5u", "https://evil.example/chain"),
        ("x5c", ["MIIB"]),
        ("x5t#S256", "AAAA"),
    ):
        yield refused(
            f"header-{name.partition('#')[0]}",
            certificate(head=header(**{name: value})),
            f"{name} steers its own judge",
            "forbidden_header",
            "header",
        )
    yield refused(
        "statement-missing",
        certificate(head=without(header(), "key_statement")),
        "nobody vouches for the key",
        "key_statement",
        "header",
    )
    yield refused(
        "statement-number",
        certificate(head=header(key_statement=7)),
        "a statement that is no text",
        "key_statement",
        "header",
    )
    yield refused(
        "kid-other",
        certificate(head=header(kid=STRANGER.kid)),
        "the header names another key than the stated one",
        "kid",
        "statement",
    )
    yield refused(
        "kid-missing",
        certificate(head=without(header(), "kid")),
        "the header names no key",
        "kid",
        "statement",
    )


def _signature():
    head, body, signature = GOOD.split(".")
    seats = b64(compact(claims(entitlements=["export-pdf", "sync", "everything"])))
    yield refused(
        "payload-changed",
        f"{head}.{seats}.{signature}",
        "an entitlement added after signing",
        "signature",
        "signature",
    )
    yield refused(
        "payload-spelled-anew",
        f"{head}.{b64(json.dumps(claims()).encode())}.{signature}",
        "the same claims in other bytes",
        "signature",
        "signature",
    )
    yield refused(
        "header-spelled-anew",
        f"{b64(compact(dict(reversed(header().items()))))}.{body}.{signature}",
        "the same header in another order",
        "signature",
        "signature",
    )
    other = certificate(claims(jti="corpus-2")).split(".")[2]
    yield refused(
        "signature-of-another",
        f"{head}.{body}.{other}",
        "the signature of another certificate",
        "signature",
        "signature",
    )
    yield refused("signature-zero", f"{head}.{body}.{b64(bytes(64))}", "64 zeros", "signature", "signature")
    yield refused("signature-empty", f"{head}.{body}.", "an empty signature", "signature", "signature")
    yield refused("signature-longer", f"{head}.{body}.{b64(bytes(96))}", "96 bytes", "signature", "signature")
    yield refused(
        "signed-by-stranger",
        certificate(signer=STRANGER),
        "signed by a key nobody vouches for",
        "signature",
        "signature",
    )
    yield refused(
        "signed-by-root",
        certificate(signer=ROOT),
        "signed by the root, which only states keys",
        "signature",
        "signature",
    )
