"""A renewal that meets another change of its installation keeps nothing, and is done step by step instead."""

from dataclasses import replace

import pytest

from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.licensing.domain.activations.activation import Line
from mooring.server.licensing.ports.ledger import Exchanged
from tests.support.ledgers import FilledLedger, keep
from tests.support.licenses import AT, HOUR, a_device, a_license, an_activation, an_installation
from tests.support.postgresql import a_postgresql


@pytest.fixture
async def database():
    with a_postgresql() as url:
        opened = PostgresqlDatabase(url)
        yield opened
        await opened.close()


async def released(writer, line):
    await writer.lock_devices(activation_id=line.activation.id)
    await writer.set_activation_status(line.activation.id, 1)


async def removed(writer, line):
    await writer.save_installation(replace(line.installation, removed_at=AT + HOUR))


async def renewed(writer, line):
    _, sequence = line.installation.sequence.presented(1, at=AT)
    await writer.save_installation(replace(line.installation, sequence=sequence))


async def unchanged(writer, line):
    await writer.save_license(line.license)


@pytest.mark.parametrize("change", [released, removed, renewed, unchanged])
async def test_keeps_nothing_of_what_was_changed_since_it_was_read(database, monkeypatch, change):
    ledger = FilledLedger(database)
    license_, device = a_license(held=1, takings=1), a_device()
    activation = an_activation(license_, device)
    line = Line(an_installation(activation), activation, license_, device)
    await keep(ledger, license_, device, activation, line.installation)
    at_once = database.at_once

    async def after_the_change(statement, **values):
        async with ledger.changing() as writer:
            await change(writer, line)
        return await at_once(statement, **values)

    monkeypatch.setattr(database, "at_once", after_the_change)
    fresh = replace(line.installation, certificate="fresh")
    answer = await ledger.exchange(
        activation.id, fresh.jkt, lambda _line: Exchanged(fresh, "renewed", is_seen_again=False)
    )
    async with ledger.reading() as reader:
        now = await reader.line(activation.id, fresh.jkt)
    if change is unchanged:
        assert (answer, now.installation.certificate) == ("renewed", "fresh")
    else:
        assert (answer, now.installation.certificate) == (None, line.installation.certificate)


async def test_does_not_wait_for_an_installation_that_somebody_has_in_hand(database):
    ledger = FilledLedger(database)
    license_, device = a_license(held=1, takings=1), a_device()
    activation = an_activation(license_, device)
    installation = an_installation(activation)
    await keep(ledger, license_, device, activation, installation)
    async with ledger.changing() as writer:
        await writer.lock_devices(device.id)
        answer = await ledger.exchange(
            activation.id,
            installation.jkt,
            lambda line: Exchanged(line.installation, "renewed", is_seen_again=False),
        )
        assert answer is None
