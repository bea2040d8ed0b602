"""Make signing keys, and read back what was sealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.certificate.statement import state_key
from mooring.core.jose.keys import SigningKey
from mooring.server.licensing.domain.obstacles import NotThere, ValueRefused
from mooring.server.licensing.domain.signing import STATED_USES, Epoch, KeyUse, SigningKeyRecord

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.jose.keys import PublicKey
    from mooring.server.licensing.domain.publisher import Publisher
    from mooring.server.licensing.ports.signing import PublisherWriter, RootKey, Sealing


class FreshKey(NamedTuple):
    """A new signing key: how it is kept, and its public half."""

    record: SigningKeyRecord
    public: PublicKey


def fresh_key(use: KeyUse, epoch: Epoch | None, sealing: Sealing, *, at: datetime) -> FreshKey:
    """Return a new key that signs nothing yet; an ``offline`` key belongs to no epoch."""
    key = SigningKey.generate("Ed25519")
    kid = key.public.thumbprint
    record = SigningKeyRecord(
        kid=kid,
        use=use,
        sealed_private_key=sealing.seal(json.dumps(key.to_jwk()).encode(), _purpose(kid)),
        statement=None,
        epoch=epoch.number if epoch else 0,
        min_epoch=epoch.min_epoch if epoch else 0,
        not_before=epoch.not_before if epoch else None,
        sign_until=epoch.sign_until if epoch else None,
        current=False,
        created_at=at,
    )
    return FreshKey(record, key.public)


def unsealed(record: SigningKeyRecord, sealing: Sealing) -> SigningKey:
    """Return the key pair of a record."""
    return SigningKey.from_jwk(json.loads(sealing.unseal(record.sealed_private_key, _purpose(record.kid))))


def root_here(root: RootKey, publisher: Publisher) -> SigningKey:
    """Return the private root key, if it is on this computer and programs pin it.

    Raises:
        NotThere: It is kept offline.
        ValueRefused: The key in its place is not a root of this publisher.
    """
    key = root.load()
    if key is None:
        raise NotThere(
            f"The root key is not on this computer ({root}).",
            "Run: mooring admin signing-key request FILE, and sign FILE where the root key is kept.",
        )
    if key.public.jwk not in [dict(jwk) for jwk in publisher.roots]:
        raise ValueRefused(
            f"The key in {root} is not the root key of this publisher: no program would believe it.",
            "Put the right file back, or name it in MOORING_ROOT_KEY_FILE.",
        )
    return key


async def begin_epoch(
    keys: PublisherWriter, epoch: Epoch, *, root: SigningKey, issuer: str, sealing: Sealing, at: datetime
) -> list[SigningKeyRecord]:
    """Make an epoch's keys, let the root state them, and let them sign from now on."""
    begun = []
    for use in STATED_USES:
        record, public = fresh_key(use, epoch, sealing, at=at)
        statement = state_key(
            root,
            issuer=issuer,
            public_jwk=public.jwk,
            use=use,
            not_before=epoch.not_before,
            sign_until=epoch.sign_until,
            expires_at=epoch.expires_at,
            epoch=epoch.number,
            min_epoch=epoch.min_epoch,
        )
        await keys.add_signing_key(record)
        begun.append(await make_current(keys, record, statement))
    return begun


async def make_current(keys: PublisherWriter, record: SigningKeyRecord, statement: str) -> SigningKeyRecord:
    """Let a kept key sign with ``statement`` in the place of the one that signed for its use so far."""
    for other in await keys.signing_keys():
        if other.use == record.use and other.current:
            await keys.replace_signing_key(other.replaced())
    stated = record.stated(statement)
    await keys.replace_signing_key(stated)
    return stated


def _purpose(kid: str) -> str:
    return f"signing-key/{kid}"
