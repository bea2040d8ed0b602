"""Making certificates: what is signed, and what is not."""

import pytest

from mooring.core.certificate.issue import IssuingKey, issue_certificate
from mooring.core.certificate.model import Holder
from mooring.core.certificate.statement import Untrusted
from mooring.core.jose.encoding import strict_json
from tests.support.certificates import (
    AT,
    DAY,
    SECOND,
    a_certificate,
    a_certificate_text,
    a_license,
    a_statement,
    an_ed25519_key,
    an_issuing_key,
)
from tests.support.peer import peer_read


def test_a_peer_reads_header_and_claims():
    key = an_issuing_key()
    header, payload = peer_read(a_certificate_text(), an_ed25519_key().public.jwk, "Ed25519")

    assert header == {
        "typ": "mooring-certificate+jwt",
        "alg": "Ed25519",
        "kid": an_ed25519_key().public.thumbprint,
        "key_statement": a_statement(),
    }
    assert strict_json(payload) == a_certificate().to_claims()
    assert key.statement_text == a_statement()
    assert key.statement.epoch == 2


def test_the_same_certificate_is_the_same_text():
    assert a_certificate_text() == a_certificate_text()
    assert a_certificate_text(sequence=4) != a_certificate_text()


@pytest.mark.parametrize(
    "changes",
    [
        {"issued_at": AT - DAY - SECOND},
        {"issued_at": AT + 180 * DAY + SECOND},
        {"expires_at": AT + 365 * DAY + SECOND},
    ],
)
def test_does_not_sign_for_times_that_its_statement_does_not_cover(changes):
    with pytest.raises(ValueError, match=r"^the key's statement does not cover a document of these times$"):
        a_certificate_text(**changes)


def test_does_not_sign_for_another_issuer_or_use():
    with pytest.raises(ValueError, match=r"^this key may not sign certificates of this issuer$"):
        a_certificate_text(issuer="https://other.example")
    with pytest.raises(ValueError, match="may not sign certificates"):
        issue_certificate(a_certificate(), an_issuing_key("status_list"))


def test_does_not_sign_what_is_longer_than_a_device_reads():
    with pytest.raises(ValueError, match=r"^the certificate is longer than a device reads$"):
        a_certificate_text(license=a_license(holder=Holder("x" * 12_000)))


def longest():
    """Return how long a name makes a certificate of exactly 16 KiB."""
    fits = 16_384 - len(a_certificate_text(device_name=""))
    return fits * 3 // 4


def test_signs_what_is_just_as_long_as_a_device_reads():
    text = a_certificate_text(device_name="x" * longest())

    assert 16_380 <= len(text) <= 16_384


def test_a_key_needs_a_statement_about_itself():
    with pytest.raises(ValueError, match=r"^the statement is about another key or use$"):
        IssuingKey(an_ed25519_key("other"), a_statement())
    with pytest.raises(ValueError, match="about another key or use"):
        IssuingKey(an_ed25519_key(), a_statement(use="everything"))
    with pytest.raises(Untrusted):
        IssuingKey(an_ed25519_key(), "nothing")


def test_repr_shows_which_key_and_no_secret():
    assert repr(an_issuing_key()) == f"<IssuingKey certificate {an_ed25519_key().public.thumbprint}>"
