"""Refusals: each carries its code, what is known, and no secret where it is printed."""

from datetime import UTC, datetime

import pytest

from mooring.core import refusals
from mooring.core.refusals import Refusal

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITTEN = "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("made", "attributes", "members"),  # made in the test itself: mutants change what happens there
    [
        (
            lambda: refusals.KeyMalformed(2, 3, "K"),
            {"group": 2, "position": 3, "suggestion": "K"},
            {"group": 2, "position": 3, "suggestion": "K"},
        ),
        (refusals.KeyMalformed, {"group": None, "position": None, "suggestion": None}, {}),
        (lambda: refusals.KeyWrongProduct("Tides"), {"product_name": "Tides"}, {"product_name": "Tides"}),
        (refusals.KeyWrongProduct, {"product_name": None}, {}),
        (lambda: refusals.KeyWrongEdition("pro"), {"edition": "pro"}, {"edition": "pro"}),
        (lambda: refusals.LicenseExpired(AT), {"ended_at": AT}, {"ended_at": WRITTEN}),
        (refusals.LicenseExpired, {"ended_at": None}, {}),
        (lambda: refusals.StorageUnwritable("/x"), {"folder": "/x"}, {"folder": "/x"}),
        (lambda: refusals.SeatLimitReached(3), {"seats": 3}, {"seats": 3}),
        (lambda: refusals.SeatLimitReached(0), {"seats": 0}, {"seats": 0}),
        (
            lambda: refusals.SeatLimitReached(2, leases=5),
            {"seats": 2, "leases": 5},
            {"seats": 2, "leases": 5},
        ),
        (lambda: refusals.MoveLimitReached(AT), {"next_at": AT}, {"next_at": WRITTEN}),
        (lambda: refusals.MovePending(AT), {"asked_at": AT}, {"asked_at": WRITTEN}),
        (
            lambda: refusals.HardwareChanged(iter(["platform", "network"])),
            {"differs": ("platform", "network")},
            {"differs": ["platform", "network"]},
        ),
        (refusals.HardwareChanged, {"differs": ()}, {"differs": []}),
        (lambda: refusals.CertificateInvalid("signature"), {"why": "signature"}, {"why": "signature"}),
        (lambda: refusals.CertificateExpired(AT), {"ended_at": AT}, {"ended_at": WRITTEN}),
        (lambda: refusals.NotLicenseHolder("m•••"), {"holder": "m•••"}, {"holder": "m•••"}),
        (lambda: refusals.AlreadyLinked("m•••"), {"holder": "m•••"}, {"holder": "m•••"}),
        (lambda: refusals.HolderProvisional(AT), {"until": AT}, {"until": WRITTEN}),
        (refusals.HolderProvisional, {"until": None}, {}),
        (
            lambda: refusals.ConsentRequired("windows", 1),
            {"purpose": "windows", "version": 1},
            {"purpose": "windows", "version": 1},
        ),
        (refusals.ConsentRequired, {"purpose": None, "version": None}, {}),
        (lambda: refusals.PcLimitReached(50), {"most": 50}, {"most": 50}),
        (refusals.PcLimitReached, {"most": None}, {}),
        (
            lambda: refusals.SeatLimitReached(1, devices=iter([{"id": "dev_1", "name": "atlas"}])),
            {"seats": 1, "leases": None},
            {"seats": 1, "devices": [{"id": "dev_1", "name": "atlas"}]},
        ),
        (lambda: refusals.OfflineCodeInvalid(4), {"group": 4}, {"group": 4}),
        (lambda: refusals.DeviceProofInvalid("nonce"), {"why": "nonce"}, {"why": "nonce"}),
        (
            lambda: refusals.InvalidRequest("hardware", 400),
            {"member": "hardware", "status": 400},
            {"member": "hardware"},
        ),
        (refusals.InvalidRequest, {"member": None, "status": 422}, {}),
        (lambda: refusals.RateLimited(30), {"retry_after": 30}, {"retry_after": 30}),
        (lambda: refusals.ServiceUnavailable(5), {"retry_after": 5}, {"retry_after": 5}),
    ],
)
def test_a_refusal_carries_what_is_known_for_programs_and_for_documents(made, attributes, members):
    refusal = made()
    assert {name: getattr(refusal, name) for name in attributes} == attributes
    assert refusal.members == members


def test_a_refusal_prints_its_code_alone():
    refusal = refusals.KeyMalformed(1, 2, "RKFGK-R3FVD-YNF97-79FNY-DVFQK")
    assert str(refusal) == "key_malformed"
    assert repr(refusal) == "KeyMalformed('key_malformed')"


def test_every_refusal_is_caught_as_one():
    with pytest.raises(Refusal, match=r"^license_revoked$"):
        raise refusals.LicenseRevoked
