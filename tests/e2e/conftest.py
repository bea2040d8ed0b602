"""What the end-to-end tests share: a publisher's running server, its keys, and its customers' computers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.support.commands import Laptop
from tests.support.computers import Computer, a_computer
from tests.support.postgresql import a_postgresql
from tests.support.servers import Server

PRO = ("--edition", "pro", "--entitlement", "export-pdf=Export to PDF", "--entitlement", "sync=Sync")
WITHOUT_ACTIVATION = ("--unactivated-entitlement", "read=Reading")


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that sells Harbor Notes Pro, shared by the tests of one file.

    Alone with its file; or with as many workers as a test asks for by a parameter, on PostgreSQL.
    """
    workers, environ = getattr(request, "param", 1), {}
    with ExitStack() as stack:
        if workers > 1:
            url = stack.enter_context(a_postgresql())
            environ["MOORING_DATABASE_URL"] = url.render_as_string(hide_password=False)
        server = Server(tmp_path_factory.mktemp("server"), workers=workers, **environ)
        server.found("Harbor Notes", *PRO, *WITHOUT_ACTIVATION)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def keys(server: Server) -> Iterator[str]:
    """Unused keys of Harbor Notes Pro, each with one seat: `next(keys)`."""
    return iter(server.mint(40, edition="pro"))


@pytest.fixture
def a_laptop(server: Server, tmp_path: Path) -> Callable[..., Laptop]:
    """Make one more computer, unlike any other of this file's tests."""

    def make(computer: Computer | None = None) -> Laptop:
        seed = next(_seeds)
        parts = a_computer(seed) if computer is None else computer
        return Laptop(tmp_path / f"laptop-{seed}", server.folder / "mooring.json", parts)

    return make


@pytest.fixture
def laptop(a_laptop: Callable[..., Laptop]) -> Laptop:
    return a_laptop()


_seeds = count(20_000)
