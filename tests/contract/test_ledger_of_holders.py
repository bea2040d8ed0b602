"""What every ledger promises of holders: the one in memory that unit tests use, and the stored one."""

from dataclasses import replace

import pytest

from mooring.server.licensing.domain.activations.activation import Kind, ReleaseReason
from mooring.server.licensing.domain.holder import Holder
from mooring.server.licensing.ports.ledger import HeldSeat, PastEvent
from tests.support.computers import a_computer
from tests.support.databases import KINDS
from tests.support.holders import an_account
from tests.support.ledgers import a_ledger, keep, key_of
from tests.support.licenses import AT, DAY, a_device, a_license, an_activation, an_installation


@pytest.fixture(params=["memory", *KINDS])
async def ledger(request, tmp_path):
    async with a_ledger(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def mia():
    return an_account("mia")


async def read(ledger, ask):
    async with ledger.reading() as reader:
        return await ask(reader)


async def change(ledger, do):
    async with ledger.changing() as writer:
        return await do(writer)


async def a_held_seat(ledger, holder, seed=1, **changes):
    """Keep a license with this holder, and a seat of it on a computer."""
    license_ = a_license(held=1, takings=1, holder=holder)
    device = a_device(a_computer(seed))
    activation = replace(an_activation(license_, device), **changes)
    await keep(ledger, license_, device, activation)
    return HeldSeat(license_, activation, device)


async def test_keeps_who_holds_a_license(ledger, mia):
    sold = a_license()
    await ledger.sell(sold, key_of(sold))
    at_once = Holder.at_once(mia, device_id=None, at=AT)
    on_trial = Holder.provisionally(mia, device_id="dev_1", at=AT)
    for holder in (at_once, on_trial, on_trial.confirmed(at=AT + DAY), None):
        held = replace(sold, holder=holder)
        await change(ledger, lambda writer, held=held: writer.save_holder(held))
        assert await read(ledger, lambda reader: reader.license_by_key(key_of(sold))) == held
        assert await read(ledger, lambda reader: reader.license(sold.id)) == held


async def test_taking_seats_leaves_the_holder_alone(ledger, mia):
    held = a_license(holder=Holder.at_once(mia, device_id=None, at=AT))
    await ledger.sell(held, key_of(held))
    stale = replace(held, holder=None, held=1, takings=1)
    await change(ledger, lambda writer: writer.save_license(stale))
    found = await read(ledger, lambda reader: reader.license(held.id))
    assert (found.holder, found.held) == (held.holder, 1)
    other = Holder.at_once(an_account(), device_id=None, at=AT)
    await change(ledger, lambda writer: writer.save_holder(replace(held, holder=other)))
    found = await read(ledger, lambda reader: reader.license(held.id))
    assert (found.holder, found.held) == (other, 1)


async def test_a_new_license_without_a_key_keeps_its_holder(ledger, mia):
    sold = a_license(channel="trial")
    await ledger.sell(sold)
    trial = replace(a_license(offer=sold.offer), last_five=None)
    trial = replace(trial, holder=Holder.at_once(mia, device_id=None, at=AT))
    await change(ledger, lambda writer: writer.add_license(trial))
    assert await read(ledger, lambda reader: reader.license(trial.id)) == trial


async def test_an_unknown_license_or_activation_is_none(ledger):
    assert await read(ledger, lambda reader: reader.license("lic_none")) is None
    assert await read(ledger, lambda reader: reader.seat("act_none")) is None


async def test_finds_a_seat_or_lease_with_all_it_stands_on(ledger, mia):
    holder = Holder.at_once(mia, device_id=None, at=AT)
    seat = await a_held_seat(ledger, holder)
    lease = await a_held_seat(ledger, holder, 2, kind=Kind.LEASE, ends_at=AT + DAY)
    for each in (seat, lease):
        assert await read(ledger, lambda reader, each=each: reader.seat(each.activation.id)) == each


async def test_lists_an_accounts_licenses_by_id_in_pages(ledger, mia):
    mine = [a_license(holder=Holder.at_once(mia, device_id=None, at=AT)) for _ in range(3)]
    others = [a_license(), a_license(holder=Holder.at_once(an_account(), device_id=None, at=AT))]
    for each in (*mine, *others):
        await ledger.sell(each, key_of(each))
    mine.sort(key=lambda each: each.id)
    assert await read(ledger, lambda reader: reader.licenses_of(mia.id, limit=3)) == mine
    assert await read(ledger, lambda reader: reader.licenses_of(mia.id, limit=2)) == mine[:2]
    assert (
        await read(ledger, lambda reader: reader.licenses_of(mia.id, after=mine[0].id, limit=9)) == mine[1:]
    )


async def test_lists_the_seats_that_are_held_the_earliest_first(ledger, mia):
    license_ = a_license(3, held=2, takings=3)
    await ledger.sell(license_, key_of(license_))
    kept = []
    for seed, changes in enumerate(
        (
            {"created_at": AT + DAY},
            {"created_at": AT},
            {"released_at": AT, "release_reason": ReleaseReason.FREED, "takings_at_release": 1},
            {"kind": Kind.LEASE, "ends_at": AT + DAY},
        )
    ):
        device = a_device(a_computer(seed))
        activation = replace(an_activation(license_, device), **changes)
        await keep(ledger, license_, device, activation, sold=True)
        kept.append(HeldSeat(license_, activation, device))
    assert await read(ledger, lambda reader: reader.seats_of(license_.id)) == [kept[1], kept[0]]


async def test_lists_an_accounts_seats_on_a_device_held_or_not(ledger, mia):
    holder = Holder.at_once(mia, device_id=None, at=AT)
    first = await a_held_seat(ledger, holder)
    second_license = a_license(holder=holder)
    second = replace(
        an_activation(second_license, first.device),
        created_at=AT + DAY,
        released_at=AT + DAY,
        release_reason=ReleaseReason.MOVED,
        takings_at_release=1,
    )
    await ledger.sell(second_license, key_of(second_license))
    foreign_license = a_license(holder=Holder.at_once(an_account(), device_id=None, at=AT))
    await ledger.sell(foreign_license, key_of(foreign_license))
    async with ledger.changing() as writer:
        await writer.add_activation(second)
        await writer.add_activation(an_activation(foreign_license, first.device))
    found = await read(ledger, lambda reader: reader.seats_for(mia.id, first.device.id, at=AT))
    assert found == [HeldSeat(second_license, second, first.device), first]
    assert await read(ledger, lambda reader: reader.seats_for(mia.id, "dev_none", at=AT)) == []


async def test_lists_the_devices_that_hold_an_accounts_seats_each_once(ledger, mia):
    holder = Holder.at_once(mia, device_id=None, at=AT)
    seats = [await a_held_seat(ledger, holder, seed) for seed in (1, 2, 3)]
    again = a_license(holder=holder)
    await ledger.sell(again, key_of(again))
    async with ledger.changing() as writer:
        await writer.add_activation(an_activation(again, seats[0].device))
    released = {"released_at": AT, "release_reason": ReleaseReason.FREED, "takings_at_release": 1}
    await a_held_seat(ledger, holder, 4, **released)
    await a_held_seat(ledger, holder, 5, kind=Kind.LEASE, ends_at=AT + DAY)
    await a_held_seat(ledger, Holder.at_once(an_account(), device_id=None, at=AT), 6)
    await a_held_seat(ledger, None, 7)
    ids = sorted(each.device.id for each in seats)
    assert await read(ledger, lambda reader: reader.devices_for(mia.id, limit=9, at=AT)) == ids
    assert await read(ledger, lambda reader: reader.devices_for(mia.id, limit=2, at=AT)) == ids[:2]
    assert await read(ledger, lambda r: r.devices_for(mia.id, after=ids[0], limit=9, at=AT)) == ids[1:]


async def test_a_holder_on_trial_only_knows_the_device_it_linked(ledger, mia):
    by_key = await a_held_seat(ledger, Holder.provisionally(mia, device_id=None, at=AT), 1)
    device = a_device(a_computer(2))
    on_device = a_license(held=1, holder=Holder.provisionally(mia, device_id=device.id, at=AT))
    activation = an_activation(on_device, device)
    await keep(ledger, on_device, device, activation)
    end = AT + 14 * DAY
    for at, known in ((end - DAY / 86400, [device.id]), (end, sorted([by_key.device.id, device.id]))):
        found = await read(ledger, lambda reader, at=at: reader.devices_for(mia.id, limit=9, at=at))
        assert found == known
        seats = await read(ledger, lambda r, at=at: r.seats_for(mia.id, by_key.device.id, at=at))
        assert seats == ([by_key] if by_key.device.id in known else [])


async def test_keeps_when_the_key_was_typed(ledger):
    license_, device = a_license(), a_device()
    activation = an_activation(license_, device)
    installation = an_installation(activation, key_typed_at=AT)
    await keep(ledger, license_, device, activation, installation)
    line = await read(ledger, lambda reader: reader.line(activation.id, installation.jkt))
    assert line.installation.key_typed_at == AT
    later = replace(installation, key_typed_at=AT + DAY)
    await change(ledger, lambda writer: writer.save_installation(later))
    line = await read(ledger, lambda reader: reader.line(activation.id, installation.jkt))
    assert line.installation.key_typed_at == AT + DAY


async def test_keeps_a_devices_new_name(ledger, mia):
    seat = await a_held_seat(ledger, Holder.at_once(mia, device_id=None, at=AT))
    named = replace(seat.device, name="Mia's laptop")
    await change(ledger, lambda writer: writer.save_device(named, component_hashes=None))
    assert (await read(ledger, lambda reader: reader.seat(seat.activation.id))).device == named


async def test_lists_what_concerns_an_account_the_latest_first(ledger, mia):
    async with ledger.changing() as writer:
        for number in range(3):
            await writer.record(
                f"license.event-{number}",
                subjects={"license": "lic_1", "account": mia.id, "installation": "ins_1"},
                detail={"reason": "freed"},
                at=AT + number * DAY,
                by=mia.id,
            )
        await writer.record("license.other", subjects={"license": "lic_1"}, at=AT)
        await writer.record("license.other", subjects={"account": an_account().id}, at=AT)
    found = await read(ledger, lambda reader: reader.events_of(mia.id, limit=9))
    assert [each.kind for each in found] == ["license.event-2", "license.event-1", "license.event-0"]
    assert found[2] == PastEvent(
        found[2].id,
        AT,
        "license.event-0",
        "lic_1",
        None,
        None,
        {"installation": "ins_1", "reason": "freed"},
    )
    assert await read(ledger, lambda reader: reader.events_of(mia.id, limit=2)) == found[:2]
    rest = await read(ledger, lambda r: r.events_of(mia.id, before=found[0].id, limit=9))
    assert rest == found[1:]
