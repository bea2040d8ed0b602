"""Workers come and go: started together, replaced when they die, ended in peace."""

import asyncio
import os
import select
import signal
from pathlib import Path

import pytest

from tests.e2e.workers.conftest import MakeServer
from tests.support.commands import mooring
from tests.support.servers import Server, end


@pytest.fixture(scope="module")
def server(served: MakeServer) -> Server:
    """A founded, running server with three workers."""
    server = served(3)
    server.found()
    return server.start()


async def metrics(server: Server) -> dict[str, float]:
    page = (await server.client().send("GET", "/metrics")).body.decode()
    samples = (line.rpartition(" ") for line in page.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


async def test_says_once_that_it_listens_when_all_answer(server: Server):
    assert len(server.worker_ids()) == 3
    seen = await metrics(server)
    assert (seen["mooring_workers"], seen["mooring_worker_starts_total"]) == (3, 3)
    assert [line["event"] for line in server.logged() if line["level"] != "info"] == []


async def test_every_worker_is_given_connections(server: Server):
    """Each uses the processor for what it answers."""
    before = [processor_ticks(worker) for worker in server.worker_ids()]
    for _ in range(20):
        await asyncio.gather(*(server.client().send("GET", "/healthz") for _ in range(50)))
    after = [processor_ticks(worker) for worker in server.worker_ids()]
    assert all(late > early for early, late in zip(before, after, strict=True)), (before, after)


def processor_ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


async def test_a_dead_worker_is_replaced_and_said(server: Server):
    before = server.worker_ids()
    end(before[1])
    replies = await asyncio.gather(*(server.client().send("GET", "/healthz") for _ in range(30)))
    assert {reply.status for reply in replies} == {200}  # none was lost with it: they waited for the next
    after = server.worker_ids()
    assert len(after) == 3
    assert set(before) & set(after) == {before[0], before[2]}
    (said,) = [line for line in server.logged() if line["event"] == "worker_ended"]
    assert (said["pid"], said["how"], said["level"]) == (before[1], "SIGKILL", "warning")


@pytest.fixture(scope="module")
def stopping(served: MakeServer) -> Server:
    """A founded server with two workers; each test starts it and lets it end."""
    server = served(2)
    server.found()
    return server


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_request_under_way_is_answered_before_the_end(stopping: Server, how: signal.Signals):
    await asyncio.to_thread(stopping.start)
    reader, writer = await asyncio.open_connection("127.0.0.1", stopping.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"ok")  # this connection is a worker's now
    body = b'{"product": "harbor-notes", "product_key": "BBBBB"}'
    writer.write(b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
    writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body[:5])
    await writer.drain()
    os.kill(stopping.process.pid, how)
    await until_nobody_listens(stopping)
    writer.write(body[5:])
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    assert b"HTTP/1.1 200 OK" in answer
    assert await asyncio.to_thread(stopping.ended) == 0


async def until_nobody_listens(server: Server) -> None:
    while True:
        try:
            await server.client().send("GET", "/healthz")
        except ConnectionRefusedError:
            return
        except (OSError, IndexError):
            continue


async def test_workers_end_with_the_one_who_watches_over_them(stopping: Server):
    await asyncio.to_thread(stopping.start)
    workers = [os.pidfd_open(worker) for worker in stopping.worker_ids()]
    stopping.kill()
    for worker in workers:
        ended, _, _ = await asyncio.to_thread(select.select, (worker,), (), (), 20)
        assert ended
        os.close(worker)
    await asyncio.to_thread(stopping.start)  # the port is free
    assert (await stopping.client().send("GET", "/readyz")).status == 200
    stopping.stop()


def test_the_port_of_a_server_with_several_workers_is_taken(server: Server):
    for workers in ("1", "2"):
        code, said = refused_start(server, workers)
        assert code == 4
        assert f"port {server.port}" in said


def refused_start(server: Server, workers: str) -> tuple[int, str]:
    command = ("serve", "--port", str(server.port), "--workers", workers)
    ran = mooring(*command, environ=server.environ, cwd=server.folder)
    assert "Traceback" not in ran.err
    return ran.exit_code, ran.err


def test_a_worker_that_cannot_start_ends_all_with_a_sentence(stopping: Server):
    broken = stopping.folder / "broken"
    broken.mkdir()
    # The library of the event loop is loaded by the workers alone.
    (broken / "uvloop.py").write_text("raise ImportError('there is no uvloop here')")
    environ = stopping.environ | {"PYTHONPATH": f"{broken}:{os.environ.get('PYTHONPATH', '')}"}
    command = ("serve", "--port", str(stopping.port), "--workers", "2")
    ran = mooring(*command, environ=environ, cwd=stopping.folder)
    assert ran.exit_code == 4
    assert "A worker ended before all of them could answer." in ran.err
    assert "there is no uvloop here" in ran.err
