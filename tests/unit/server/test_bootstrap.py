"""The wiring: what a running server does by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from mooring.server.bootstrap import build_services
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.secrets import Secrets
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.use_cases.signing.found_publisher import FoundPublisher
from tests.support.databases import an_empty_database, settings_in

FOUNDED = datetime(2026, 1, 2, tzinfo=UTC)
DUE = FOUNDED + timedelta(days=306)


@pytest.fixture
async def server(tmp_path):
    settings, database = settings_in(tmp_path), an_empty_database(tmp_path)
    secrets = Secrets.load_or_create(settings.secret_file)
    store, root = StoredPublisher(database), RootKeyFile(settings.root_key_file)
    founded = FoundPublisher(store, root, secrets, fingerprint=secrets.fingerprint)
    await founded("https://licenses.example.com", at=FOUNDED)
    addresses = ("https://licenses.example.com",)
    yield build_services(settings, secrets, database, SystemClock(), addresses=addresses), store, settings
    await database.close()


async def epochs(store):
    async with store.reading() as reader:
        return {key.epoch for key in await reader.signing_keys() if key.use == "certificate"}


async def keep_house(services, at):
    for chore in services.housekeeping:
        await chore(at=at)


async def test_a_running_server_rotates_its_signing_keys_before_they_end(server):
    services, store, _ = server
    await keep_house(services, DUE - timedelta(days=2))
    assert await epochs(store) == {1}
    await keep_house(services, DUE)
    assert await epochs(store) == {1, 2}


async def test_with_an_offline_root_it_rotates_nothing_by_itself(server):
    services, store, settings = server
    settings.root_key_file.unlink()
    await keep_house(services, DUE)
    assert await epochs(store) == {1}
