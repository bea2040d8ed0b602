"""Status lists: the good, and those that lie, are late, or burst."""

import zlib

from tests.corpus.forge import (
    DAY,
    HOUR,
    ISSUING,
    LIST_STATEMENT,
    LIST_URI,
    LISTING,
    NOW,
    STATEMENT,
    STRANGER,
    Case,
    b64,
    compact,
    jws,
    statement,
    statement_claims,
    without,
)


def packed(*, at_7=0, size=16):
    """Return a list of ``size`` bytes in which only entry 7 may not be valid; stored, not compressed."""
    return _lst(bytes([0, at_7 << 6]) + bytes(size - 2))


def _lst(data):
    return b64(zlib.compress(data, 0))


def claims(lst=None, **changes):
    return {
        "sub": LIST_URI,
        "iat": NOW + HOUR,
        "exp": NOW + DAY,
        "ttl": 3600,
        "status_list": {"bits": 2, "lst": packed() if lst is None else lst},
        **changes,
    }


def header(**changes):
    return {
        "typ": "statuslist+jwt",
        "alg": "Ed25519",
        "kid": LISTING.kid,
        "key_statement": LIST_STATEMENT,
        **changes,
    }


def token(payload=None, head=None, signer=LISTING):
    return jws(header() if head is None else head, claims() if payload is None else payload, signer.sign)


def cases():
    """Yield every case, in the order in which a list is judged."""
    yield from _good()
    yield from _chain()
    yield from _claims()
    yield from _bytes()


def _case(name, text, about, why, stage, **context):
    return Case("status_lists", name, text, about, "status_list", why, stage, context)


def _good():
    def good(name, payload, about, **context):
        return Case("status_lists", name, token(payload), about, context=context)

    yield good("good", claims(), "everything valid")
    yield good("good-revoked", claims(packed(at_7=1)), "entry 7 is invalid")
    yield good("good-suspended", claims(packed(at_7=2)), "entry 7 is suspended")
    yield good(
        "good-older-revoking",
        claims(packed(at_7=1), iat=NOW - 1),
        "entry 7 was invalid before the certificate was issued",
    )
    yield good("good-largest", claims(packed(size=32_768)), "131,072 entries")
    yield good("good-same-age", claims(), "as old as the copy held", not_older_than=NOW + HOUR)
    yield good("good-cached", claims(), "a copy after its end, kept on the computer", at=None)
    elsewhere = claims(packed(at_7=1), sub=LIST_URI + "1")
    yield good(
        "good-elsewhere-revoking", elsewhere, "another list, whose entry 7 is invalid", uri=LIST_URI + "1"
    )


def _chain():
    good = token()
    yield _case("too-long", token(claims(padding="x" * 50_000)), "more than 64 KiB", "too_long", "length")
    yield _case("truncated", good[:-1], "the last symbol lost", "encoding", "header")
    yield _case(
        "typ-certificate",
        token(head=header(typ="mooring-certificate+jwt")),
        "of another type",
        "typ",
        "header",
    )
    yield _case("crit", token(head=header(crit=["ttl"])), "crit", "forbidden_header", "header")
    by_issuing = token(head=header(kid=ISSUING.kid, key_statement=STATEMENT), signer=ISSUING)
    yield _case(
        "by-certificate-key", by_issuing, "signed by a key for certificates", "statement_use", "statement"
    )
    forged = statement(statement_claims(STRANGER, "status_list"), signer=STRANGER)
    yield _case(
        "forged-statement",
        token(head=header(kid=STRANGER.kid, key_statement=forged), signer=STRANGER),
        "a stranger's key",
        "statement_signature",
        "statement",
    )
    head, _, signature = good.split(".")
    yield _case(
        "changed",
        f"{head}.{b64(compact(claims(packed(at_7=1))))}.{signature}",
        "an entry changed after signing",
        "signature",
        "signature",
    )


def _claims():
    yield _case(
        "other-list", token(claims(sub=LIST_URI + "1")), "the list of another address", "uri", "claims"
    )
    yield _case(
        "older",
        token(),
        "older than the copy held: a replay",
        "older",
        "times",
        not_older_than=NOW + HOUR + 1,
    )
    yield _case("expired", token(), "at the second of its end", "expired", "times", at=NOW + DAY)
    yield _case("times-reversed", token(claims(exp=NOW + HOUR)), "ends when it begins", "times", "times")
    key_gone = header(key_statement=statement(statement_claims(LISTING, "status_list", sign_until=NOW)))
    yield _case(
        "key-no-longer", token(head=key_gone), "issued after its key was to stop", "statement_window", "times"
    )
    yield _case(
        "twice", token(compact(claims())[:-1] + b',"iat":1}'), "iat given twice", "duplicate_member", "claims"
    )
    for name in ("iat", "exp", "sub", "ttl", "status_list"):
        yield _case(
            f"claim-{name}", token(without(claims(), name)), f"without {name}", f"claim_{name}", "claims"
        )
    for bits in (1, 8, "2"):
        one_bit = {"bits": bits, "lst": packed()}
        yield _case(
            f"bits-{bits}" if bits != "2" else "bits-text",
            token(claims(status_list=one_bit)),
            "not two bits an entry",
            "claim_status_list.bits",
            "claims",
        )
    yield _case(
        "lst-missing", token(claims(status_list={"bits": 2})), "no list", "claim_status_list.lst", "claims"
    )


def _bytes():
    yield _case("not-zlib", token(claims(b64(b"0123456789"))), "not compressed", "list", "list")
    yield _case("not-base64", token(claims("a+b/")), "not base64url", "list", "list")
    yield _case(
        "stream-cut",
        token(claims(b64(zlib.compress(bytes(64), 0)[:-6]))),
        "the stream cut short",
        "list",
        "list",
    )
    yield _case(
        "stream-continued",
        token(claims(b64(zlib.compress(bytes(64), 0) + b"more"))),
        "bytes after the stream",
        "list",
        "list",
    )
    yield _case("too-many-entries", token(claims(packed(size=32_769))), "131,076 entries", "list", "list")
    bomb = b64(zlib.compress(bytes(20_000_000), 9))
    yield _case("bomb", token(claims(bomb)), "20 MB of zeros in 26 KB", "list", "list")._replace(
        frozen_only=True
    )
