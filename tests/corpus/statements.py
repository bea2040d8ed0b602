"""Key statements, each inside a certificate that its key signed properly."""

from tests.corpus.certificates import certificate, header
from tests.corpus.forge import (
    DAY,
    INSTALLATION,
    ISSUING,
    NOW,
    ROOT,
    STATEMENT,
    STRANGER,
    Case,
    b64,
    compact,
    jws,
    statement,
    statement_claims,
    statement_header,
    without,
)


def cases():
    """Yield every case, in the order in which a statement is judged."""
    yield from _form()
    yield from _signature()
    yield from _claims()


def _case(name, stated, about, why, signer=ISSUING, **context):
    kid = signer.kid if signer is not INSTALLATION else INSTALLATION.kid
    text = certificate(head=header(key_statement=stated, kid=kid), signer=signer)
    return Case(
        "statements", name, text, about, "certificate_invalid", f"statement_{why}", "statement", context
    )


def _form():
    head, body, signature = STATEMENT.split(".")
    yield _case("too-long", statement(statement_claims(padding="x" * 3000)), "more than 4 KiB", "too_long")
    yield _case("empty", "", "nothing", "malformed")
    yield _case("truncated", STATEMENT[:-1], "the last symbol lost", "encoding")
    yield _case("padded", f"{STATEMENT}==", "base64 padding", "encoding")
    yield _case(
        "header-twice",
        statement(header=compact(statement_header())[:-1] + b',"alg":"Ed25519"}'),
        "alg given twice",
        "duplicate_member",
    )
    yield _case("header-text", statement(header=b"root"), "a header that is no JSON", "json")
    yield _case(
        "typ-certificate",
        statement(header=statement_header(typ="mooring-certificate+jwt")),
        "of another type",
        "typ",
    )
    none = f"{b64(compact(statement_header(alg='none')))}.{body}."
    yield _case("alg-none", none, "no signature wanted", "alg")
    yield _case(
        "alg-eddsa", statement(header=statement_header(alg="EdDSA")), "the older name of the algorithm", "alg"
    )
    yield _case(
        "crit",
        statement(header=statement_header(crit=["b64"], b64=False)),
        "crit and b64",
        "forbidden_header",
    )
    yield _case(
        "jwk",
        statement(header=statement_header(jwk=STRANGER.jwk), signer=STRANGER),
        "brings its own root",
        "forbidden_header",
    )
    yield _case("signature-zero", f"{head}.{body}.{b64(bytes(64))}", "64 zeros", "signature")
    yield _case(
        "signature-short", f"{head}.{body}.{signature[:-2]}", "a byte of the signature lost", "signature"
    )


def _signature():
    theirs = statement_claims(STRANGER)
    yield _case(
        "stranger",
        statement(theirs, statement_header(STRANGER), STRANGER),
        "a root that nobody pinned",
        "root",
        STRANGER,
    )
    yield _case(
        "no-root",
        statement(theirs, without(statement_header(), "kid"), STRANGER),
        "names no root",
        "root",
        STRANGER,
    )
    yield _case(
        "forged",
        statement(theirs, signer=STRANGER),
        "names the root, signed by a stranger",
        "signature",
        STRANGER,
    )
    yield _case(
        "by-issuing-key",
        statement(theirs, statement_header(ISSUING), ISSUING),
        "an issuing key states another",
        "root",
        STRANGER,
    )
    head, _, signature = STATEMENT.split(".")
    yield _case(
        "key-swapped",
        f"{head}.{b64(compact(theirs))}.{signature}",
        "another key put in after signing",
        "signature",
        STRANGER,
    )
    yield _case(
        "longer-life",
        f"{head}.{b64(compact(statement_claims(exp=NOW + 9999 * DAY)))}.{signature}",
        "its end moved after signing",
        "signature",
    )
    moved = jws({**statement_header(), "typ": "mooring-certificate+jwt"}, statement_claims(), ROOT.sign)
    yield _case("another-document", moved, "a certificate's type under the root's signature", "typ")


def _claims():
    yield _case(
        "claims-twice",
        statement(compact(statement_claims())[:-1] + b',"epoch":9}'),
        "epoch given twice",
        "duplicate_member",
    )
    yield _case("version-2", statement(statement_claims(ver=2)), "a version to come", "version")
    yield _case(
        "issuer-other",
        statement(statement_claims(iss="https://evil.example")),
        "for another publisher",
        "issuer",
    )
    yield _case(
        "use-list", statement(statement_claims(use="status_list")), "may only sign status lists", "use"
    )
    yield _case("use-unknown", statement(statement_claims(use="everything")), "a use nobody knows", "use")
    yield _case("epoch-retired", statement(), "of an epoch that was retired", "epoch", min_epoch=3)
    yield _case(
        "epoch-below-own-minimum", statement(statement_claims(min_epoch=3)), "retires itself", "epoch"
    )
    yield _case(
        "times-reversed",
        statement(statement_claims(sign_until=NOW - 31 * DAY)),
        "stops before it starts",
        "times",
    )
    yield _case(
        "times-signs-past-end",
        statement(statement_claims(exp=NOW + 149 * DAY)),
        "signs after its end",
        "times",
    )
    yield _case(
        "kid-other", statement(statement_claims(kid=STRANGER.kid)), "kid is not the key's thumbprint", "key"
    )
    yield _case(
        "key-private", statement(statement_claims(jwk=STRANGER.secret_jwk)), "publishes a private key", "key"
    )
    yield _case(
        "key-short",
        statement(statement_claims(jwk={**ISSUING.jwk, "x": "AAAA"})),
        "three bytes are no key",
        "key",
    )
    yield _case(
        "key-rsa",
        statement(statement_claims(jwk={"kty": "RSA", "n": "AQAB", "e": "AQAB"})),
        "another kind of key",
        "key",
    )
    yield _case(
        "key-es256",
        statement(statement_claims(INSTALLATION)),
        "certificates are Ed25519 only",
        "key",
        INSTALLATION,
    )
    yield _case("alg-other", statement(statement_claims(alg="EdDSA")), "alg is not the key's", "key")
    for name, value in {
        "jwk": "x",
        "use": 1,
        "nbf": "now",
        "sign_until": None,
        "exp": 1.5,
        "epoch": "2",
        "min_epoch": -1,
    }.items():
        yield _case(
            f"claim-{name}",
            statement(statement_claims(**{name: value})),
            f"{name} of the wrong type",
            f"claim_{name}",
        )
