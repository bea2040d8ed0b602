import pytest

from mooring.client.domain.errors import Voice
from mooring.client.domain.reports.inspection import inspect_certificate
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.jose.compact import sign_compact
from mooring.core.refusals import CertificateInvalid
from mooring.core.wording.reasons import reason_document
from tests.support.certificates import (
    a_certificate,
    a_certificate_text,
    a_trust,
    an_ed25519_key,
)


def test_a_genuine_certificate_is_told_with_the_statement_behind_it():
    inspection = inspect_certificate(f"\n{a_certificate_text()} ", a_trust())
    assert inspection.certificate == a_certificate()
    assert inspection.statement["kid"] == an_ed25519_key("issuing").public.thumbprint
    assert inspection.to_document() == {
        "genuine": True,
        "why": None,
        "header": {
            "alg": "Ed25519",
            "kid": an_ed25519_key("issuing").public.thumbprint,
            "typ": "mooring-certificate+jwt",
        },
        "key_statement": inspection.statement,
        "claims": inspection.claims,
    }
    assert inspection.claims["aud"] == "harbor-notes"


def test_a_strangers_certificate_is_told_as_it_is_and_not_believed():
    trust = a_trust(roots=(an_ed25519_key("stranger").public,))
    inspection = inspect_certificate(a_certificate_text(), trust)
    assert inspection.genuine is False
    assert inspection.why == "statement_root"
    assert inspection.certificate == a_certificate()


def test_the_document_of_a_strangers_certificate_is_a_refusal_too():
    trust = a_trust(roots=(an_ed25519_key("stranger").public,))
    document = inspect_certificate(a_certificate_text(), trust, Voice("en")).to_document()
    refusal = reason_document("certificate_invalid", {"why": "statement_root"})
    assert {name: document[name] for name in refusal} == refusal
    assert document["genuine"] is False
    assert "code" not in inspect_certificate(a_certificate_text(), a_trust()).to_document()


def test_speaks_with_the_voice_it_was_given():
    voice = Voice("en", {"troubleshoot": "https://shop.example/help"})
    assert inspect_certificate(a_certificate_text(), a_trust(), voice).voice is voice


@pytest.mark.parametrize("header", [{}, {"key_statement": 7}, {"key_statement": None}])
def test_a_certificate_without_a_statement_is_still_told(header):
    text = sign_compact({"alg": "Ed25519", **header}, b"{}", an_ed25519_key())
    inspection = inspect_certificate(text, a_trust())
    assert inspection.statement is None
    assert (inspection.header, inspection.claims) == ({"alg": "Ed25519"}, {})


def test_what_is_no_jws_is_refused_by_name():
    with pytest.raises(CertificateInvalid) as refused:
        inspect_certificate("x" * 20_000, a_trust())
    assert refused.value.why == "too_long"


def test_what_is_not_limited_or_not_there_has_a_word():
    words = dict(inspect_certificate(a_certificate_text(), a_trust()).plain_words())
    assert words["License ends"] == "never"
    assert words["Features"] == "export-pdf, sync"
    bare = inspect_certificate(a_certificate_text(hardware=HardwareProfile({})), a_trust())
    assert dict(bare.plain_words())["Hardware"] == "none (weight 0)"
