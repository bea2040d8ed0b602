"""Validate: is this key, or this certificate, good for this product, these entitlements and this hardware?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.certificate.kinds import INVALID, SUSPENDED
from mooring.core.certificate.verify import Trust, verify_certificate
from mooring.core.hardware.components import RECOGNITION_COMPONENTS
from mooring.core.jose.keys import public_key_from_jwk
from mooring.core.refusals import (
    DeviceUnknown,
    InvalidRequest,
    KeyUnknown,
    KeyWrongEdition,
    KeyWrongProduct,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    NoDigitalLicense,
    Refusal,
)
from mooring.server.licensing.domain.activations.recognition import lookup_hashes, recognized
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.use_cases.activations.messages import Validation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.product_key import ProductKey
    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import KeyFacts, Ledger, LedgerReader
    from mooring.server.licensing.ports.signing import PublisherStore
    from mooring.server.licensing.use_cases.activations.messages import ValidationRequest


class Validate:
    """Answers whether a key or certificate is good. A key is one indexed read."""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes, publisher: PublisherStore) -> None:
        self._ledger = ledger
        self._hashes = hashes
        self._publisher = publisher

    async def __call__(self, request: ValidationRequest, *, at: datetime) -> Validation:
        """Return whether everything that the request shows is good; otherwise the code of the first reason.

        It is never refused, and says nothing but that code. A certificate proves that it is genuine, not who
        sent it.
        """
        try:
            if request.product_key is None and request.certificate is None:
                raise InvalidRequest("product_key")
            if request.product_key is not None:
                await self._check_key(request, request.product_key, at=at)
            if request.certificate is not None:
                await self._check_certificate(request, request.certificate, at=at)
        except Refusal as refusal:
            return Validation(valid=False, code=refusal.code)
        return Validation(valid=True)

    async def _check_key(self, request: ValidationRequest, key: ProductKey, *, at: datetime) -> None:
        async with self._ledger.reading(stale=True) as reader:
            facts = await reader.key_facts(self._hashes.of_key(key))
            if facts is None:
                raise KeyUnknown
            if facts.offer.product_slug != request.product:
                raise KeyWrongProduct
            _check_standing(facts.standing)
            if facts.expires_at is not None and at >= facts.expires_at:
                raise LicenseExpired
            _check_entitlements(request.entitlements, facts.offer.entitlements)
            if request.hardware is not None:
                await self._check_held_here(reader, facts, request.hardware, at=at)

    async def _check_held_here(
        self, reader: LedgerReader, facts: KeyFacts, hardware: HardwareProfile, *, at: datetime
    ) -> None:
        protected = self._hashes.of_hardware(hardware)
        sharing = await reader.devices_sharing(lookup_hashes(protected, RECOGNITION_COMPONENTS))
        for device in recognized(sharing, protected, facts.offer.policy.tolerance):
            activation = await reader.seat_of(facts.license_id, device.id)
            if activation is not None and activation.is_live(at=at):
                return
        raise NoDigitalLicense

    async def _check_certificate(self, request: ValidationRequest, text: str, *, at: datetime) -> None:
        trust = await self._trust(request.product)
        verified = verify_certificate(text, trust, jkt=None, status=None, hardware=request.hardware, at=at)
        certificate = verified.certificate
        async with self._ledger.reading(stale=True) as reader:
            line = await reader.line_of_installation(certificate.installation_id)
        if line is None or line.activation.id != certificate.activation:
            raise DeviceUnknown
        _check_standing(line.license.standing)
        if line.installation.status == SUSPENDED:
            raise LicenseSuspended
        if line.installation.status == INVALID:
            raise DeviceUnknown
        line.check_held(at=at)
        _check_entitlements(request.entitlements, certificate.entitlements)

    async def _trust(self, product: str) -> Trust:
        async with self._publisher.reading() as reader:
            publisher = await reader.publisher()
            keys = await reader.signing_keys()
        if publisher is None:
            return Trust(issuer="", product=product, roots=())  # nobody's word counts before `init`
        return Trust(
            issuer=publisher.issuer,
            product=product,
            roots=tuple(public_key_from_jwk(root) for root in publisher.roots),
            min_epoch=max((key.min_epoch for key in keys if key.statement is not None), default=0),
        )


def _check_standing(standing: Standing) -> None:
    if standing == Standing.SUSPENDED:
        raise LicenseSuspended
    if standing == Standing.REVOKED:
        raise LicenseRevoked


def _check_entitlements(wanted: Iterable[str], granted: Iterable[str]) -> None:
    if not set(wanted).issubset(granted):
        raise KeyWrongEdition
