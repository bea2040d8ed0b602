"""What every ledger promises: the one in memory that unit tests use, and the stored one."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from mooring.core.identifiers import new_activation_id, new_product_id
from mooring.core.refusals import LicenseSuspended
from mooring.server.licensing.domain.activations.activation import Kind, Line, ReleaseReason
from mooring.server.licensing.domain.activations.recognition import lookup_hashes
from mooring.server.licensing.domain.activations.sequence import Run, Sequence
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.ports.ledger import Computer, Exchanged
from tests.support.computers import a_computer, after_disk_upgrade
from tests.support.databases import KINDS
from tests.support.ledgers import LIST_SIZE, a_ledger, keep, key_of
from tests.support.licenses import (
    AT,
    DAY,
    HOUR,
    ISSUER,
    a_device,
    a_license,
    a_policy,
    an_activation,
    an_installation,
    an_offer,
    protected,
)


@pytest.fixture(params=["memory", *KINDS])
async def ledger(request, tmp_path):
    async with a_ledger(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def held(ledger):
    """Return a line that the ledger keeps: one seat, one device, one installation."""
    license_, device = a_license(held=1, takings=1), a_device()
    activation = an_activation(license_, device)
    installation = an_installation(activation)
    await keep(ledger, license_, device, activation, installation)
    return Line(installation, activation, license_, device)


async def read(ledger, ask):
    async with ledger.reading() as reader:
        return await ask(reader)


async def change(ledger, do):
    async with ledger.changing() as writer:
        return await do(writer)


async def test_finds_a_license_by_its_key_as_it_was_sold(ledger):
    sold = a_license(5, channel="subscription", seats_sold=7, expires_at=AT + DAY)
    await ledger.sell(sold, b"k" * 32)
    assert await read(ledger, lambda reader: reader.license_by_key(b"k" * 32)) == sold
    assert await read(ledger, lambda reader: reader.license_by_key(b"?" * 32)) is None


async def test_locks_and_returns_the_license_of_a_key(ledger):
    sold = a_license(5, seats_sold=7)
    await ledger.sell(sold, b"k" * 32)
    assert await change(ledger, lambda writer: writer.lock_license_by_key(b"k" * 32)) == sold
    assert await change(ledger, lambda writer: writer.lock_license_by_key(b"?" * 32)) is None


@pytest.mark.parametrize("place_is_known", [True, False])
async def test_what_is_known_of_a_computer_is_found_after_its_license_was_locked(
    ledger, held, place_is_known
):
    own = Computer(lookup_hashes(held.device.hardware), held.installation.jkt)
    key_hash = key_of(held.license)
    if place_is_known:
        await change(ledger, lambda writer: writer.free_status_place(at=AT))
    known, unknown = own.component_hashes, [b"?" * 16]
    for jkt, hashes in [(own.jkt, unknown), ("?" * 43, known), (own.jkt, known)]:
        async with ledger.changing(computer=Computer(hashes, jkt)) as writer:
            assert await writer.lock_license_by_key(key_hash) == held.license
            assert list(await writer.lines_of_key(jkt)) == ([held] if jkt == own.jkt else [])
            assert list(await writer.devices_sharing(hashes)) == ([held.device] if hashes == known else [])
            assert list(await writer.lines_of_key(own.jkt)) == [held]  # not what this computer has
            assert list(await writer.devices_sharing(known)) == [held.device]
            place = await writer.free_status_place(at=AT)
            assert place != (held.installation.status_list, held.installation.status_index)


async def test_what_is_done_together_is_kept_and_a_refusal_concerns_one_alone(ledger):
    sold = [a_license(seats_sold=number + 1) for number in range(6)]
    for license_ in sold:
        await ledger.sell(license_, key_of(license_))
    await change(ledger, lambda writer: writer.free_status_place(at=AT))
    await change(ledger, lambda writer: writer.free_status_place(at=AT))

    async def take(license_):
        found = await writer_of[license_.id].lock_license_by_key(key_of(license_))
        if license_ is sold[2]:
            raise LicenseSuspended
        if license_ is sold[4]:
            assert await writer_of[license_.id].license(license_.id) == license_  # not read for all
        await writer_of[license_.id].save_license(replace(found, held=1, takings=1))
        return found

    writer_of = {}

    async def ask(license_):
        async def act(writer):
            writer_of[license_.id] = writer
            return await take(license_)

        computer = Computer([license_.id.encode()], f"key of {license_.id}")
        return await ledger.together(act, computer=computer, key_hash=key_of(license_))

    outcomes = await asyncio.gather(*(ask(license_) for license_ in sold), return_exceptions=True)
    assert isinstance(outcomes.pop(2), LicenseSuspended)
    assert outcomes == sold[:2] + sold[3:]
    now = [await read(ledger, lambda reader, id_=each.id: reader.license(id_)) for each in sold]
    assert [each.held for each in now] == [1, 1, 0, 1, 1, 1]


async def test_a_new_computer_is_known_once_it_was_added(ledger):
    license_, device = a_license(held=1, takings=1), a_device()
    await ledger.sell(license_, key_of(license_))
    activation = an_activation(license_, device)
    installation = an_installation(activation)
    hashes = lookup_hashes(device.hardware)
    async with ledger.changing(computer=Computer(hashes, installation.jkt)) as writer:
        await writer.lock_license_by_key(key_of(license_))
        assert list(await writer.lines_of_key(installation.jkt)) == []
        assert list(await writer.devices_sharing(hashes)) == []
        await writer.add_device(device, component_hashes=hashes)
        await writer.add_activation(activation)
        await writer.add_installation(installation)
        assert await writer.devices_sharing(hashes) == [device]
        assert await writer.lines_of_key(installation.jkt) == [
            Line(installation, activation, license_, device)
        ]


async def test_tells_a_validation_what_it_needs_of_a_key(ledger):
    sold = a_license(standing=Standing.SUSPENDED, expires_at=AT)
    await ledger.sell(sold, b"k" * 32)
    facts = await read(ledger, lambda reader: reader.key_facts(b"k" * 32))
    assert facts == (sold.id, sold.offer, Standing.SUSPENDED, AT)
    assert await read(ledger, lambda reader: reader.key_facts(b"?" * 32)) is None


async def test_offers_the_trial_of_the_edition_asked_for(ledger):
    home = an_offer(a_policy("trial", edition_id="edt_home"), edition_slug="home", edition_id="edt_home")
    pro = an_offer(a_policy("trial"))
    for offer in (an_offer(), pro, home):
        await ledger.offer(offer)
    assert await read(ledger, lambda reader: reader.trial_offer("harbor-notes", "home")) == home
    assert await read(ledger, lambda reader: reader.trial_offer("harbor-notes", "pro")) == pro
    assert await read(ledger, lambda reader: reader.trial_offer("harbor-notes", None)) == pro
    assert await read(ledger, lambda reader: reader.trial_offer("harbor-notes", "school")) is None
    assert await read(ledger, lambda reader: reader.trial_offer("other", None)) is None


async def test_offers_no_trial_where_none_is_sold(ledger):
    await ledger.offer(an_offer())
    assert await read(ledger, lambda reader: reader.trial_offer("harbor-notes", None)) is None


async def test_knows_its_publisher_and_products(ledger):
    assert await read(ledger, lambda reader: reader.issuer()) is None
    await ledger.offer(an_offer())
    assert await read(ledger, lambda reader: reader.issuer()) == ISSUER
    assert await read(ledger, lambda reader: reader.product_id("harbor-notes")) == an_offer().product_id
    assert await read(ledger, lambda reader: reader.product_id("other")) is None


async def test_gives_a_line_back_as_it_was_kept(ledger, held):
    activation_id, jkt = held.activation.id, held.installation.jkt
    assert await read(ledger, lambda reader: reader.line(activation_id, jkt)) == held
    assert await read(ledger, lambda reader: reader.lines_of_key(jkt)) == [held]
    installation_id = held.installation.id
    assert await read(ledger, lambda reader: reader.line_of_installation(installation_id)) == held
    assert await read(ledger, lambda reader: reader.installations(activation_id)) == [held.installation]
    assert (
        await read(ledger, lambda reader: reader.seat_of(held.license.id, held.device.id)) == held.activation
    )


async def test_knows_no_line_of_another_key_or_activation(ledger, held):
    assert await read(ledger, lambda reader: reader.line(held.activation.id, "another key")) is None
    assert await read(ledger, lambda reader: reader.line("act_other", held.installation.jkt)) is None
    assert await read(ledger, lambda reader: reader.lines_of_key("another key")) == []
    assert await read(ledger, lambda reader: reader.line_of_installation("ins_other")) is None
    assert await read(ledger, lambda reader: reader.installations("act_other")) == []
    assert await read(ledger, lambda reader: reader.seat_of(held.license.id, "dev_other")) is None


async def test_lists_a_keys_lines_latest_first(ledger, held):
    license_, device = a_license(), a_device()
    activation = an_activation(license_, device)
    later = an_installation(activation, place=(1, 1), certificate_issued_at=AT + HOUR)
    await keep(ledger, license_, device, activation, later)
    lines = await read(ledger, lambda reader: reader.lines_of_key("key-1"))
    assert [line.installation.id for line in lines] == [later.id, held.installation.id]


async def test_keeps_a_changed_installation_but_not_its_status(ledger, held):
    changed = replace(
        held.installation,
        sequence=Sequence(9, (Run(1, 0), Run(6, 3)), (AT,), AT + HOUR, 2),
        certificate="the next",
        certificate_issued_at=AT + DAY,
        certificate_ends_at=AT + 31 * DAY,
        app_version=None,
        removed_at=AT + HOUR,
    )
    await change(ledger, lambda writer: writer.save_installation(replace(changed, status=2)))
    line = await read(ledger, lambda reader: reader.line(held.activation.id, held.installation.jkt))
    assert line == held._replace(installation=changed)


async def test_counts_no_installation_that_was_removed(ledger, held):
    removed = replace(held.installation, removed_at=AT + HOUR)
    await change(ledger, lambda writer: writer.save_installation(removed))
    assert await read(ledger, lambda reader: reader.installations(held.activation.id)) == []


async def test_looks_at_the_latest_lines_of_a_key_only(ledger):
    for number in range(34):
        license_, device = a_license(), a_device()
        activation = an_activation(license_, device)
        latest = an_installation(activation, place=(1, number), certificate_issued_at=AT + number * HOUR)
        await keep(ledger, license_, device, activation, latest)
    lines = await read(ledger, lambda reader: reader.lines_of_key("key-1"))
    issued = [line.installation.certificate_issued_at for line in lines]
    assert issued == [AT + number * HOUR for number in range(33, 1, -1)]


async def test_keeps_a_changed_activation(ledger, held):
    released = replace(
        held.activation.released(ReleaseReason.FREED, takings=4, at=AT + HOUR),
        method="product_key",
        taking=3,
        ends_at=AT + DAY,
    )
    await change(ledger, lambda writer: writer.save_activation(released))
    assert await read(ledger, lambda reader: reader.seat_of(held.license.id, held.device.id)) == released


async def test_keeps_of_a_license_only_what_taking_seats_changes(ledger, held):
    changed = replace(
        held.license, held=0, takings=8, moved=7, expires_at=AT + DAY, first_activated_at=AT + HOUR
    )
    await change(ledger, lambda writer: writer.save_license(replace(changed, standing=Standing.REVOKED)))
    assert await read(ledger, lambda reader: reader.license_by_key(key_of(held.license))) == changed


async def test_keeps_a_new_trial_license(ledger):
    trial = a_license(channel="trial", last_five=None, expires_at=AT + DAY, first_activated_at=AT, held=1)
    await ledger.offer(trial.offer)
    device = a_device()
    seat = an_activation(trial, device)
    await change(ledger, lambda writer: writer.add_license(trial))
    await keep(ledger, trial, device, seat, sold=True)
    product_id = trial.offer.product_id
    assert await read(ledger, lambda reader: reader.seats_on(device.id, product_id)) == [(trial, seat)]


async def test_finds_devices_by_any_shared_component_the_most_alike_first(ledger, held):
    upgraded = a_device(after_disk_upgrade(a_computer()), name="other")
    stranger = a_device(a_computer(2))
    async with ledger.changing() as writer:
        for device in (upgraded, stranger):
            await writer.add_device(device, component_hashes=lookup_hashes(device.hardware))
    hashes = lookup_hashes(upgraded.hardware)
    assert await read(ledger, lambda reader: reader.devices_sharing(hashes)) == [upgraded, held.device]
    assert await read(ledger, lambda reader: reader.devices_sharing([])) == []
    assert await read(ledger, lambda reader: reader.devices_sharing([b"nobody's component"])) == []


async def test_looks_at_no_more_than_32_candidates(ledger):
    async with ledger.changing() as writer:
        for _ in range(33):
            await writer.add_device(a_device(), component_hashes=[b"numbered alike"])
    assert len(await read(ledger, lambda reader: reader.devices_sharing([b"numbered alike"]))) == 32


async def test_finds_a_changed_device_by_its_new_components_only(ledger, held):
    after = after_disk_upgrade(a_computer())
    changed = replace(
        held.device, hardware=protected(after), platform="windows", os_version=None, last_seen_at=AT + DAY
    )
    old, new = lookup_hashes(held.device.hardware), lookup_hashes(changed.hardware)
    await change(ledger, lambda writer: writer.save_device(changed, component_hashes=new))
    gone = list(set(old) - set(new))
    assert len(gone) == 1
    assert await read(ledger, lambda reader: reader.devices_sharing(gone)) == []
    assert await read(ledger, lambda reader: reader.devices_sharing(new)) == [changed]


async def test_keeps_the_lookups_of_a_device_that_was_only_seen_again(ledger, held):
    seen = replace(held.device, last_seen_at=AT + DAY)
    await change(ledger, lambda writer: writer.save_device(seen, component_hashes=None))
    hashes = lookup_hashes(seen.hardware)
    assert await read(ledger, lambda reader: reader.devices_sharing(hashes)) == [seen]


async def test_tells_a_devices_seats_of_one_product_latest_first(ledger, held):
    later = a_license(offer=held.license.offer)
    other = a_license(
        offer=an_offer(
            a_policy(edition_id="edt_other"),
            product_id=new_product_id(AT),
            product_slug="other",
            edition_id="edt_other",
        )
    )
    for license_ in (later, other):
        await ledger.sell(license_)
    seat = an_activation(later, held.device, created_at=AT + HOUR)
    async with ledger.changing() as writer:
        await writer.add_activation(seat)
        await writer.add_activation(an_activation(other, held.device))
        await writer.add_activation(an_activation(later, held.device, kind=Kind.LEASE, ends_at=AT + DAY))
    product_id = held.license.offer.product_id
    found = await read(ledger, lambda reader: reader.seats_on(held.device.id, product_id))
    assert found == [(later, seat), (held.license, held.activation)]


async def test_counts_only_leases_that_run(ledger):
    license_ = a_license(channel="volume")
    await ledger.sell(license_)
    leases = {
        "runs": {"ends_at": AT + HOUR},
        "ended": {"ends_at": AT},
        "released": {"ends_at": AT + HOUR, "released_at": AT},
    }
    async with ledger.changing() as writer:
        for changes in leases.values():
            device = a_device()
            await writer.add_device(device, component_hashes=[])
            await writer.add_activation(an_activation(license_, device, kind=Kind.LEASE, **changes))
    assert await read(ledger, lambda reader: reader.leases_running(license_.id, at=AT)) == 1
    assert await read(ledger, lambda reader: reader.leases_running("lic_none", at=AT)) == 0


async def test_forgets_leases_that_ended_with_the_devices_they_were_for(ledger, held):
    license_ = a_license(channel="volume")
    await ledger.sell(license_)
    places = {}
    for name, ends_at in {"old": AT, "older": AT - HOUR, "young": AT + HOUR}.items():
        device = a_device()
        lease = an_activation(license_, device, kind=Kind.LEASE, ends_at=ends_at)
        async with ledger.changing() as writer:
            place = await writer.free_status_place(at=AT)
            installation = an_installation(lease, status_list=place.list_number, status_index=place.place)
            await writer.add_device(device, component_hashes=[])
            await writer.add_activation(lease)
            await writer.add_installation(replace(installation, status=1))
        places[name] = (place, lease, installation)

    def forget(most):
        return change(ledger, lambda writer: writer.forget_leases(ended_before=AT + HOUR, most=most))

    before = await read(ledger, lambda reader: reader.status_list_version(1))
    assert [await forget(1), await forget(5), await forget(5)] == [1, 1, 0]
    assert await read(ledger, lambda reader: reader.status_list_version(1)) > before
    statuses = (await read(ledger, lambda reader: reader.status_list(1))).statuses
    for name, said in {"old": 0, "older": 0, "young": 1}.items():
        place, lease, installation = places[name]
        assert statuses[place.place] == said
        line = await read(ledger, lambda reader, of=(lease, installation): reader.line(of[0].id, of[1].jkt))
        assert (line is None) == (said == 0)
    assert await read(ledger, lambda reader: reader.line(held.activation.id, held.installation.jkt))


async def test_tells_the_moves_after_a_moment(ledger, held):
    async with ledger.changing() as writer:
        for number, at in enumerate([AT, AT + HOUR, AT + DAY], start=2):
            await writer.record_move(replace(held.license, takings=number), held.device.id, at=at)
    assert await read(ledger, lambda reader: reader.moves_after(held.license.id, AT)) == [AT + HOUR, AT + DAY]
    assert await read(ledger, lambda reader: reader.moves_after("lic_none", AT)) == []


async def test_an_exception_undoes_the_whole_transaction(ledger, held):
    async def fail_halfway(writer):
        await writer.save_license(replace(held.license, held=0))
        await writer.record("activation.released", subjects={"license": held.license.id}, at=AT)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await change(ledger, fail_halfway)
    assert await read(ledger, lambda reader: reader.license_by_key(key_of(held.license))) == held.license


async def test_a_transaction_sees_its_own_changes(ledger, held):
    async with ledger.changing() as writer:
        await writer.save_license(replace(held.license, held=0))
        assert (await writer.license_by_key(key_of(held.license))).held == 0


# Status lists


async def test_there_is_no_status_list_before_the_first_place(ledger):
    assert await read(ledger, lambda reader: reader.status_list(1)) is None
    assert await read(ledger, lambda reader: reader.status_list_version(1)) is None


async def test_gives_places_within_the_list_and_fills_it_rather_full_before_the_next(ledger, held):
    taken = {(held.installation.status_list, held.installation.status_index)}
    async with ledger.changing() as writer:
        for number in range(LIST_SIZE + 1):
            place = await writer.free_status_place(at=AT)
            assert place not in taken
            assert 0 <= place.place < LIST_SIZE
            taken.add(place)
            installation = an_installation(held.activation, jkt=f"key {number}", place=place)
            await writer.add_installation(installation)
    of_the_first = sum(number == 1 for number, _ in taken)
    assert {number for number, _ in taken} == {1, 2}
    assert of_the_first > LIST_SIZE / 4


async def test_a_list_whose_beginning_was_undone_gives_no_places(ledger, held):
    drawn = set()
    with suppress(ZeroDivisionError):
        async with ledger.changing() as writer:
            for number in range(LIST_SIZE + 1):
                place = await writer.free_status_place(at=AT)
                await writer.add_installation(
                    an_installation(held.activation, jkt=f"key {number}", place=place)
                )
                drawn.add(place.list_number)
            raise ZeroDivisionError
    assert drawn == {1, 2}
    async with ledger.changing() as writer:
        assert (await writer.free_status_place(at=AT)).list_number == 1


async def test_a_place_is_given_again_only_after_the_certificate_of_who_left_it(ledger, held):
    ends_at = held.installation.certificate_ends_at
    removed = replace(held.installation, removed_at=AT)
    async with ledger.changing() as writer:
        await writer.save_installation(removed)
        await writer.set_installation_status(removed, 1)
    for at, expected in ((ends_at - HOUR, False), (ends_at, True)):
        async with ledger.changing() as writer:
            drawn = {await writer.free_status_place(at=at) for _ in range(1000)}  # of 64 places, at random
        assert ((1, 0) in drawn) is expected
    content = await read(ledger, lambda reader: reader.status_list(1))
    assert content.statuses[0] == 0


async def test_a_status_stands_in_its_list_and_its_version_grows(ledger, held):
    before = await read(ledger, lambda reader: reader.status_list(1))
    assert before.statuses == bytes(LIST_SIZE)
    assert await read(ledger, lambda reader: reader.status_list_version(1)) == before.version
    await change(ledger, lambda writer: writer.set_installation_status(held.installation, 2))
    after = await read(ledger, lambda reader: reader.status_list(1))
    assert after.statuses == b"\2" + bytes(LIST_SIZE - 1)
    assert after.version > before.version
    line = await read(ledger, lambda reader: reader.line_of_installation(held.installation.id))
    assert line.installation.status == 2


async def test_the_status_of_an_activation_is_that_of_what_still_counts(ledger, held):
    removed = an_installation(held.activation, jkt="removed", place=(1, 1), removed_at=AT)
    another = an_installation(held.activation, jkt="another", place=(1, 2))
    async with ledger.changing() as writer:
        await writer.add_installation(removed)
        await writer.add_installation(another)
    before = await read(ledger, lambda reader: reader.status_list_version(1))
    await change(ledger, lambda writer: writer.set_activation_status(held.activation.id, 1))
    content = await read(ledger, lambda reader: reader.status_list(1))
    assert content.statuses[:4] == b"\1\0\1\0"
    assert content.version > before


async def test_the_status_of_a_license_is_that_of_every_place_held(ledger, held):
    device = a_device(a_computer(2))
    released = an_activation(held.license, device, released_at=AT)
    of_released = an_installation(released, jkt="released", place=(1, 1), status=1)
    removed = an_installation(held.activation, jkt="removed", place=(1, 2), removed_at=AT, status=1)
    await keep(ledger, held.license, device, released, of_released, sold=True)
    before = await read(ledger, lambda reader: reader.status_list_version(1))
    await change(ledger, lambda writer: writer.add_installation(removed))
    await change(ledger, lambda writer: writer.set_license_status(held.license.id, 2))
    content = await read(ledger, lambda reader: reader.status_list(1))
    assert content.statuses[:3] == b"\2\1\1"
    assert content.version > before
    await change(ledger, lambda writer: writer.set_license_status(held.license.id, 0))
    content = await read(ledger, lambda reader: reader.status_list(1))
    assert content.statuses[:3] == b"\0\1\1"


class TestExchange:
    """Certificates are exchanged many at a time, and yet each caller by itself."""

    @staticmethod
    def kept(line, *, seen=False, certificate="eyJ.new.one"):
        installation = replace(
            line.installation,
            sequence=Sequence(2, (Run(1, 0),)),
            certificate=certificate,
            certificate_issued_at=AT + DAY,
            certificate_ends_at=AT + 31 * DAY,
            app_version="2.0",
        )
        return Exchanged(installation, f"answered {line.installation.id}", is_seen_again=seen)

    async def test_shows_the_line_and_keeps_what_was_decided(self, ledger, held):
        shown = []

        def decide(line):
            shown.append(line)
            return self.kept(line)

        answer = await ledger.exchange(held.activation.id, held.installation.jkt, decide)
        assert answer == f"answered {held.installation.id}"
        [line] = shown
        assert line[1:] == held[1:]
        assert replace(line.installation, certificate="") == replace(held.installation, certificate="")
        now = await read(ledger, lambda reader: reader.line(held.activation.id, held.installation.jkt))
        assert now == held._replace(installation=self.kept(held).installation)

    async def test_keeps_that_a_device_was_seen_again(self, ledger, held):
        decide = partial(self.kept, seen=True)
        await ledger.exchange(held.activation.id, held.installation.jkt, decide)
        now = await read(ledger, lambda reader: reader.line(held.activation.id, held.installation.jkt))
        assert now.device == replace(held.device, last_seen_at=AT + DAY)

    async def test_changes_nothing_where_nothing_is_decided(self, ledger, held):
        assert await ledger.exchange(held.activation.id, held.installation.jkt, lambda line: None) is None
        assert (
            await read(ledger, lambda reader: reader.line(held.activation.id, held.installation.jkt)) == held
        )

    async def test_knows_no_line_of_another_key(self, ledger, held):
        assert await ledger.exchange(held.activation.id, "another key", self.kept) is None
        assert await ledger.exchange(new_activation_id(AT), held.installation.jkt, self.kept) is None

    async def test_a_refusal_concerns_its_caller_alone(self, ledger, held):
        def refuse(line):
            raise LicenseSuspended

        other = an_installation(held.activation, jkt="key-2", place=(1, 2))
        async with ledger.changing() as writer:
            await writer.add_installation(other)
        first, second = await asyncio.gather(
            ledger.exchange(held.activation.id, held.installation.jkt, refuse),
            ledger.exchange(held.activation.id, other.jkt, self.kept),
            return_exceptions=True,
        )
        assert isinstance(first, LicenseSuspended)
        assert second == f"answered {other.id}"
        now = await read(ledger, lambda reader: reader.line(held.activation.id, other.jkt))
        assert now.installation.certificate == "eyJ.new.one"

    async def test_whoever_asks_twice_at_once_never_has_the_same_line_twice(self, ledger, held):
        shown = []

        def decide(line):
            shown.append(line.installation.sequence.last)
            return self.kept(line)

        await asyncio.gather(
            *(ledger.exchange(held.activation.id, held.installation.jkt, decide) for _ in range(2))
        )
        assert shown in ([1], [1, 2])  # the second is left to ask again, or sees what the first has kept

    async def test_one_that_was_given_up_does_not_keep_the_others_waiting(self, ledger, held):
        asked = [
            asyncio.ensure_future(ledger.exchange(held.activation.id, held.installation.jkt, self.kept))
            for _ in range(2)
        ]
        await asyncio.sleep(0)
        asked[0].cancel()
        await asyncio.wait(asked)
        assert asked[1].exception() is None
