"""What the browser's tests share: a running server, and a browser."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
from playwright.async_api import Browser

from mooring.core.descriptor import parse_descriptor
from tests.support.browsers import a_browser
from tests.support.computers import a_computer
from tests.support.oauth_devices import OAuthDevice
from tests.support.servers import Server, a_server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that sells Harbor Notes, shared by the browser's tests."""
    with a_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
def program(server: Server) -> OAuthDevice:
    salt = parse_descriptor((server.folder / "mooring.json").read_bytes()).hardware_salt
    computer = a_computer(next(_seeds))
    return OAuthDevice(server.client(), address=server.address, salt=salt, computer=computer)


_seeds = count(40_000)
