"""`mooring serve` as a process: how it starts, what it says, how it ends."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from mooring.core.hardware.hashing import hash_components
from mooring.server.cli.serving.listening import listen
from mooring.server.cli.serving.worker import configuration
from mooring.server.foundation.secrets import Secrets
from mooring.server.web.connections.patient import PatientConnection
from tests.support.clients import parse_reply
from tests.support.computers import a_computer
from tests.support.servers import Server, a_server
from tests.support.web_apps import a_door


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with a_server(tmp_path_factory.mktemp("server")) as server:
        yield server


def serve(server: Server, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `mooring serve` where it is expected to refuse."""
    return subprocess.run(
        [sys.executable, "-m", "mooring", "serve", *options],
        env=server.environ, cwd=server.folder, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ends_well_when_it_is_asked_to(tmp_path: Path, how: signal.Signals):
    server = Server(tmp_path)
    server.start()
    assert server._end(how) == 0


def test_says_the_next_step_while_there_is_no_product(tmp_path: Path):
    server = Server(tmp_path)
    server.start()
    said = [server.process.stdout.readline() for _ in range(2)]
    server.stop()
    assert "no product yet" in said[0]
    assert "mooring init" in said[1]


def test_tells_programs_where_it_listens(tmp_path: Path):
    server = Server(tmp_path)
    command = [sys.executable, "-m", "mooring", "serve", "--port", str(server.port), "--json"]
    with subprocess.Popen(
        command,
        env=server.environ,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        said = ""
        while not said.endswith("}\n"):
            said += process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert json.loads(said) == {"address": server.address, "initialized": False}


def test_a_port_in_use_is_said_plainly(server: Server):
    refused = serve(server, "--port", str(server.port))
    assert refused.returncode == 4
    assert f"port {server.port}" in refused.stderr
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_is_none_is_said_plainly(server: Server, port: str):
    refused = serve(server, "--port", port)
    assert refused.returncode == 2
    assert "65535" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_several_workers_on_the_embedded_database_are_refused(server: Server):
    refused = serve(server, "--port", "0", "--workers", "2")
    assert refused.returncode == 2
    assert "one worker" in refused.stderr


@pytest.mark.parametrize("workers", ["0", "-1", "65"])
def test_a_number_of_workers_that_is_none_is_said_plainly(server: Server, workers: str):
    refused = serve(server, "--port", "0", "--workers", workers)
    assert refused.returncode == 2
    assert "from 1 to 64" in refused.stderr


def test_a_server_that_others_can_reach_must_know_its_address(tmp_path: Path):
    server = Server(tmp_path, MOORING_PUBLIC_URL="")
    refused = serve(server, "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    assert "MOORING_PUBLIC_URL" in refused.stderr


def test_refuses_to_start_with_the_secret_of_another_database(tmp_path: Path):
    server = Server(tmp_path)
    server.found()
    secret = tmp_path / "data" / "secret"
    other = tmp_path / "other-secret"
    Secrets.generate().save(other)
    secret.write_bytes(other.read_bytes())
    refused = serve(server, "--port", "0")
    assert refused.returncode == 4
    assert "secret" in refused.stderr
    secret.unlink()
    assert serve(server, "--port", "0").returncode == 4
    assert not secret.exists()


async def test_two_hundred_computers_race_for_one_seat(server: Server):
    (key,) = await asyncio.to_thread(server.mint, 1)
    devices = [server.device(computer=a_computer(5000 + number)) for number in range(200)]
    gate = asyncio.Semaphore(60)

    async def race(device):
        async with gate:
            return await device.activate(key)

    replies = await asyncio.gather(*(race(device) for device in devices))
    assert sorted({reply.status for reply in replies}) == [201, 409]
    assert [reply.status for reply in replies].count(201) == 1
    assert {reply.code for reply in replies if reply.status == 409} == {"seat_limit_reached"}


async def test_a_restart_opens_no_proof_to_replay(tmp_path: Path):
    def set_up():
        server = Server(tmp_path)
        server.found()
        return server.start(), server.mint(1)[0]

    server, key = await asyncio.to_thread(set_up)
    try:
        device = server.device()
        assert (await device.activate(key)).status == 201
        path = f"/v1/activations/{device.activation_id}"
        proof = device.proof("DELETE", path)
        client = server.client()
        assert (await client.send("DELETE", path, (("DPoP", proof),))).status == 204
        assert (await client.send("DELETE", path, (("DPoP", proof),))).json()["why"] == "replayed"
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        again = await client.send("DELETE", path, (("DPoP", proof),))
        assert (again.status, again.json()["why"]) == (401, "nonce")
    finally:
        await asyncio.to_thread(server.stop)


async def test_headers_that_are_too_long_are_refused(server: Server):
    client = server.client()
    fits = f"GET /healthz HTTP/1.1\r\nHost: x\r\nX: {'a' * 15_000}\r\nConnection: close\r\n\r\n"
    assert parse_reply(await client.send_raw(fits.encode())).status == 200
    for line in (
        f"GET /healthz HTTP/1.1\r\nHost: x\r\nX: {'a' * 17_000}",
        f"GET /{'a' * 17_000} HTTP/1.1\r\nHost: x",
    ):
        assert parse_reply(await client.send_raw(f"{line}\r\n\r\n".encode())).status == 431
    many = "GET /healthz HTTP/1.1\r\n" + "X: y\r\n" * 4000
    assert parse_reply(await client.send_raw(many.encode())).status == 431


async def test_a_client_that_sends_too_much_is_told_so(server: Server):
    json_type = (("Content-Type", "application/json"),)
    for size in (64 * 1024 + 1, 900_000):
        reply = await server.client().send("POST", "/v1/validations", json_type, b" " * size)
        assert (reply.status, reply.code) == (413, "payload_too_large")


async def test_says_nothing_about_what_it_is_made_of(server: Server):
    reply = await server.client().send("GET", "/healthz")
    assert reply.header("server") is None
    assert reply.header("x-powered-by") is None


async def test_pipelined_and_broken_requests_do_not_disturb_others(server: Server):
    client = server.client()
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert (await client.send_raw(one + last)).count(b"HTTP/1.1 200 OK") == 2
    assert b" 400 " in await client.send_raw(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    assert (await client.send("GET", "/healthz")).status == 200


async def test_nothing_secret_is_logged(server: Server):
    (key,) = await asyncio.to_thread(server.mint, 1)
    device = server.device()
    await device.activate(key)
    await device.renew()
    await device.activate("BCDFG-HJKMN-PQRTV-WXY23-46789")
    await server.client().send("GET", f"/v1/{key}?product_key={key}")
    await server.client().send("POST", "/v1/validations", (("Content-Type", "application/json"),),
        json.dumps({"product": "harbor-notes", "product_key": key}).encode())  # fmt: skip
    await device.client.send("GET", "/", (("Authorization", "Bearer a-very-secret-token"),))
    log = server.log.read_text()
    for secret in (key, key.replace("-", ""), key[:11], device.certificate, device.certificate[-40:],
                   device.nonce, device.jkt, "a-very-secret-token", "product_key", "eyJ"):  # fmt: skip
        assert secret not in log
    lines = [line for line in server.logged() if line["event"] == "request"]
    assert {"/v1/activations", "/v1/activations/{id}/renewals", "/v1/validations", "(unknown)"} <= {
        line["route"] for line in lines
    }
    assert all(len(line["request"]) == 16 and line["milliseconds"] >= 0 for line in lines)
    assert "key_unknown" in {line["code"] for line in lines}


async def test_nobody_reads_from_the_database_what_a_computer_sent_of_its_hardware(server: Server):
    (key,) = await asyncio.to_thread(server.mint, 1)
    device = server.device(computer=a_computer(77))
    await device.activate(key, headers=(("Idempotency-Key", "once-77"),))
    again = await device.activate(key, headers=(("Idempotency-Key", "once-77"),))
    assert again.header("idempotent-replayed") == "true"
    with server.database() as database:
        kept = "\n".join(database.iterdump())
        blobs = database.execute(
            "SELECT certificate FROM installations UNION ALL SELECT body FROM idempotent_answers"
        ).fetchall()
    kept += "\n".join(blob.decode("latin-1") for (blob,) in blobs)
    assert device.activation_id in kept
    components = hash_components(device.computer, device.salt).components
    whole = [components[name] for name in ("system_uuid", "machine_id", "root_filesystem_uuid")]
    for sent in (*whole, device.certificate, *device.certificate.split(".")[1:]):
        assert sent not in kept


class Impatient(PatientConnection):
    patience = 0.05


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal",
    ],
)
async def test_a_request_that_never_becomes_whole_is_given_up(tmp_path: Path, beginning: bytes):
    door = a_door(tmp_path)
    config = configuration(door.app)
    config.http = Impatient
    with listen("127.0.0.1", 0) as listening:
        (listener,) = listening.sockets
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(beginning)
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        server.should_exit = True
        await serving
    await door.close()
    assert answer.count(b"HTTP/1.1") == beginning.count(b"\r\n\r\nGET")
    assert door.stand_ins.asked == []


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n", b"late"),
    ],
    ids=["empty line", "body"],
)
async def test_what_comes_after_an_answer_and_begins_no_request_keeps_no_connection_open(
    tmp_path: Path, pieces: tuple[bytes, bytes]
):
    class RatherImpatient(PatientConnection):
        patience = 0.5

    door = a_door(tmp_path)
    config = configuration(door.app)
    config.http = RatherImpatient
    with listen("127.0.0.1", 0) as listening:
        (listener,) = listening.sockets
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        request, more = pieces
        writer.write(request)
        async with asyncio.timeout(10):  # less than an idle connection may last
            answer = await reader.readuntil(b"\r\n\r\n")
            writer.write(more)
            await reader.read()
        writer.close()
        server.should_exit = True
        await serving
    await door.close()
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("ends", [False, True], ids=["pipelined", "closing"])
async def test_who_never_reads_the_answers_is_cut_off(tmp_path: Path, ends: bool):
    class Busy(PatientConnection):
        reading_patience = 0.3

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            is_lost.set()

    is_lost = asyncio.Event()
    door = a_door(tmp_path)
    config = configuration(door.app)
    config.http = Busy
    last = b"Connection: close\r\n" if ends else b""
    ask = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n%s\r\n"
    with listen("127.0.0.1", 0) as listening, socket.socket() as client:
        (listener,) = listening.sockets
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, listener.getsockname())
        await loop.sock_sendall(client, (b"" if ends else ask % b"" * 50) + ask % last)
        async with asyncio.timeout(10):  # an idle connection lasts longer
            await is_lost.wait()
        server.should_exit = True
        await serving
    await door.close()


