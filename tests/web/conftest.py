"""What the tests of the web door share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.web_apps import Door, a_door


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door = a_door(tmp_path)
    yield door
    await door.close()


@pytest.fixture
def client(door: Door) -> AsgiClient:
    return AsgiClient(door.app)


@pytest.fixture
def device(client: AsgiClient, door: Door) -> SimulatedDevice:
    return SimulatedDevice(client, clock=door.clock.now)
