"""Listening: one socket for each worker, one port, and nobody else on it."""

import socket
import sys

import pytest

from mooring.server.cli.serving.listening import listen

SPREADS = sys.platform == "linux"


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_every_worker_has_a_socket_on_the_same_port(workers: int):
    with listen("127.0.0.1", 0, workers) as listening:
        ports = [listener.getsockname()[1] for listener in listening.sockets]
        assert len(ports) == workers
        assert set(ports) == {listening.port}
        assert listening.port != 0
        assert len(set(listening.sockets)) == (workers if SPREADS else 1)


@pytest.mark.parametrize("taken_by", [1, 2])
@pytest.mark.parametrize("workers", [1, 2])
def test_nobody_listens_where_another_does(taken_by: int, workers: int):
    with listen("127.0.0.1", 0, taken_by) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.port, workers)


def test_spreads_connections_over_the_workers():
    with listen("127.0.0.1", 0, 2) as listening:
        for listener in listening.sockets:
            listener.listen(200)
            listener.setblocking(False)
        clients = [socket.create_connection(("127.0.0.1", listening.port)) for _ in range(200)]
        taken = [accepted(listener) for listener in listening.sockets]
        for client in clients:
            client.close()
    assert sum(taken) == 200
    if SPREADS:
        assert min(taken) > 40  # one of 10^17 times the system's choice is further from the middle


def accepted(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_listens_on_other_families_too():
    with listen("::1", 0, 2) as listening:
        assert {listener.family for listener in listening.sockets} == {socket.AF_INET6}
        socket.create_connection(("::1", listening.port)).close()


def test_the_port_is_free_again_afterwards():
    with listen("127.0.0.1", 0, 2) as listening:
        port = listening.port
    with listen("127.0.0.1", port, 2) as again:
        assert again.port == port