async def test_no_more_requests_wait_for_each_other_than_anybody_needs(tmp_path: Path):
    door = a_door(tmp_path)
    with listen("127.0.0.1", 0) as listening:
        (listener,) = listening.sockets
        server = uvicorn.Server(configuration(door.app))
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                await reader.read()
        writer.close()
        server.should_exit = True
        await serving
    await door.close()
    assert server.server_state.total_requests <= 101


ENDLESS = {
    "header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Endless: ",
    "name": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX",
    "second request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nX-Endless: ",
    "trailer": b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
    "chunk extension": b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;",
}


@pytest.mark.parametrize("beginning", ENDLESS.values(), ids=ENDLESS)
async def test_what_never_ends_is_cut_off_long_before_its_time_is_up(tmp_path: Path, beginning: bytes):
    door = a_door(tmp_path)
    with listen("127.0.0.1", 0) as listening:
        (listener,) = listening.sockets
        server = uvicorn.Server(configuration(door.app))
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        _, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(beginning)
        sent = 0
        async with asyncio.timeout(10):  # PATIENCE is longer
            with contextlib.suppress(ConnectionError):
                while sent < 64 * 1024 * 1024:
                    writer.write(b"b" * 65536)
                    await writer.drain()
                    sent += 65536
        writer.close()
        server.should_exit = True
        await serving
    await door.close()
    assert sent < 16 * 1024 * 1024
    assert door.stand_ins.asked == []


async def test_a_body_in_chunks_of_one_byte_is_read(tmp_path: Path):
    door = a_door(tmp_path)
    body = json.dumps({"product": "harbor-notes", "product_key": "x", "filling": "y" * 60_000}).encode()
    with listen("127.0.0.1", 0) as listening:
        (listener,) = listening.sockets
        server = uvicorn.Server(configuration(door.app))
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(
            b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        for byte in body:
            writer.write(b"1\r\n%c\r\n" % byte)
        writer.write(b"0\r\n\r\n")
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        server.should_exit = True
        await serving
    await door.close()
    assert answer.startswith(b"HTTP/1.1 200 OK")
