"""Who signs what leaves the server, and where the publisher and its signing keys are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from typing import TypeAlias

    from mooring.core.certificate.model import Certificate
    from mooring.core.jose.keys import SigningKey
    from mooring.server.licensing.domain.publisher import Publisher
    from mooring.server.licensing.domain.signing import SigningKeyRecord

    SignCertificate: TypeAlias = Callable[[Certificate], str]


class CertificateSigner(Protocol):
    """Signs with the publisher's current issuing keys; a rotation is noticed within a minute."""

    async def ready(self, *, at: datetime) -> SignCertificate:
        """Return what signs certificates that are issued at ``at``: from a certificate to a compact JWS.

        Raises:
            ServiceUnavailable: There is no key that may sign at ``at``.
        """
        ...

    async def sign_status_list(self, statuses: bytes, *, uri: str, at: datetime) -> str:
        """Return the status list at ``uri`` as a compact JWS; ``statuses`` has one byte (0-2) per index.

        Raises:
            ServiceUnavailable: There is no key that may sign at ``at``.
        """
        ...


class PublisherReader(Protocol):
    """Reads who the publisher is and which keys sign for it."""

    async def publisher(self) -> Publisher | None:
        """Return the publisher, or none before it was founded."""
        ...

    async def signing_keys(self) -> Sequence[SigningKeyRecord]:
        """Return every signing key there ever was, oldest first."""
        ...


class PublisherWriter(PublisherReader, Protocol):
    """Changes the publisher's keys within one transaction."""

    async def found(self, founded: Publisher) -> None:
        """Keep the publisher and its roots, once."""
        ...

    async def add_signing_key(self, key: SigningKeyRecord) -> None:
        """Keep a new key, stated or still waiting for the root's statement."""
        ...

    async def replace_signing_key(self, key: SigningKeyRecord) -> None:
        """Keep a changed key in the place of the one with the same ``kid``."""
        ...

    async def record(self, what: str, *, detail: Mapping[str, object], at: datetime) -> None:
        """Write down what happened, such as ``signing_keys.rotated``."""
        ...


class PublisherStore(Protocol):
    """Where the publisher is kept."""

    def reading(self) -> AbstractAsyncContextManager[PublisherReader]:
        """Open a consistent view."""
        ...

    def changing(self) -> AbstractAsyncContextManager[PublisherWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...


class Sealing(Protocol):
    """Encrypts what must not be readable in the database or a backup."""

    def seal(self, value: bytes, purpose: str) -> bytes:
        """Return ``value`` encrypted and bound to ``purpose``."""
        ...

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """Return what was sealed for ``purpose``."""
        ...


class RootKey(Protocol):
    """The private root key, which may be kept offline. ``str()`` tells where it is looked for."""

    def load(self) -> SigningKey | None:
        """Return the key, or none where it is not on this computer."""
        ...

    def create(self) -> SigningKey:
        """Make the key and keep it."""
        ...
