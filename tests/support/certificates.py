"""Builders of certificates, statements and status lists, with keys that are made from their names."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring.core.certificate.issue import IssuingKey, issue_certificate
from mooring.core.certificate.model import (
    Certificate,
    Holder,
    LicenseClaims,
    MoveAllowance,
    StatusReference,
)
from mooring.core.certificate.statement import state_key
from mooring.core.certificate.status_list import encode_status_list
from mooring.core.certificate.verify import Trust
from mooring.core.hardware.hashing import hash_components
from mooring.core.hardware.matching import Tolerance
from mooring.core.identifiers import ActivationId, DeviceId, InstallationId, LicenseId
from mooring.core.jose.es256 import es256_from_secret
from mooring.core.jose.keys import Ed25519Signer

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ISSUER = "https://licenses.example.com"
PRODUCT = "harbor-notes"
STATUS_URI = f"{ISSUER}/v1/status-lists/1"
SALT = b"mooring test salt"

RAW_HARDWARE = {
    "board_serial": "BSN12345678",
    "system_uuid": "0f3c1b62-6b5e-4c52-9a44-7d1e8f0a2b3c",
    "root_disk_serial": "S3Z8NB0K123456",
    "mac_addresses": ["3c:52:82:4f:7a:10"],
    "cpu_id": "GenuineIntel-6-158-10",
    "machine_id": "4b1d7c2a9e8f4f0c8a6b5d4c3e2f1a09",
    "root_filesystem_uuid": "b7b8d0c4-58a1-4c1d-9a39-6a0c2f7f1e55",
}


@lru_cache
def an_ed25519_key(name="issuing"):
    """Return the same key for the same name, in every run: never one to trust."""
    return Ed25519Signer(
        Ed25519PrivateKey.from_private_bytes(sha256(b"mooring test " + name.encode()).digest())
    )


@lru_cache
def an_es256_key(name="installation"):
    """Return the same key for the same name, in every run: never one to trust."""
    return es256_from_secret(sha256(b"mooring test " + name.encode()).digest())


def a_profile(**changes):
    """Return the hardware profile of one computer; a change of None leaves a component out."""
    raw = {name: value for name, value in {**RAW_HARDWARE, **changes}.items() if value is not None}
    return hash_components(raw, SALT)


def a_license(**changes):
    return LicenseClaims(
        id=LicenseId("lic_01kdy8e4980000000000000000"),
        edition="pro",
        channel="retail",
        method="digital_license",
        linked=True,
        holder=Holder("m•••@o•••.example", "microsoft"),
        last_five="8XKQ2",
        expires_at=None,
        can_move=MoveAllowance(allowed=True, left=4, next_at=None),
    )._replace(**changes)


def a_certificate(**changes):
    """Return a certificate of 30 offline days, issued at ``AT``."""
    return Certificate(
        issuer=ISSUER,
        product=PRODUCT,
        activation=ActivationId("act_01kdy8e4980000000000000000"),
        issued_at=AT,
        renew_at=AT + 15 * DAY,
        grace_at=AT + 22.5 * DAY,
        expires_at=AT + 30 * DAY,
        jti="a-certificate",
        sequence=3,
        jkt=an_es256_key().public.thumbprint,
        status_list=StatusReference(idx=7, uri=STATUS_URI),
        installation_id=InstallationId("ins_01kdy8e4980000000000000000"),
        device_id=DeviceId("dev_01kdy8e4980000000000000000"),
        device_name="amber-heron",
        license=a_license(),
        entitlements=("export-pdf", "sync"),
        tolerance=Tolerance.STANDARD,
        hardware=a_profile(),
    )._replace(**changes)


def a_statement(**changes):
    """Return the text of a root's statement on the key ``issuing``, from a day before ``AT`` for a year."""
    terms = {
        "issuer": ISSUER,
        "public_jwk": an_ed25519_key().public.jwk,
        "use": "certificate",
        "not_before": AT - DAY,
        "sign_until": AT + 180 * DAY,
        "expires_at": AT + 365 * DAY,
        "epoch": 2,
        "min_epoch": 1,
    }
    root = changes.pop("root", None) or an_ed25519_key("root")
    return state_key(root, **{**terms, **changes})


def an_issuing_key(use="certificate"):
    key = an_ed25519_key("issuing" if use == "certificate" else "listing")
    return IssuingKey(key, a_statement(use=use, public_jwk=key.public.jwk))


def a_certificate_text(**changes):
    """Return the signed text of ``a_certificate(**changes)``."""
    return issue_certificate(a_certificate(**changes), an_issuing_key())


def a_status_token(statuses=bytes(16), **changes):
    """Return a signed status list, issued at ``AT`` for a day."""
    terms = {"uri": STATUS_URI, "issued_at": AT, "expires_at": AT + DAY, "ttl": 3600}
    return encode_status_list(statuses, an_issuing_key("status_list"), **{**terms, **changes})


def a_trust(**changes):
    return Trust(issuer=ISSUER, product=PRODUCT, roots=(an_ed25519_key("root").public,))._replace(**changes)
