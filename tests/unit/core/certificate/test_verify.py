"""Judging a certificate: what is accepted, and that each refusal is the first that applies.

Forged and malformed documents are in tests/corpus.
"""

import pytest

from mooring.core.certificate.issue import IssuingKey, issue_certificate
from mooring.core.certificate.status_list import StatusList, verify_status_list
from mooring.core.certificate.verify import verify_certificate
from mooring.core.refusals import (
    CertificateExpired,
    CertificateInvalid,
    ClockWrong,
    HardwareChanged,
    LicenseRevoked,
    LicenseSuspended,
    Refusal,
)
from tests.support.certificates import (
    AT,
    DAY,
    ISSUER,
    PRODUCT,
    SECOND,
    STATUS_URI,
    a_certificate,
    a_certificate_text,
    a_profile,
    a_statement,
    a_status_token,
    a_trust,
    an_ed25519_key,
    an_es256_key,
)
from tests.support.peer import peer_read, peer_sign

JKT = an_es256_key().public.thumbprint
END = AT + 30 * DAY


def judged(text=None, trust=None, **changes):
    terms = {"jkt": JKT, "status": None, "hardware": a_profile(), "at": AT, **changes}
    return verify_certificate(a_certificate_text() if text is None else text, trust or a_trust(), **terms)


def refusal(*args, **changes):
    with pytest.raises(Refusal) as caught:
        judged(*args, **changes)
    return caught.value


def why(*args, **changes):
    refused = refusal(*args, **changes)
    assert isinstance(refused, CertificateInvalid)
    return refused.why


def a_list(status, *, index=7, **changes):
    statuses = bytearray(16)
    statuses[index] = status
    token = a_status_token(bytes(statuses), **changes)
    return verify_status_list(token, a_trust(), uri=changes.get("uri", STATUS_URI), at=None)


def test_returns_the_certificate_its_statement_and_its_text():
    verified = judged()

    assert verified.certificate == a_certificate()
    assert verified.statement.min_epoch == 1
    assert verified.text == a_certificate_text()


def test_accepts_what_a_peer_signed():
    header, payload = peer_read(a_certificate_text(), an_ed25519_key().public.jwk, "Ed25519")

    assert judged(peer_sign(header, payload, an_ed25519_key().to_jwk())).certificate == a_certificate()


def test_is_for_one_product_of_one_issuer():
    assert why(trust=a_trust(product="other")) == "audience"
    assert why(trust=a_trust(issuer="https://other.example")) == "statement_issuer"
    assert judged(trust=a_trust(issuer=ISSUER, product=PRODUCT))


def test_is_believed_only_from_an_epoch_that_still_counts():
    assert judged(trust=a_trust(min_epoch=2))
    assert why(trust=a_trust(min_epoch=3)) == "statement_epoch"


def test_a_new_issuing_key_needs_no_new_program():
    new = an_ed25519_key("next year's")
    key = IssuingKey(new, a_statement(public_jwk=new.public.jwk, epoch=9))

    assert judged(issue_certificate(a_certificate(), key)).statement.epoch == 9


def test_ends_at_its_end():
    assert judged(at=END - SECOND)
    for at in (END, END + SECOND):
        refused = refusal(at=at)
        assert isinstance(refused, CertificateExpired)
        assert refused.ended_at == END


def test_a_clock_may_be_a_day_slow():
    assert judged(at=AT - DAY)
    assert isinstance(refusal(at=AT - DAY - SECOND), ClockWrong)


def test_without_a_time_even_one_that_ended_is_genuine():
    assert judged(at=None).certificate.expires_at == END


@pytest.mark.parametrize(
    "changes",
    [
        {"renew_at": AT - SECOND},
        {"renew_at": AT + 23 * DAY},
        {"grace_at": END + SECOND},
        {"renew_at": AT, "grace_at": AT, "expires_at": AT},
    ],
)
def test_its_times_must_be_in_order(changes):
    assert why(a_certificate_text(**changes), at=None) == "times"


def test_its_times_may_coincide():
    assert judged(a_certificate_text(renew_at=AT, grace_at=END))
    assert judged(a_certificate_text(renew_at=END, grace_at=END))


@pytest.mark.parametrize(("status", "refused"), [(1, LicenseRevoked), (2, LicenseSuspended)])
def test_is_taken_back_by_its_entry_in_its_list(status, refused):
    assert isinstance(refusal(status=a_list(status)), refused)
    assert judged(status=a_list(status, index=8))


@pytest.mark.parametrize("status", [0, 3])
def test_an_entry_that_says_nothing_known_takes_nothing_back(status):
    assert judged(status=a_list(status))


def test_a_list_of_another_address_says_nothing():
    assert judged(status=a_list(1, uri=STATUS_URI + "0"))


def test_a_list_older_than_the_certificate_says_nothing():
    assert judged(status=a_list(1, issued_at=AT - SECOND))
    assert isinstance(refusal(status=a_list(1, issued_at=AT)), LicenseRevoked)


def test_a_list_that_ended_still_says_what_it_said():
    assert isinstance(refusal(status=a_list(1), at=AT + 9 * DAY), LicenseRevoked)


def test_a_list_too_short_for_the_entry_says_nothing():
    short = StatusList(STATUS_URI, AT, AT + DAY, 60, b"\xff")

    assert judged(status=short)


def test_belongs_to_one_installation():
    assert why(jkt=an_es256_key("other").public.thumbprint) == "installation"
    assert judged(jkt=None)


def test_belongs_to_one_computer():
    other = a_profile(
        board_serial="BSN87654321",
        system_uuid="1f3c1b62-6b5e-4c52-9a44-7d1e8f0a2b3d",
        root_disk_serial="S3Z8NB0K654321",
    )
    refused = refusal(hardware=other)

    assert isinstance(refused, HardwareChanged)
    assert refused.differs == ("platform", "storage")
    assert judged(hardware=None)
    assert judged(hardware=a_profile(mac_addresses=None))


def test_hardware_that_needs_a_confirmation_is_refused_too():
    changed = a_profile(root_disk_serial="S3Z8NB0K654321", mac_addresses=["3c:52:82:4f:7a:99"])

    assert isinstance(refusal(hardware=changed), HardwareChanged)


def test_the_first_fault_is_named():
    """Each step mends one fault; the next check in the contract's order then speaks."""
    other_computer = a_profile(
        board_serial="X1234567", system_uuid=None, root_disk_serial="Y1234567", mac_addresses=None
    )
    faults = {"jkt": an_es256_key("other").public.thumbprint, "hardware": other_computer}

    assert why("x" * 16_385, a_trust(product="other"), **faults, at=END) == "too_long"
    assert why("x" * 16_384, a_trust(product="other"), **faults, at=END) == "malformed"
    assert why(None, a_trust(product="other", min_epoch=3), **faults, at=END) == "statement_epoch"
    broken = a_certificate_text().rpartition(".")[0] + "." + "A" * 86
    assert why(broken, a_trust(product="other"), **faults, at=END) == "signature"
    assert why(None, a_trust(product="other"), **faults, at=END, status=a_list(1)) == "audience"
    assert isinstance(refusal(**faults, at=END, status=a_list(1)), CertificateExpired)
    assert isinstance(refusal(**faults, status=a_list(1)), LicenseRevoked)
    assert why(**faults) == "installation"
    assert isinstance(refusal(hardware=other_computer), HardwareChanged)
