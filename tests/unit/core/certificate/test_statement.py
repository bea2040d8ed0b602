"""A root's word on another key, and who believes it."""

import pytest

from mooring.core.certificate.statement import Untrusted, unsafe_read_statement, verify_statement
from mooring.core.jose.encoding import MalformedJose, strict_json
from tests.support.certificates import (
    AT,
    DAY,
    ISSUER,
    SECOND,
    a_statement,
    an_ed25519_key,
    an_es256_key,
)
from tests.support.peer import peer_read, peer_sign, peer_thumbprint

ROOT = an_ed25519_key("root")
ROOTS = (ROOT.public,)


def why(text, **changes):
    with pytest.raises(Untrusted) as caught:
        verify_statement(text, **{"roots": ROOTS, "issuer": ISSUER, "use": "certificate", **changes})
    assert str(caught.value) == caught.value.why
    return caught.value.why


def test_says_what_the_root_stated():
    statement = verify_statement(a_statement(), roots=ROOTS, issuer=ISSUER, use="certificate")

    assert statement == (
        ISSUER,
        an_ed25519_key().public,
        "certificate",
        AT - DAY,
        AT + 180 * DAY,
        AT + 365 * DAY,
        2,
        1,
    )
    assert statement.kid == an_ed25519_key().public.thumbprint
    assert unsafe_read_statement(a_statement()) == statement


def test_a_peer_reads_the_claims_of_the_contract():
    header, payload = peer_read(a_statement(), ROOT.public.jwk, "Ed25519")
    jwk = an_ed25519_key().public.jwk

    assert header == {
        "typ": "mooring-key-statement+jwt",
        "alg": "Ed25519",
        "kid": peer_thumbprint(ROOT.public.jwk),
    }
    assert strict_json(payload) == {
        "ver": 1,
        "iss": ISSUER,
        "kid": peer_thumbprint(jwk),
        "jwk": jwk,
        "alg": "Ed25519",
        "use": "certificate",
        "nbf": 1767323045 - 86400,
        "sign_until": 1767323045 + 180 * 86400,
        "exp": 1767323045 + 365 * 86400,
        "epoch": 2,
        "min_epoch": 1,
    }


def test_believes_what_a_peer_signs_with_the_root():
    header, payload = peer_read(a_statement(), ROOT.public.jwk, "Ed25519")
    text = peer_sign(header, payload, ROOT.to_jwk())

    assert verify_statement(text, roots=ROOTS, issuer=ISSUER, use="certificate").epoch == 2


def test_any_pinned_root_will_do_whatever_its_algorithm():
    old, new = an_es256_key("root"), an_ed25519_key("new root")
    roots = (ROOT.public, old.public, new.public)

    for root in (ROOT, old, new):
        text = a_statement(root=root)
        assert verify_statement(text, roots=roots, issuer=ISSUER, use="certificate").kid
        assert why(text, roots=tuple(each for each in roots if each != root.public)) == "statement_root"
    assert why(a_statement(), roots=()) == "statement_root"


def test_is_for_one_issuer_and_one_use():
    assert why(a_statement(), issuer="https://other.example") == "statement_issuer"
    assert why(a_statement(), use="status_list") == "statement_use"
    assert verify_statement(a_statement(use="status_list"), roots=ROOTS, issuer=ISSUER, use="status_list")


def test_an_epoch_below_the_remembered_minimum_is_over():
    believed = {"roots": ROOTS, "issuer": ISSUER, "use": "certificate"}

    assert verify_statement(a_statement(), **believed, min_epoch=2).epoch == 2
    assert why(a_statement(), min_epoch=3) == "statement_epoch"
    assert verify_statement(a_statement(epoch=2, min_epoch=2), **believed).min_epoch == 2


@pytest.mark.parametrize(
    ("issued", "ends", "covered"),
    [
        (AT - DAY, AT, True),
        (AT - DAY - SECOND, AT, False),
        (AT + 180 * DAY, AT + 181 * DAY, True),
        (AT + 180 * DAY + SECOND, AT + 181 * DAY, False),
        (AT, AT + 365 * DAY, True),
        (AT, AT + 365 * DAY + SECOND, False),
    ],
)
def test_covers_documents_of_its_time(issued, ends, covered):
    assert unsafe_read_statement(a_statement()).covers(issued, ends) is covered


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"not_before": AT, "sign_until": AT - SECOND}, "statement_times"),
        ({"sign_until": AT + DAY, "expires_at": AT + DAY - SECOND}, "statement_times"),
        ({"epoch": 1, "min_epoch": 2}, "statement_epoch"),
        ({"epoch": -1}, "statement_claim_epoch"),
        ({"issuer": ""}, "statement_claim_iss"),
        ({"public_jwk": an_es256_key().public.jwk}, "statement_key"),
    ],
)
def test_does_not_state_what_nobody_would_believe(changes, reason):
    with pytest.raises(ValueError, match=f"would be refused: {reason}$"):
        a_statement(**changes)


def test_does_not_state_a_private_key():
    with pytest.raises(MalformedJose):
        a_statement(public_jwk=an_ed25519_key().to_jwk())


def test_the_narrowest_statement_is_possible():
    assert a_statement(not_before=AT, sign_until=AT, expires_at=AT, epoch=0, min_epoch=0)


def test_a_statement_once_believed_is_not_believed_by_other_roots():
    text = a_statement()
    verify_statement(text, roots=ROOTS, issuer=ISSUER, use="certificate")

    assert why(text, roots=(an_ed25519_key("other").public,)) == "statement_root"
    assert why(text[:-2] + "AA") in {"statement_signature", "statement_encoding"}


def test_what_is_no_statement_cannot_be_read_even_unsafely():
    for text, reason in (("", "statement_malformed"), ("e30.e30.AA", "statement_claim_ver")):
        with pytest.raises(Untrusted) as caught:
            unsafe_read_statement(text)
        assert caught.value.why == reason
