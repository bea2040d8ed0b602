"""How much memory the server takes at rest, and for each thousand idle connections."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.table import Row

if TYPE_CHECKING:
    from bench.processes import Publisher

CONNECTIONS = 1000


def rows(publisher: Publisher) -> list[Row]:
    """Measure the serving process's resident memory, with and without idle connections."""
    with publisher.serving() as server:
        time.sleep(1)
        at_rest = _megabytes(server.pid)
        where = urlsplit(publisher.address)
        idle = [socket.create_connection((where.hostname, where.port)) for _ in range(CONNECTIONS)]
        time.sleep(2)
        more = _megabytes(server.pid) - at_rest
        for connection in idle:
            connection.close()
    return [
        Row("server memory at rest", [at_rest], "MB", at_most=120),
        Row("memory per 1,000 idle connections", [more], "MB", at_most=20),
    ]


def _megabytes(pid: int) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))
