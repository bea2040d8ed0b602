"""What the tests of several workers share: a publisher's server on PostgreSQL, and its keys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.postgresql import Cluster, a_postgresql
from tests.support.servers import Server

MakeServer = Callable[..., Server]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeServer]:
    """Make servers on PostgreSQL, each with a database of its own, and stop those that still run."""
    with ExitStack() as stack:

        def make(workers: int, **environ: str) -> Server:
            url = stack.enter_context(a_postgresql()).render_as_string(hide_password=False)
            folder = tmp_path_factory.mktemp("server")
            server = Server(folder, workers=workers, **{"MOORING_DATABASE_URL": url, **environ})
            stack.callback(lambda: server.process and server.stop())
            return server

        yield make


@contextmanager
def a_server_and_its_database(folder: Path) -> Iterator[tuple[Server, Cluster]]:
    """Give a server with two workers, and a PostgreSQL of its own that may be stopped or killed."""
    with Cluster() as cluster, a_postgresql(on=cluster) as url:
        server = Server(folder, workers=2, MOORING_DATABASE_URL=url.render_as_string(hide_password=False))
        try:
            yield server, cluster
        finally:
            if server.process is not None:
                server.stop()
