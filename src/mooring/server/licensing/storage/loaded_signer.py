"""The signer of a running server: current keys held in memory, looked up again every half minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from mooring.core.certificate.issue import IssuingKey, issue_certificate
from mooring.core.certificate.status_list import encode_status_list
from mooring.core.refusals import ServiceUnavailable
from mooring.server.licensing.use_cases.signing.fresh_keys import unsealed

if TYPE_CHECKING:
    from mooring.core.certificate.statement import Use
    from mooring.server.licensing.domain.signing import SigningKeyRecord
    from mooring.server.licensing.ports.signing import PublisherStore, Sealing, SignCertificate

LOOKS_AGAIN_AFTER = timedelta(seconds=30)
STATUS_LIST_LASTS = timedelta(days=7)
STATUS_LIST_TTL = 3600  # seconds after which a reader should fetch it again
_ASK_AGAIN_AFTER = 300  # seconds


class LoadedSigner:
    """Implements :class:`~mooring.server.licensing.ports.signing.CertificateSigner`.

    A rotation by another process (the command line, another worker) is noticed within half a minute, without
    a restart; until then the old keys sign on, which their statements allow.
    """

    def __init__(self, store: PublisherStore, sealing: Sealing) -> None:
        self._store = store
        self._sealing = sealing
        self._loaded: dict[str, tuple[SigningKeyRecord, IssuingKey]] = {}
        self._looked_at: datetime | None = None

    async def ready(self, *, at: datetime) -> SignCertificate:
        """Return what signs certificates issued at ``at``; raises ServiceUnavailable without a key for it."""
        key = await self._key("certificate", at)
        return lambda certificate: issue_certificate(certificate, key)

    async def sign_status_list(self, statuses: bytes, *, uri: str, at: datetime) -> str:
        """Return the status list as a compact JWS; raises ServiceUnavailable without a key for it."""
        key = await self._key("status_list", at)
        return encode_status_list(
            statuses, key, uri=uri, issued_at=at, expires_at=at + STATUS_LIST_LASTS, ttl=STATUS_LIST_TTL
        )

    async def _key(self, use: Use, at: datetime) -> IssuingKey:
        # A clock that was set back must not postpone the next look.
        if self._looked_at is None or abs(at - self._looked_at) >= LOOKS_AGAIN_AFTER:
            await self._look(at)
        loaded = self._loaded.get(use)
        if loaded is None or not loaded[0].signs(at):
            raise ServiceUnavailable(retry_after=_ASK_AGAIN_AFTER)
        return loaded[1]

    async def _look(self, at: datetime) -> None:
        async with self._store.reading() as keys:
            current = [key for key in await keys.signing_keys() if key.current and key.statement is not None]
        self._loaded = {key.use: self._kept(key) for key in current}
        self._looked_at = at

    def _kept(self, record: SigningKeyRecord) -> tuple[SigningKeyRecord, IssuingKey]:
        held = self._loaded.get(record.use)
        if held is not None and held[0] == record:
            return held
        key = unsealed(record, self._sealing)
        return record, IssuingKey(key, record.statement or "", to_json=msgspec.json.encode)
