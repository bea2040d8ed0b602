"""Read a status list: what the publisher says today of the certificates it issued."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.activations.certificates import status_list_uri

if TYPE_CHECKING:
    from mooring.server.licensing.ports.ledger import Ledger
    from mooring.server.licensing.ports.signing import CertificateSigner

SIGNED_AGAIN_AFTER = timedelta(minutes=5)


class _Signed(NamedTuple):
    version: int
    at: datetime
    token: str


class ReadStatusList:
    """Answers with signed status lists; an unchanged one is signed at most every five minutes."""

    def __init__(self, ledger: Ledger, signer: CertificateSigner) -> None:
        self._ledger = ledger
        self._signer = signer
        self._signed: dict[int, _Signed] = {}  # never more entries than there are lists

    async def __call__(self, number: int, *, at: datetime) -> str:
        """Return the status list with this number as a signed token.

        A change is in the next answer, or where a replica is asked for changes, once that knows of it. What
        is signed is read from the database itself: no list is ever followed by an older one.

        Raises:
            NotFound: There is no such list.
            ServiceUnavailable: There is no key that may sign.
        """
        known = self._signed.get(number)
        if known is not None and timedelta(0) <= at - known.at < SIGNED_AGAIN_AFTER:
            async with self._ledger.reading(stale=True) as reader:
                version = await reader.status_list_version(number)
            if version is not None and version <= known.version:
                return known.token
        async with self._ledger.reading() as reader:
            content = await reader.status_list(number)
            issuer = await reader.issuer()
        if content is None or issuer is None:
            raise NotFound
        uri = status_list_uri(issuer, number)
        token = await self._signer.sign_status_list(content.statuses, uri=uri, at=at)
        self._signed[number] = _Signed(content.version, at, token)
        return token
