"""A publisher for tests: fresh keys of every kind, the descriptor that pins them, and a hand that signs."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mooring.core.certificate.issue import IssuingKey, issue_certificate
from mooring.core.certificate.model import Certificate, Holder, LicenseClaims, MoveAllowance, StatusReference
from mooring.core.certificate.statement import state_key
from mooring.core.certificate.status_list import encode_status_list
from mooring.core.certificate.times import certificate_times
from mooring.core.hardware.matching import Tolerance
from mooring.core.jose.encoding import b64url_encode
from mooring.core.jose.keys import SigningKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mooring.testing.licenses import FakeActivation, FakeLicense

ISSUER = "http://localhost:1"
"""Nobody answers there: what should go through the fake server and does not is noticed."""

PRODUCT_CODE = 7
STATUS_URI = f"{ISSUER}/v1/status-lists/1"

TIED = frozenset({"oem", "trial"})
"""The channels whose licenses stay with their first device."""

_CENTURY = timedelta(days=36_525)


class Publisher:
    """Throw-away root and issuing keys, and one product in one edition.

    Args:
        name: the product's name for people.
        entitlements: the features of the edition `pro`, and what people call them.
        unactivated_entitlements: those that work without activation.
        at: when the keys were made; they sign for a century.
    """

    def __init__(
        self,
        name: str,
        entitlements: Mapping[str, str],
        unactivated_entitlements: Sequence[str],
        at: datetime,
    ) -> None:
        self._root = SigningKey.generate("Ed25519")
        self._certifying = self._issuing_key("certificate", at)
        self._listing = self._issuing_key("status_list", at)
        self.name = name
        self.product = name.lower().replace(" ", "-")
        self.entitlements = tuple(entitlements)
        self.descriptor: dict[str, Any] = {
            "mooring": 1,
            "issuer": ISSUER,
            "servers": [ISSUER],
            "product": self.product,
            "product_code": PRODUCT_CODE,
            "name": name,
            "roots": [self._root.public.jwk],
            "offline_keys": [SigningKey.generate("Ed25519").public.jwk],
            "hardware_salt": b64url_encode(os.urandom(16)),
            "lab": True,
            "urls": {},
            "editions": {
                "pro": {
                    "name": "Pro",
                    "entitlements": dict(entitlements),
                    "unactivated_entitlements": list(unactivated_entitlements),
                }
            },
        }

    def certify(self, activation: FakeActivation, at: datetime) -> str:
        """Return the text of a certificate for ``activation``, issued ``at``."""
        license_ = activation.license
        times = certificate_times(at, license_.offline_days, license_.expires_at)
        certificate = Certificate(
            issuer=ISSUER,
            product=self.product,
            activation=activation.id,
            issued_at=at,
            renew_at=times.renew_at,
            grace_at=times.grace_at,
            expires_at=times.expires_at,
            jti=f"{activation.id}-{activation.sequence}",
            sequence=activation.sequence,
            jkt=activation.jkt,
            status_list=StatusReference(activation.index, STATUS_URI),
            installation_id=activation.installation,
            device_id=activation.device,
            device_name=activation.device_name,
            license=LicenseClaims(
                id=license_.id,
                edition="pro",
                channel=license_.channel,
                method="product_key" if activation.hardware.is_weak else license_.method,
                linked=license_.holder is not None,
                holder=_holder(license_, at),
                last_five=license_.key[-5:] if license_.key else None,
                expires_at=license_.expires_at,
                can_move=move_allowance(license_, at),
            ),
            entitlements=license_.entitlements,
            tolerance=Tolerance.STANDARD,
            hardware=activation.hardware,
        )
        return issue_certificate(certificate, self._certifying)

    def sign_status_list(self, statuses: bytes, at: datetime) -> str:
        """Return the list of ``statuses``, one byte an entry, as it stood ``at``."""
        return encode_status_list(
            statuses,
            self._listing,
            uri=STATUS_URI,
            issued_at=at,
            expires_at=at + timedelta(days=1),
            ttl=3600,
        )

    def _issuing_key(self, use: Any, at: datetime) -> IssuingKey:  # noqa: ANN401 - one of two words
        key = SigningKey.generate("Ed25519")
        statement = state_key(
            self._root,
            issuer=ISSUER,
            public_jwk=key.public.jwk,
            use=use,
            not_before=at - _CENTURY / 2,
            sign_until=at + _CENTURY,
            expires_at=at + _CENTURY,
            epoch=1,
            min_epoch=1,
        )
        return IssuingKey(key, statement)


def move_allowance(license_: FakeLicense, at: datetime) -> MoveAllowance:
    """Return whether the license can move ``at``: a holder on trial waits for the end of it."""
    if license_.channel in TIED:
        return MoveAllowance(allowed=False)
    if license_.is_provisional(at=at):
        return MoveAllowance(allowed=False, next_at=license_.provisional_until)
    return MoveAllowance(allowed=True)


def _holder(license_: FakeLicense, at: datetime) -> Holder | None:
    if license_.holder is None:
        return None
    until = license_.provisional_until if license_.is_provisional(at=at) else None
    return Holder(license_.holder.masked, "local", until)
