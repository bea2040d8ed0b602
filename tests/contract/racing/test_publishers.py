"""Races of those who run the server: they found it, rotate its keys, import keys, change one license."""

import asyncio

import pytest

from mooring.core.product_key import generate
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.domain.signing import rotation_is_due
from mooring.server.licensing.storage.catalog import StoredCatalog
from mooring.server.licensing.storage.licenses_admin import StoredLicenseDesk
from mooring.server.licensing.storage.minting import StoredLicenseBook
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.use_cases.keys.import_keys import ImportKeys, Row
from mooring.server.licensing.use_cases.licenses.change_standing import RevokeLicense, SuspendLicense
from mooring.server.licensing.use_cases.licenses.extend_license import ExtendLicense
from mooring.server.licensing.use_cases.signing.found_publisher import FoundPublisher
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from tests.support.certificates import AT, DAY, ISSUER
from tests.support.databases import KINDS, an_empty_database_file
from tests.support.license_desks import CODE, PEPPER, a_minted_license, a_set_up_catalog
from tests.support.postgresql import a_postgresql
from tests.support.publishers import InMemoryRoot, OpenSealing

WORKERS = 4


@pytest.fixture(params=KINDS)
async def databases(request, tmp_path):
    """Several connections to one database, each as a process of its own has them."""
    if request.param == "postgresql":
        with a_postgresql() as url:
            opened = [PostgresqlDatabase(url) for _ in range(WORKERS)]
            yield opened
            await asyncio.gather(*(each.close() for each in opened))
    else:
        file = an_empty_database_file(tmp_path)
        opened = [SqliteDatabase(file) for _ in range(WORKERS)]
        yield opened
        await asyncio.gather(*(each.close() for each in opened))


async def race(*acts):
    """Return what each of the acts came to, all begun at once, as a door does them."""
    return await asyncio.gather(*(through_conflicts(each) for each in acts), return_exceptions=True)


async def test_two_who_found_the_publisher_find_the_same(databases):
    root = InMemoryRoot()
    root.create()
    acts = [FoundPublisher(StoredPublisher(each), root, OpenSealing(), fingerprint="f") for each in databases]
    founded = await race(*(lambda act=each: act(ISSUER, at=AT) for each in acts))
    assert sorted(each.now for each in founded) == [False] * (WORKERS - 1) + [True]
    assert len({each.publisher.hardware_salt for each in founded}) == 1


async def test_workers_that_see_keys_end_rotate_them_once(databases):
    root = InMemoryRoot()
    found = FoundPublisher(StoredPublisher(databases[0]), root, OpenSealing(), fingerprint="f")
    await found(ISSUER, at=AT)
    at = AT
    async with StoredPublisher(databases[0]).reading() as reader:
        while not rotation_is_due(await reader.signing_keys(), at=at):
            at += DAY
    workers = [RotateSigningKeys(StoredPublisher(each), root, OpenSealing()) for each in databases]
    rotated = await race(*(lambda worker=each: worker.when_due(at=at) for each in workers))
    assert sorted(rotated) == [False] * (WORKERS - 1) + [True]
    async with StoredPublisher(databases[0]).reading() as reader:
        current = [key for key in await reader.signing_keys() if key.current and key.use != "offline"]
    assert sorted((key.use, key.epoch) for key in current) == [("certificate", 2), ("status_list", 2)]


async def test_operators_who_rotate_at_once_leave_one_key_of_each_use(databases):
    root = InMemoryRoot()
    found = FoundPublisher(StoredPublisher(databases[0]), root, OpenSealing(), fingerprint="f")
    await found(ISSUER, at=AT)
    workers = [RotateSigningKeys(StoredPublisher(each), root, OpenSealing()) for each in databases]
    outcomes = await race(*(lambda worker=each: worker(at=AT) for each in workers))
    assert not [each for each in outcomes if isinstance(each, Exception)]
    async with StoredPublisher(databases[0]).reading() as reader:
        current = [key for key in await reader.signing_keys() if key.current and key.use != "offline"]
    assert sorted((key.use, key.epoch) for key in current) == [
        ("certificate", WORKERS + 1),
        ("status_list", WORKERS + 1),
    ]


async def test_a_key_imported_twice_at_once_is_one_license(databases):
    await a_set_up_catalog(databases[0])
    rows = [Row(number, {"product_key": generate(CODE).formatted()}) for number in range(200)]
    imports = [ImportKeys(StoredCatalog(each), StoredLicenseBook(each), PEPPER) for each in databases]
    outcomes = await race(*(lambda act=each: act(list(rows), at=AT) for each in imports))
    assert all(isinstance(each, AlreadyExists) or each.added + each.skipped == 200 for each in outcomes)
    assert sum(each.added for each in outcomes if not isinstance(each, AlreadyExists)) == 200


async def test_more_time_given_by_several_adds_up(databases):
    await a_set_up_catalog(databases[0])
    _, license_id = await a_minted_license(databases[0], expires_at=AT + DAY)
    extend = [ExtendLicense(StoredLicenseDesk(each), pepper=PEPPER.value) for each in databases]
    await race(*(lambda act=each: act(license_id, DAY, at=AT) for each in extend))
    async with StoredLicenseDesk(databases[0]).reading() as desk:
        assert (await desk.by_id(license_id)).expires_at == AT + (WORKERS + 1) * DAY


async def test_nothing_comes_after_a_revocation(databases):
    await a_set_up_catalog(databases[0])
    _, license_id = await a_minted_license(databases[0])
    desks = [StoredLicenseDesk(each) for each in databases]
    acts = [
        kind(desk, pepper=PEPPER.value)
        for desk, kind in zip(desks, [SuspendLicense, RevokeLicense] * 2, strict=True)
    ]
    await race(*(lambda act=each: act(license_id, at=AT) for each in acts))
    async with desks[0].reading() as desk:
        assert (await desk.by_id(license_id)).standing == "revoked"
