"""The recorder keeps an event with the transaction in which it happened, or not at all."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.record.recorder import Actor, Event, Recorder
from mooring.server.record.tables import events
from tests.support.databases import an_empty_database

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ALL = Statement(select(events))


@pytest.fixture
async def database(tmp_path):
    opened = an_empty_database(tmp_path)
    yield opened
    await opened.close()


async def recorded(database):
    async with database.reading() as session:
        return await session.fetch(ALL)


async def test_writes_down_who_did_what_to_whom_and_when(database):
    async with database.transaction() as transaction:
        await Recorder().append(
            transaction,
            Event(
                "activation.created",
                AT,
                Actor("device", "dev_1"),
                {"license": "lic_1", "activation": "act_1", "device": "dev_1", "installation": "ins_1"},
                {"method": "digital_license"},
            ),
        )
    (row,) = await recorded(database)
    assert row.id.startswith("evt_")
    assert (row.kind, row.at, row.actor_kind, row.actor_id) == ("activation.created", AT, "device", "dev_1")
    assert (row.product_id, row.license_id, row.device_id) == (None, "lic_1", "dev_1")
    assert (row.activation_id, row.account_id) == ("act_1", None)
    assert row.detail == {"installation": "ins_1", "method": "digital_license"}


async def test_what_nobody_did_was_done_by_the_system(database):
    async with database.transaction() as transaction:
        await Recorder().append(transaction, Event("certificate.rolled_back", AT))
    (row,) = await recorded(database)
    assert (row.actor_kind, row.actor_id, row.detail) == ("system", None, {})


async def test_forgets_what_did_not_happen(database):

    async def fail():
        async with database.transaction() as transaction:
            await Recorder().append(transaction, Event("license.revoked", AT, Actor("operator")))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await recorded(database) == []
