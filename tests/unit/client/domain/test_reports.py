import pytest

from mooring.client.domain.deadline import Deadline
from mooring.client.domain.reports.connection import ConnectionReport, ServerFinding, Step
from mooring.client.domain.reports.inspection import inspect_certificate
from mooring.core.jose.compact import sign_compact
from mooring.core.refusals import CertificateInvalid
from tests.support.certificates import (
    AT,
    DAY,
    a_certificate_text,
    a_license,
    a_profile,
    a_trust,
    an_ed25519_key,
)


def test_a_deadline_passes_with_its_clock():
    now = [10.0]
    deadline = Deadline.in_seconds(4, lambda: now[0])
    assert (deadline.remaining, deadline.passed) == (4.0, False)
    assert deadline.share(2).remaining == 2.0
    now[0] = 14.0
    assert (deadline.remaining, deadline.passed) == (0.0, True)
    now[0] = 20.0
    assert (deadline.remaining, deadline.share(1).remaining) == (0.0, 0.0)


def test_a_wrong_clock_keeps_no_server_away():
    good = ServerFinding("a", (Step("answer", True, ""), Step("clock", False, "")))
    bad = ServerFinding("b", (Step("name", False, ""),))
    assert (good.reachable, bad.reachable) == (True, False)
    assert ConnectionReport((bad, good)).reachable
    assert not ConnectionReport((bad,)).reachable
    assert not ConnectionReport(()).reachable


def test_every_claim_is_told_in_plain_words():
    text = a_certificate_text(license=a_license(expires_at=AT + 365 * DAY), entitlements=())
    assert inspect_certificate(text, a_trust()).plain_words() == (
        ("Publisher", "https://licenses.example.com"),
        ("Product", "harbor-notes"),
        ("Edition", "pro"),
        ("License", "lic_01kdy8e4980000000000000000 (retail)"),
        ("Activated with", "digital license"),
        ("Linked", "m•••@o•••.example"),
        ("Features", "none"),
        ("Device", "amber-heron (dev_01kdy8e4980000000000000000)"),
        ("Installation", "ins_01kdy8e4980000000000000000"),
        ("Activation", "act_01kdy8e4980000000000000000"),
        ("Number in its sequence", "3"),
        ("Issued", "2026-01-02T03:04:05Z"),
        ("Renewed from", "2026-01-17T03:04:05Z"),
        ("Warns from", "2026-01-24T15:04:05Z"),
        ("Ends", "2026-02-01T03:04:05Z"),
        ("License ends", "2027-01-02T03:04:05Z"),
        ("Hardware", "platform, storage, network, processor, installation (weight 100)"),
        ("Hardware tolerance", "standard"),
        ("Status list", "https://licenses.example.com/v1/status-lists/1, entry 7"),
    )


@pytest.mark.parametrize(("linked", "word"), [(True, "yes"), (False, "no")])
def test_a_link_without_a_holder_is_told(linked, word):
    text = a_certificate_text(license=a_license(holder=None, linked=linked), hardware=a_profile())
    assert dict(inspect_certificate(text, a_trust()).plain_words())["Linked"] == word


@pytest.mark.parametrize("claims", [b"{}", b'{"iat": "x"}', b'{"iat": 5, "nbf": "y"}'])
def test_claims_that_cannot_be_read_are_shown_as_they_are(claims):
    text = sign_compact({"alg": "Ed25519", "key_statement": "nonsense"}, claims, an_ed25519_key())
    inspection = inspect_certificate(text, a_trust())
    assert not inspection.genuine
    assert inspection.why == "typ"
    assert inspection.statement is None
    assert inspection.certificate is None
    assert inspection.plain_words() == ()
    assert inspection.header == {"alg": "Ed25519"}


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "x" * 20_000])
def test_what_is_no_jws_is_refused(text):
    with pytest.raises(CertificateInvalid):
        inspect_certificate(text, a_trust())
