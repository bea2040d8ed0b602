"""The wiring of a running server: which storage stands behind which use case, and they behind the door."""

import os

from mooring.core.descriptor import is_loopback_host
from mooring.server.foundation.clock import Clock
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.storage.keyed_hashes import ServerKeyedHashes
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.loaded_signer import LoadedSigner
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.use_cases.activations.activate import Activate
from mooring.server.licensing.use_cases.activations.deactivate import Deactivate
from mooring.server.licensing.use_cases.activations.forget_ended_leases import ForgetEndedLeases
from mooring.server.licensing.use_cases.activations.read_status_list import ReadStatusList
from mooring.server.licensing.use_cases.activations.renew import Renew
from mooring.server.licensing.use_cases.activations.validate import Validate
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from mooring.server.web.app import WebApp
from mooring.server.web.services import Services

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def build_app(
    settings: Settings, secrets: Secrets, database: Database, clock: Clock, *, addresses: tuple[str, ...]
) -> WebApp:
    """Return the server as an ASGI application, known by ``addresses``."""
    return WebApp(build_services(settings, secrets, database, clock, addresses=addresses))


def build_services(
    settings: Settings, secrets: Secrets, database: Database, clock: Clock, *, addresses: tuple[str, ...]
) -> Services:
    """Return what the server can do, on ``database`` and with ``secrets``."""
    ledger = StoredLedger(database, secrets)
    publisher = StoredPublisher(database)
    hashes = ServerKeyedHashes(pepper=secrets.pepper, hardware_key=secrets.hardware_key)
    signer = LoadedSigner(publisher, secrets)

    rotate = RotateSigningKeys(publisher, RootKeyFile(settings.root_key_file), secrets)

    async def read_publisher() -> Publisher | None:
        async with publisher.reading() as reader:
            return await reader.publisher()

    return Services(
        settings=settings,
        clock=clock,
        database=database,
        addresses=addresses,
        # One process serves the embedded database, and forgets the proofs it saw when it ends. With a key of
        # its own its nonces end with it, so that no proof from before a restart is accepted after it.
        nonce_key=os.urandom(32),
        activate=Activate(ledger, hashes, signer),
        renew=Renew(ledger, hashes, signer),
        deactivate=Deactivate(ledger),
        validate=Validate(ledger, hashes, publisher),
        read_status_list=ReadStatusList(ledger, signer),
        read_publisher=read_publisher,
        housekeeping=(ForgetEndedLeases(ledger), rotate.when_due),
    )


def own_addresses(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a server that listens on ``host`` and ``port``, the one it is known by first.

    Without ``MOORING_PUBLIC_URL`` only a server that this computer alone can reach has an address of its own.

    Raises:
        ValueError: it can be reached from elsewhere, and nobody said under which address.
    """
    if settings.public_url is not None:
        return (settings.public_url,)
    if not is_loopback_host(host):
        raise ValueError("a server that others can reach needs MOORING_PUBLIC_URL")
    names = sorted(LOOPBACK_NAMES, key=lambda name: name.strip("[]") != host)
    return tuple(f"http://{name}:{port}" for name in names)
