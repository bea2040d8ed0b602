"""A private PgBouncer in transaction mode: each transaction may run on another connection of the server."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import URL

from tests.support.postgresql import (
    PATIENCE,
    USER,
    WATCHED,
    as_unprivileged,
    free_port,
    program,
    unprivileged,
)

_SETTINGS = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 100
server_round_robin = 1
"""


@contextlib.contextmanager
def a_pgbouncer(url: URL, *, size: int = 3) -> Iterator[URL]:
    """Give the address of the database at ``url`` behind a PgBouncer with ``size`` connections to it.

    Each transaction gets the connection that was used longest ago: what one leaves behind the next misses.
    """
    with tempfile.TemporaryDirectory(prefix="mooring-pgbouncer-") as name:
        folder, own = Path(name), free_port()
        target = {"host": url.host, "port": url.port, "own": own, "size": size, "user": USER}
        (folder / "settings.ini").write_text(_SETTINGS.format(**target))
        _give_away(folder)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", WATCHED, "sh", program("pgbouncer"), str(folder / "settings.ini")],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **as_unprivileged(),
            )
        try:
            _wait_until_ready(own, folder / "log")
            yield url.set(port=own, username=USER).update_query_dict({"pgbouncer": "true"})
        finally:
            process.stdin.close()
            process.wait(PATIENCE)


def _give_away(folder: Path) -> None:
    owner = unprivileged()
    if owner is not None:
        for each in (folder, *folder.iterdir()):
            os.chown(each, owner.pw_uid, owner.pw_gid)


def _wait_until_ready(port: int, log: Path) -> None:
    late = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < late, f"PgBouncer did not start:\n{log.read_text()}"
        time.sleep(0.02)
