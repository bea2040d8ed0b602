"""Whatever answers at the server's address, an activated computer stays so, and waits 15 s at most."""

import json
import shutil
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from tests.support import servers_that_misbehave as servers
from tests.support.commands import Laptop, Ran
from tests.support.computers import a_computer
from tests.support.servers import Server

PROMISED_SECONDS = 15
STARTING_SECONDS = 1
"""What a busy machine may take to start the program and to end it."""

AT_ONCE = 6
NO_SUCH_PLACE = "https://elsewhere.invalid/v1"
PROBLEM = "application/problem+json"


@contextmanager
def untrusted() -> Iterator[str]:
    """A server whose TLS certificate this computer does not trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    def talk(connection, stopped):
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1)

    with servers.server(talk) as address:
        yield address.replace("http://127.0.0.1", "https://localhost")


SLOW = {
    "silent": servers.silent,
    "slow headers": servers.slow_headers,
    "slow body": servers.slow_body,
}
QUICK = {
    "stopped": servers.stopped_server,
    "endless headers": servers.endless_headers,
    "endless body": servers.endless_body,
    "hangs up": servers.hangs_up,
    "half an answer": servers.half_an_answer,
    "half a chunk": servers.half_a_chunk,
    "not HTTP": servers.not_http,
    "500": lambda: servers.answering(500, b"Internal Server Error", "text/plain"),
    "502 by a proxy": lambda: servers.answering(502, servers.HTML, "text/html"),
    "503": lambda: servers.answering(503, b"{}", Retry_After="120"),
    "404": lambda: servers.answering(404, b"not found", "text/plain"),
    "HTML": lambda: servers.answering(200, servers.HTML, "text/html"),
    "301": lambda: servers.answering(301, Location=NO_SUCH_PLACE),
    "307": lambda: servers.answering(307, Location=NO_SUCH_PLACE),
    "revoked, but with 500": lambda: servers.answering(500, b'{"code": "license_revoked"}', PROBLEM),
    "no TLS certificate that counts": untrusted,
}
UNSIGNED = ("license_revoked", "license_suspended", "device_unknown")


class Outcome(NamedTuple):
    """How a command ended on a computer whose server misbehaves, and what it left behind."""

    ran: Ran
    seconds: float
    home_before: dict[str, bytes]
    home_after: dict[str, bytes]
    status: object


@pytest.fixture(scope="module")
def active(server: Server, keys: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    laptop = Laptop(tmp_path_factory.mktemp("active"), server.folder / "mooring.json")
    laptop.ask("activate", next(keys))
    laptop.ask("renew")
    return laptop


@pytest.fixture(scope="module")
def before(active: Laptop) -> object:
    """The status before anything misbehaves."""
    return active.ask("status")


def meet(
    active: Laptop,
    folder: Path,
    misbehaving: Callable[[], AbstractContextManager[str]],
    *command: str,
) -> Outcome:
    """Run ``command`` on a copy of the active computer, whose server is another now."""
    laptop = Laptop(folder, folder / "mooring.json", active.computer)
    shutil.copytree(active.home, laptop.home)
    home = laptop.kept()
    with misbehaving() as address:
        document = json.loads(active.descriptor.read_text()) | {"servers": [address]}
        laptop.descriptor.write_text(json.dumps(document))
        began = time.monotonic()
        ran = laptop.mooring(*command, "--json")
        seconds = time.monotonic() - began
    return Outcome(ran, seconds, home, laptop.kept(), laptop.status())


@pytest.fixture(scope="module")
def renewals(active: Laptop, before: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    """`renew` against every kind of server, all under way at once: the slow ones only wait."""
    folder = tmp_path_factory.mktemp("renewals")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            kind: pool.submit(meet, active, folder / kind.replace(" ", "-"), misbehaving, "renew")
            for kind, misbehaving in (SLOW | QUICK).items()
        }


def held_to_nothing_changed(outcome: Outcome, before: object) -> None:
    assert outcome.home_after == outcome.home_before
    assert outcome.status == before
    assert outcome.seconds < PROMISED_SECONDS + STARTING_SECONDS


@pytest.mark.parametrize("kind", [*QUICK, *SLOW])
def test_no_sensible_answer_ends_with_5_and_changes_nothing(
    renewals: dict[str, Future[Outcome]], before: object, kind: str
):
    outcome = renewals[kind].result()
    assert outcome.ran.exit_code == 5, outcome.ran
    assert outcome.ran.document["code"] == "service_unavailable"
    assert outcome.ran.document["next"]["label"]
    assert "Traceback" not in outcome.ran.err
    held_to_nothing_changed(outcome, before)


@pytest.mark.parametrize("command", [("activate",), ("trial",), ("deactivate",)])
@pytest.mark.parametrize("kind", ["stopped", "500", "HTML", "half an answer", "307"])
def test_other_commands_change_nothing_either(
    active: Laptop, before: object, tmp_path: Path, kind: str, command: tuple[str, ...]
):
    outcome = meet(active, tmp_path / "laptop", QUICK[kind], *command)
    assert outcome.ran.exit_code == 5, outcome.ran
    held_to_nothing_changed(outcome, before)


@pytest.mark.parametrize("code", UNSIGNED)
@pytest.mark.parametrize("listed", [404, 200])
def test_a_refusal_that_nobody_signed_takes_nothing_away(
    active: Laptop, before: object, tmp_path: Path, code: str, listed: int
):
    issuer = json.loads(active.descriptor.read_text())["issuer"]
    problem = json.dumps(
        {"type": f"{issuer}/problems/{code}", "code": code, "title": "x", "detail": "y"}
    ).encode()

    def reply(method: str, path: str):
        if path.startswith("/v1/status-lists/"):
            return listed, "application/statuslist+jwt", b"eyJ.e30.AAAA", {}
        return 403, PROBLEM, problem, {}

    outcome = meet(active, tmp_path / "laptop", lambda: servers.replying(reply), "renew")
    assert (outcome.ran.exit_code, outcome.ran.document["code"]) == (4, code)
    held_to_nothing_changed(outcome, before)


@pytest.mark.parametrize("kind", ["of another computer", "the one held, again", "changed", "none"])
def test_a_wrong_certificate_is_not_stored(
    active: Laptop, before: object, tmp_path: Path, keys: Iterator[str], kind: str
):
    held = certificate_of(active)
    head, body, signature = held.split(".")
    if kind == "of another computer":
        other = Laptop(tmp_path / "other", active.descriptor, a_computer(99))
        other.ask("activate", next(keys))
        held = certificate_of(other)
    sent = {"changed": f"{head}.{body}.AAAA{signature[4:]}", "none": "nonsense"}.get(kind, held)
    answer = json.dumps({"activation": {}, "certificate": sent, "dropped": []}).encode()
    outcome = meet(active, tmp_path / "laptop", lambda: servers.answering(200, answer), "renew")
    assert (outcome.ran.exit_code, outcome.ran.document["code"]) == (5, "certificate_invalid")
    held_to_nothing_changed(outcome, before)


def test_no_redirect_is_followed(active: Laptop, before: object, tmp_path: Path):
    asked: list[str] = []

    def elsewhere(method: str, path: str):
        asked.append(path)
        return 200, "application/json", b"{}", {}

    with servers.replying(elsewhere) as tempting:
        for status in (301, 302, 303, 307, 308):
            leading_away = partial(servers.answering, status, Location=f"{tempting}/")
            outcome = meet(active, tmp_path / str(status), leading_away, "renew")
            assert outcome.ran.exit_code == 5
            held_to_nothing_changed(outcome, before)
    assert asked == []


def test_after_all_that_the_real_server_renews(active: Laptop, before: dict):
    assert active.ask("renew")["certificate"]["sequence"] == before["certificate"]["sequence"] + 1


def certificate_of(laptop: Laptop) -> str:
    return str(json.loads((laptop.home / "state.json").read_text())["state"]["certificate"])
