"""`mooring serve`: the server as one process, from its first byte to a graceful end."""

import argparse
import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn

from mooring.command_line.exit_codes import REFUSED, WRONG_USAGE
from mooring.server.bootstrap import build_app, own_addresses
from mooring.server.cli.output import Output
from mooring.server.cli.workplace import SecretMismatch, reporting
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.opening import open_database
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings, load_settings
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.web.app import WebApp
from mooring.server.web.connection import PatientConnection
from mooring.server.web.watch.logs import configure_logging

PORTS = range(65536)
GRACE_SECONDS = 10
"""How long a request under way may still take once the server is asked to stop."""
IDLE_SECONDS = 30
"""How long a connection may stay open between two requests."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until the process is asked to stop, and return the exit code."""
    output = Output.of(arguments)
    if arguments.port not in PORTS:
        output.refuse(
            "port_invalid",
            "There is no such port",
            f"{arguments.port} is no port.",
            "choose_port",
            "Choose one from 0 (any free one) to 65535 with --port.",
        )
        return WRONG_USAGE
    try:
        listener = _listen(arguments.host, arguments.port)
    except OSError as error:
        output.refuse(
            "cannot_listen",
            "The server cannot listen there",
            f"Nothing can listen on {arguments.host}, port {arguments.port}: {error.strerror or error}.",
            "choose_port",
            "Choose another with --port, or stop what uses it.",
        )
        return REFUSED
    with listener:
        return reporting(arguments, lambda output: _serve(arguments, output, listener))


def _serve(arguments: argparse.Namespace, output: Output, listener: socket.socket) -> None:
    settings = load_settings()
    if arguments.workers != 1 and settings.database_url.get_backend_name() == "sqlite":
        raise ValueRefused(
            "The embedded database is written by one process: it can have one worker.",
            "Leave --workers away. One worker answers thousands of requests a second.",
        )
    addresses = _addresses(settings, arguments.host, listener.getsockname()[1])
    configure_logging(settings.log_level, settings.log_format)
    migrate(settings)

    async def live() -> None:
        async with _open(settings) as (database, secrets, publisher):
            app = build_app(settings, secrets, database, SystemClock(), addresses=addresses)
            public = settings.public_url is not None
            place = f"http://{arguments.host}:{listener.getsockname()[1]}"
            server = _Server(
                _config(app), lambda: _announce(output, place, addresses[0], publisher, public=public)
            )
            await server.serve(sockets=[listener])

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(live())


def _addresses(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    try:
        return own_addresses(settings, host, port)
    except ValueError:
        raise ValueRefused(
            f"On {host} other computers can reach the server, but it does not know its own address, "
            "which every device signs.",
            "Say it with MOORING_PUBLIC_URL, such as https://activation.example.com.",
        ) from None


@contextlib.asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[tuple[Database, Secrets, Publisher | None]]:
    """Open the database, with the secrets that belong to it."""
    database = open_database(settings)
    try:
        async with StoredPublisher(database).reading() as reader:
            publisher = await reader.publisher()
        if publisher is None:
            secrets = Secrets.load_or_create(settings.secret_file)
        else:
            secrets = Secrets.load(settings.secret_file)
            if secrets.fingerprint != publisher.secret_fingerprint:
                raise SecretMismatch(
                    f"The database was made with another secret than {settings.secret_file}.",
                    "Put the right secret file back, or restore the database that belongs to this one.",
                )
        yield database, secrets, publisher
    finally:
        await database.close()


def _announce(output: Output, place: str, address: str, publisher: Publisher | None, *, public: bool) -> None:
    known = f", and is known as {address}" if public and address != place else ""
    output.say(f"Mooring listens on {place}{known}. Ctrl+C stops it.")
    if publisher is None:
        output.say("There is no product yet. In another terminal, in this folder:")
        output.say('  mooring init "Your Program"')
    elif not public and address != publisher.issuer:
        output.say(f"Its descriptors name {publisher.issuer}. For programs to find it here, start it with")
        output.say(f"  MOORING_PUBLIC_URL={address}")
        output.say("and write them anew with that: mooring admin descriptor PRODUCT --output FILE")
    output.answer({"address": address, "initialized": publisher is not None})


class _Server(uvicorn.Server):
    """uvicorn, which tells when it listens, and for which a signal is a request to stop and no fault."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            # uvicorn would raise them once more, and a clean end would look like a kill.
            self._captured_signals.clear()


def _config(app: WebApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PatientConnection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # judged by MOORING_TRUSTED_PROXIES instead
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1)  # takes the port now: another server must not start on it, too
    except OSError:
        listener.close()
        raise
    return listener


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not made for Windows

    return uvloop.new_event_loop
