"""New licenses in a real database: a batch is kept as a whole."""

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mooring.core.identifiers import new_license_ids
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.ports.minting import Batch, NewLicense
from mooring.server.licensing.storage.catalog import StoredCatalog
from mooring.server.licensing.storage.ledger.rows import HOLDER_COLUMNS
from mooring.server.licensing.storage.minting import StoredLicenseBook
from mooring.server.licensing.storage.tables import licenses
from tests.support.catalogs import AT
from tests.support.databases import an_empty_database
from tests.support.license_desks import a_set_up_catalog


@pytest.fixture
async def database(tmp_path):
    database = an_empty_database(tmp_path)
    await a_set_up_catalog(database)
    yield database
    await database.close()


@pytest.fixture
async def batch(database):
    async with StoredCatalog(database).reading() as catalog:
        product = await catalog.product("harbor-notes")
        [edition] = await catalog.editions(product.id)
        [policy] = await catalog.policies(edition.id)
    return Batch("mint_x", product.id, policy.id, "p1", AT)


def some(count, first=0):
    hashes = [hashlib.sha256(str(first + number).encode()).digest() for number in range(count)]
    return [NewLicense(*pair, "8XKQ2") for pair in zip(new_license_ids(count, AT), hashes, strict=True)]


async def test_keeps_every_member(database, batch):
    end = datetime(2030, 1, 1, tzinfo=UTC)
    plain, special = some(2)
    await StoredLicenseBook(database).add([plain, special._replace(seats=3, expires_at=end)], batch)
    async with database.reading() as session:
        rows = await session.fetch(Statement(select(licenses).order_by(licenses.c.id)))
    assert rows[0]._asdict() == {
        "id": plain.id,
        "product_id": batch.product_id,
        "policy_id": batch.policy_id,
        "key_hash": plain.key_hash,
        "pepper_id": "p1",
        "last_five": "8XKQ2",
        "standing": "active",
        "seats": None,
        "expires_at": None,
        "first_activated_at": None,
        "held": 0,
        "takings": 0,
        "moved": 0,
        "batch": "mint_x",
        "created_at": AT,
        **dict.fromkeys(HOLDER_COLUMNS),
    }
    assert (rows[1].seats, rows[1].expires_at) == (3, end)


async def test_knows_which_keys_are_kept_among_very_many(database, batch):
    book = StoredLicenseBook(database)
    kept = some(3)
    await book.add(kept, batch)
    asked = [one.key_hash for one in (*some(12_000, first=3), *kept)]
    assert await book.known(asked) == {one.key_hash for one in kept}
    assert await book.known([]) == set()


async def test_keeps_none_of_a_batch_with_a_key_that_is_kept(database, batch):
    book = StoredLicenseBook(database)
    first = some(1)
    await book.add(first, batch)
    fresh = some(2, first=1)
    with pytest.raises(AlreadyExists):
        await book.add([*fresh, first[0]._replace(id=some(1)[0].id)], batch)
    assert await book.known([one.key_hash for one in fresh]) == set()
