"""What the tests of a cluster share: the cluster, and a publisher's server with two workers on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cluster.patroni import PatroniCluster
from tests.support.looking import ServedLook
from tests.support.servers import Server

LONG = bool(os.environ.get("MOORING_TEST_LONG"))
SEATS = 4


@pytest.fixture(scope="package")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where to look when a test has failed."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="package")
def shared_cluster(logs: Path) -> Iterator[PatroniCluster]:
    with PatroniCluster(logs, fsync=LONG) as cluster:
        yield cluster


@pytest.fixture(scope="package")
def shared_server(shared_cluster: PatroniCluster, logs: Path) -> Iterator[Server]:
    with ServedLook(shared_cluster.url().render_as_string()) as look:
        look.query("CREATE DATABASE mooring")
    addresses = {
        "MOORING_DATABASE_URL": shared_cluster.url("mooring").render_as_string(),
        "MOORING_DATABASE_READ_URL": shared_cluster.read_url("mooring").render_as_string(),
    }
    server = Server(logs, workers=2, **addresses)
    server.found("Harbor Notes")
    options = ("--channel", "retail", "--seats", str(SEATS), "--moves", "unlimited")
    server.run("admin", "policy", "create", "harbor-notes", "standard", "--name", "crew", *options)
    server.start()
    yield server
    assert server.stop() == 0


@pytest.fixture
def cluster(shared_cluster: PatroniCluster) -> PatroniCluster:
    """The cluster, whole."""
    shared_cluster.wait_until_both_keep_what_is_written()
    return shared_cluster


@pytest.fixture
def server(cluster: PatroniCluster, shared_server: Server) -> Iterator[Server]:
    """The server; no request may have been a fault, nor a worker have ended."""
    workers = shared_server.worker_ids()
    yield shared_server
    assert shared_server.worker_ids() == workers
    assert {"fault", "worker_ended"}.isdisjoint(line["event"] for line in shared_server.logged())
