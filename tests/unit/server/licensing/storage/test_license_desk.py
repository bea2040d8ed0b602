"""The operator's desk on a real database: finding licenses, and what a change of standing tells devices."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mooring.core.certificate.kinds import INVALID, SUSPENDED, VALID
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.ports.license_desk import Filter
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.licenses_admin import StoredLicenseDesk
from mooring.server.record.tables import events
from tests.support.databases import an_empty_database
from tests.support.license_desks import PEPPER, a_minted_license, a_set_up_catalog
from tests.support.licenses import AT, a_device, a_license, an_activation, an_installation
from tests.support.publishers import OpenSealing


@pytest.fixture
async def database(tmp_path):
    database = an_empty_database(tmp_path)
    await a_set_up_catalog(database)
    yield database
    await database.close()


@pytest.fixture
def desk(database):
    return StoredLicenseDesk(database)


async def statuses(database, *, count):
    async with StoredLedger(database, OpenSealing()).reading() as ledger:
        content = await ledger.status_list(1)
    return content.version, list(content.statuses[:count])


async def hold(database, license_id, place, *, released=False, removed=False):
    """Let a device hold a seat of the license, with an installation at ``place`` of status list 1."""
    async with StoredLedger(database, OpenSealing(), status_list_size=64).changing() as ledger:
        if place == 0:
            while (await ledger.free_status_place(at=AT)).list_number != 1:
                pass
        device = a_device()
        activation = an_activation(a_license(id=license_id), device)
        if released:
            activation = activation.released("deactivated", takings=1, at=AT)
        installation = an_installation(
            activation, jkt=f"key-{place}", place=(1, place), removed_at=AT if removed else None
        )
        await ledger.add_device(device, component_hashes=[])
        await ledger.add_activation(activation)
        await ledger.add_installation(installation)
    return device, activation


async def test_summarizes_a_license(database, desk):
    key, license_id = await a_minted_license(database)
    async with desk.reading() as reader:
        found = await reader.by_id(license_id)
        assert await reader.by_key_hash(hash_key(key, PEPPER.value)) == found
        assert await reader.by_last_five(key.last_five) == [found]
        assert await reader.by_id("lic_00000000000000000000000000") is None
        assert await reader.by_key_hash(b"x" * 32) is None
        assert await reader.by_last_five("22222") == []
    assert found._replace(batch=None) == (
        license_id,
        "harbor-notes",
        "pro",
        "default",
        "retail",
        key.last_five,
        Standing.ACTIVE,
        1,
        0,
        None,
        None,
        0,
        None,
        AT,
    )
    assert found.batch.startswith("mint_")


async def test_counts_the_seats_that_were_sold_where_they_differ_from_the_policys(database, desk):
    _, license_id = await a_minted_license(database, seats=4)
    async with desk.reading() as reader:
        assert (await reader.by_id(license_id)).seats == 4


async def test_pages_through_licenses_in_the_order_in_which_they_were_made(database, desk):
    made = [(await a_minted_license(database, at=AT + timedelta(seconds=second)))[1] for second in range(5)]
    async with desk.reading() as reader:
        first = await reader.page(Filter(), after=None, limit=3)
        rest = await reader.page(Filter(), after=first[-1].id, limit=3)
    assert [one.id for one in (*first, *rest)] == made


async def test_filters_by_product_edition_standing_and_batch(database, desk):
    _, one = await a_minted_license(database)
    _, two = await a_minted_license(database)
    async with desk.changing() as writer:
        await writer.set_standing(two, Standing.SUSPENDED)
        batch = (await writer.by_id(one)).batch

    async def listed(**chosen):
        async with desk.reading() as reader:
            return {found.id for found in await reader.page(Filter(**chosen), after=None, limit=9)}

    assert await listed(product="harbor-notes", edition="pro") == {one, two}
    assert await listed(product="other") == set()
    assert await listed(edition="home") == set()
    assert await listed(standing="suspended") == {two}
    assert await listed(standing="active") == {one}
    assert await listed(batch=batch) == {one}


@pytest.mark.parametrize(
    ("standing", "status"), [(Standing.SUSPENDED, SUSPENDED), (Standing.REVOKED, INVALID)]
)
async def test_a_change_of_standing_is_in_the_status_list_at_once(database, desk, standing, status):
    _, license_id = await a_minted_license(database)
    _, other = await a_minted_license(database)
    await hold(database, license_id, 0)
    await hold(database, license_id, 1)
    await hold(database, other, 2)
    version, before = await statuses(database, count=3)
    assert before == [VALID, VALID, VALID]
    async with desk.changing() as writer:
        await writer.set_standing(license_id, standing)
        await writer.record("license.changed", license_id, detail={"a": 1}, at=AT)
    newer, after = await statuses(database, count=3)
    assert after == [status, status, VALID]
    assert newer > version
    async with database.reading() as session:
        event = (await session.fetch(Statement(select(events))))[-1]
    assert (event.kind, event.license_id, event.actor_kind, event.detail, event.at) == (
        "license.changed",
        license_id,
        "operator",
        {"a": 1},
        AT,
    )


async def test_reinstating_revives_only_what_holds_its_place(database, desk):
    _, license_id = await a_minted_license(database)
    await hold(database, license_id, 0)
    await hold(database, license_id, 1, released=True)
    await hold(database, license_id, 2, removed=True)
    async with StoredLedger(database, OpenSealing()).changing() as ledger:
        await ledger.set_license_status(license_id, VALID)
    before = (await statuses(database, count=3))[1]
    async with desk.changing() as writer:
        await writer.set_standing(license_id, Standing.SUSPENDED)
        assert (await writer.by_id(license_id)).standing is Standing.SUSPENDED
    suspended = (await statuses(database, count=3))[1]
    assert suspended == [SUSPENDED, before[1], before[2]]
    async with desk.changing() as writer:
        await writer.set_standing(license_id, Standing.ACTIVE)
    assert (await statuses(database, count=3))[1] == before


async def test_keeps_a_new_end(database, desk):
    _, license_id = await a_minted_license(database)
    async with desk.changing() as writer:
        await writer.set_end(license_id, AT)
    async with desk.reading() as reader:
        assert (await reader.by_id(license_id)).expires_at == AT


async def test_shows_devices_that_hold_a_seat_before_those_that_did(database, desk):
    _, license_id = await a_minted_license(database)
    gone, released = await hold(database, license_id, 0, released=True)
    here, activation = await hold(database, license_id, 1)
    async with desk.reading() as reader:
        first, second = await reader.holders(license_id)
        assert await reader.holders("lic_00000000000000000000000000") == []
    assert first == (activation.id, here.id, "amber-heron", "linux", "seat", AT, AT, None, None)
    assert (second.activation_id, second.device_id, second.released_at) == (released.id, gone.id, AT)


async def test_finds_every_license_whose_key_ends_so(database, desk):
    _, one = await a_minted_license(database, last_five="8XKQ2")
    _, two = await a_minted_license(database, last_five="8XKQ2")
    async with desk.reading() as reader:
        assert [found.id for found in await reader.by_last_five("8XKQ2")] == sorted([one, two])
