"""Install the statements that an offline root key made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.certificate.statement import Untrusted, verify_statement
from mooring.core.jose.keys import public_key_from_jwk
from mooring.server.licensing.domain.obstacles import NotThere, PublisherMissing, ValueRefused
from mooring.server.licensing.domain.signing import STATED_USES
from mooring.server.licensing.use_cases.signing.fresh_keys import make_current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mooring.core.certificate.statement import Use
    from mooring.server.licensing.domain.publisher import Publisher
    from mooring.server.licensing.domain.signing import SigningKeyRecord
    from mooring.server.licensing.ports.signing import PublisherStore, PublisherWriter


class InstallStatements:
    """Lets requested keys sign, once a root has stated them."""

    def __init__(self, store: PublisherStore) -> None:
        self._store = store

    async def __call__(self, statements: Mapping[Use, str], *, at: datetime) -> Sequence[SigningKeyRecord]:
        """Return the keys that sign now.

        Raises:
            PublisherMissing: The server was never founded.
            ValueRefused: A statement is not by a root of this publisher, or is older than the keys that sign.
            NotThere: A statement is about a key that this server never requested.
        """
        async with self._store.changing() as keys:
            publisher = await keys.publisher()
            if publisher is None:
                raise PublisherMissing
            installed = []
            for use in STATED_USES:
                record = await _requested(keys, publisher, use, statements[use])
                installed.append(await make_current(keys, record, statements[use]))
            detail = {"epoch": installed[0].epoch, "min_epoch": installed[0].min_epoch}
            await keys.record("signing_keys.rotated", detail=detail, at=at)
            return installed


async def _requested(keys: PublisherWriter, publisher: Publisher, use: Use, text: str) -> SigningKeyRecord:
    """Return the key that ``text`` states, if it may sign from now on."""
    roots = tuple(public_key_from_jwk(jwk) for jwk in publisher.roots)
    try:
        statement = verify_statement(text, roots=roots, issuer=publisher.issuer, use=use)
    except Untrusted as untrusted:
        raise ValueRefused(
            f"No device would believe this statement ({untrusted.why}).",
            "Sign the request again, with this publisher's root key.",
        ) from None
    kept = await keys.signing_keys()
    record = next((key for key in kept if key.kid == statement.kid and key.use == use), None)
    if record is None:
        raise NotThere(
            "The statement is about a key that this server did not request.",
            "Install the answer to the request that was made on this server.",
        )
    if any(key.use == use and key.current and key.epoch >= record.epoch for key in kept):
        raise ValueRefused(
            f"Keys of epoch {record.epoch} were replaced or installed already.",
            "See which keys sign: mooring admin signing-key list",
        )
    if (statement.epoch, statement.min_epoch) != (record.epoch, record.min_epoch):
        raise ValueRefused("The statement does not say what was requested.", "Make a new request.")
    return record
