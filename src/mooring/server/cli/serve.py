"""`mooring serve`: the server, as one process or as several that share a port and a database."""

import argparse
import asyncio
import os
from collections.abc import Callable

from mooring.command_line.exit_codes import REFUSED, WRONG_USAGE
from mooring.server.bootstrap import own_addresses
from mooring.server.cli.output import Output
from mooring.server.cli.serving.listening import Listening, listen
from mooring.server.cli.serving.supervisor import Supervisor
from mooring.server.cli.serving.worker import Served, work
from mooring.server.cli.workplace import SecretMismatch, reporting
from mooring.server.delivery.mail.office import Mailing, mailing_of
from mooring.server.foundation.database.address import is_embedded
from mooring.server.foundation.database.opening import open_database
from mooring.server.foundation.migrations.migrating import prepare
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings, load_settings
from mooring.server.licensing.domain.obstacles import Obstacle, ValueRefused
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.web.watch.board import Board
from mooring.server.web.watch.logs import configure_logging
from mooring.server.web.watch.metrics import Metrics

PORTS = range(65536)
WORKERS = range(1, 65)


class WorkersFailed(Obstacle):
    """A worker ended before it could answer."""

    code = "workers_failed"
    title = "The server could not start"


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
    if arguments.workers not in WORKERS:
        output.refuse(
            "workers_invalid",
            "There cannot be so many workers",
            f"{arguments.workers} is no number of workers.",
            "choose_workers",
            f"Choose from 1 to {WORKERS[-1]} with --workers: one for each processor is a good beginning.",
        )
        return WRONG_USAGE
    try:
        listening = listen(arguments.host, arguments.port, arguments.workers)
    except OSError as error:
        output.refuse(
            "cannot_listen",
            "The server cannot listen there",
            f"Nothing can listen on {arguments.host}, port {arguments.port}: {error.strerror or error}.",
            "choose_port",
            "Choose another with --port, or stop what uses it.",
        )
        return REFUSED
    with listening:
        return reporting(arguments, lambda output: _serve(arguments, output, listening))


def _serve(arguments: argparse.Namespace, output: Output, listening: Listening) -> None:
    settings = load_settings()
    _check_workers(arguments.workers, settings)
    addresses = _addresses(settings, arguments.host, listening.port)
    configure_logging(settings.log_level, settings.log_format)
    prepare(settings)
    secrets, publisher = asyncio.run(_opened(settings))
    served = Served(settings, secrets, addresses, arguments.workers)
    place = f"http://{arguments.host}:{listening.port}"

    def announce() -> None:
        _announce(output, place, addresses[0], publisher, public=settings.public_url is not None)
        _tell_of_mails(output, mailing_of(settings, addresses[0]))

    if arguments.workers == 1:
        if not work(served, listening.sockets[0], announce):
            raise WorkersFailed("It ended before it could answer.", "Its log lines above say why.")
    else:
        _supervise(arguments.workers, served, listening, announce)


def _check_workers(workers: int, settings: Settings) -> None:
    if workers == 1:
        return
    if is_embedded(settings.database_url):
        raise ValueRefused(
            "The embedded database is written by one process: it can have one worker.",
            "Leave --workers away: one answers thousands of requests a second. Several share PostgreSQL.",
        )
    if not hasattr(os, "fork"):
        raise ValueRefused(
            "This system cannot start several workers at one port.",
            "Leave --workers away, and start several servers at ports of their own, behind a proxy.",
        )


def _supervise(workers: int, served: Served, listening: Listening, announce: Callable[[], None]) -> None:
    """Serve with several workers until asked to stop."""
    board = Board(workers)

    def as_worker(number: int, ready: Callable[[], None], lifeline: int) -> bool:
        own = listening.sockets[number]
        for listener in listening.sockets:
            if listener is not own:
                listener.close()
        return work(served, own, ready, metrics=Metrics(board, number), lifeline=lifeline)

    supervisor = Supervisor(workers, as_worker, announce=announce, stop_listening=listening.close)
    if not supervisor.run():
        raise WorkersFailed(
            "A worker ended before all of them could answer.", "The log lines above say why it did."
        )


def _addresses(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    try:
        return own_addresses(settings, host, port)
    except ValueError:
        raise ValueRefused(
            f"On {host} other computers can reach the server, but it does not know its own address, "
            "which every device signs.",
            "Say it with MOORING_PUBLIC_URL, such as https://activation.example.com.",
        ) from None


async def _opened(settings: Settings) -> tuple[Secrets, Publisher | None]:
    """Return the secrets that belong to the database, and the publisher, if there is one yet."""
    database = open_database(settings)
    try:
        async with StoredPublisher(database).reading() as reader:
            publisher = await reader.publisher()
    finally:
        await database.close()
    if publisher is None:
        return Secrets.load_or_create(settings.secret_file), None
    secrets = Secrets.load(settings.secret_file)
    if secrets.fingerprint != publisher.secret_fingerprint:
        raise SecretMismatch(
            f"The database was made with another secret than {settings.secret_file}.",
            "Put the right secret file back, or restore the database that belongs to this one.",
        )
    return secrets, publisher


def _tell_of_mails(output: Output, mailing: Mailing) -> None:
    if mailing == "printed":
        output.say("Mails are not sent but printed here, because MOORING_SMTP_URL is not set.")
    elif mailing == "kept":
        output.say("Mails are not sent, because MOORING_SMTP_URL is not set: they wait, three days at most.")


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
