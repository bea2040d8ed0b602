"""What an operator does to a license, on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mooring.core.product_key import generate
from mooring.core.refusals import KeyMalformed, KeyUnknown
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.obstacles import NotThere, StandingRefused, ValueRefused
from mooring.server.licensing.ports.license_desk import Filter
from mooring.server.licensing.storage.licenses_admin import StoredLicenseDesk
from mooring.server.licensing.use_cases.licenses.change_standing import (
    ReinstateLicense,
    RevokeLicense,
    SuspendLicense,
)
from mooring.server.licensing.use_cases.licenses.extend_license import ExtendLicense
from mooring.server.licensing.use_cases.licenses.find_license import SeveralMatch
from mooring.server.licensing.use_cases.licenses.list_licenses import ListLicenses
from mooring.server.licensing.use_cases.licenses.show_license import ShowLicense
from mooring.server.record.tables import events
from tests.support.certificates import AT, DAY
from tests.support.databases import an_empty_database
from tests.support.license_desks import PEPPER, a_minted_license, a_set_up_catalog


@pytest.fixture
async def database(tmp_path):
    database = an_empty_database(tmp_path)
    await a_set_up_catalog(database)
    yield database
    await database.close()


@pytest.fixture
def use(database):
    """Return a use case by its class, at the database's desk."""
    desk = StoredLicenseDesk(database)
    return lambda verb: verb(desk) if verb is ListLicenses else verb(desk, pepper=PEPPER.value)


async def recorded(database):
    async with database.reading() as session:
        rows = await session.fetch(Statement(select(events)))
    return [(row.kind, row.license_id, row.detail, row.at) for row in rows]


async def test_finds_a_license_by_id_by_key_and_by_last_five(database, use):
    key, license_id = await a_minted_license(database)
    show = use(ShowLicense)
    references = (license_id, f" {license_id}\n", key.formatted(), key.symbols.lower(), key.last_five.lower())
    for reference in references:
        shown = await show(reference)
        assert shown.license.id == license_id
        assert shown.holders == []


async def test_says_which_reference_finds_nothing(database, use):
    show = use(ShowLicense)
    for reference in ("lic_00000000000000000000000000", "lic_short"):
        with pytest.raises(NotThere) as refused:
            await show(reference)
        assert refused.value.detail == f"There is no license {reference}."
    with pytest.raises(NotThere) as refused:
        await show("8xkq2")
    assert refused.value.detail == "No key here ends in 8XKQ2."
    with pytest.raises(KeyUnknown):
        await show(generate(9).formatted())
    for reference in ("", "ABCDE", "8XKQ", "BCDFG-HJKMN-PQRTV-WXY23-4678B"):
        with pytest.raises(KeyMalformed):
            await show(reference)


async def test_lists_several_matches_and_does_nothing(database, use):
    _, one = await a_minted_license(database, last_five="8XKQ2")
    _, two = await a_minted_license(database, last_five="8XKQ2")
    with pytest.raises(SeveralMatch) as refused:
        await use(RevokeLicense)("8XKQ2", at=AT)
    assert refused.value.detail == "2 keys end in 8XKQ2, which is only a label, so nothing was done."
    assert refused.value.members == {"candidates": sorted([one, two])}
    assert refused.value.lines == [
        f"{license_id}  harbor-notes pro  active  0/1 seats" for license_id in sorted([one, two])
    ]
    for license_id in (one, two):
        assert (await use(ShowLicense)(license_id)).license.standing is Standing.ACTIVE
    assert await recorded(database) == []


@pytest.mark.parametrize(
    ("verb", "standing", "event"),
    [
        (SuspendLicense, Standing.SUSPENDED, "license.suspended"),
        (RevokeLicense, Standing.REVOKED, "license.revoked"),
    ],
)
async def test_changes_the_standing_once_and_writes_it_down(database, use, verb, standing, event):
    key, license_id = await a_minted_license(database)
    for _ in range(2):
        changed = await use(verb)(key.last_five, at=AT)
        assert (changed.id, changed.standing) == (license_id, standing)
    assert (await use(ShowLicense)(license_id)).license.standing is standing
    assert await recorded(database) == [(event, license_id, {}, AT)]


async def test_reinstates_what_was_suspended(database, use):
    _, license_id = await a_minted_license(database)
    await use(SuspendLicense)(license_id, at=AT)
    assert (await use(ReinstateLicense)(license_id, at=AT)).standing is Standing.ACTIVE
    assert [kind for kind, *_ in await recorded(database)] == ["license.suspended", "license.reinstated"]


async def test_a_suspended_license_can_be_revoked(database, use):
    _, license_id = await a_minted_license(database)
    await use(SuspendLicense)(license_id, at=AT)
    assert (await use(RevokeLicense)(license_id, at=AT)).standing is Standing.REVOKED


@pytest.mark.parametrize("verb", [SuspendLicense, ReinstateLicense])
async def test_a_revocation_is_final(database, use, verb):
    _, license_id = await a_minted_license(database)
    await use(RevokeLicense)(license_id, at=AT)
    with pytest.raises(StandingRefused) as refused:
        await use(verb)(license_id, at=AT)
    assert refused.value.next_step.startswith("Mint another key: mooring admin keys mint harbor-notes pro")
    with pytest.raises(StandingRefused):
        await use(ExtendLicense)(license_id, DAY, at=AT)


@pytest.mark.parametrize(
    ("ends", "to", "becomes"),
    [
        (AT + 10 * DAY, 5 * DAY, AT + 15 * DAY),
        (AT - 10 * DAY, 5 * DAY, AT + 5 * DAY),
        (AT, 36_500 * DAY, AT + 36_500 * DAY),
        (AT + DAY, AT + 2 * DAY, AT + 2 * DAY),
        (None, AT + DAY, AT + DAY),
    ],
)
async def test_extends_from_the_later_of_the_end_and_now_or_to_a_date(database, use, ends, to, becomes):
    _, license_id = await a_minted_license(database, expires_at=ends)
    assert (await use(ExtendLicense)(license_id, to, at=AT)).expires_at == becomes
    assert (await use(ShowLicense)(license_id)).license.expires_at == becomes
    [(kind, of, detail, at)] = await recorded(database)
    assert (kind, of, at) == ("license.extended", license_id, AT)
    assert list(detail) == ["expires_at"]


@pytest.mark.parametrize(
    ("ends", "to", "why"),
    [
        (AT + DAY, timedelta(0), "So much time cannot be given."),
        (AT + DAY, -DAY, "So much time cannot be given."),
        (AT + DAY, 36_500 * DAY + timedelta(seconds=1), "So much time cannot be given."),
        (None, DAY, "This license has no end to extend: "),
        (None, AT, "is not later than its end could be: it lies in the past."),
        (AT + DAY, AT + DAY, "is not later than its end, "),
        (AT - 9 * DAY, AT - DAY, "is not later than its end, "),
    ],
)
async def test_never_takes_time_away(database, use, ends, to, why):
    _, license_id = await a_minted_license(database, expires_at=ends)
    with pytest.raises(ValueRefused) as refused:
        await use(ExtendLicense)(license_id, to, at=AT)
    assert why in refused.value.detail
    assert (await use(ShowLicense)(license_id)).license.expires_at == ends
    assert await recorded(database) == []


async def test_lists_page_by_page(database, use):
    made = [(await a_minted_license(database, at=AT + number * DAY))[1] for number in range(3)]
    listing = use(ListLicenses)
    first = await listing(Filter(), limit=2)
    assert [one.id for one in first.items] == made[:2]
    assert first.next_cursor == made[1]
    last = await listing(Filter(), after=first.next_cursor, limit=2)
    assert [one.id for one in last.items] == made[2:]
    assert last.next_cursor is None
    whole = await listing(Filter(), limit=3)
    assert (len(whole.items), whole.next_cursor) == (3, None)


@pytest.mark.parametrize("limit", [0, 201])
async def test_refuses_a_page_of_unfit_size(use, limit):
    with pytest.raises(ValueRefused) as refused:
        await use(ListLicenses)(Filter(), limit=limit)
    assert refused.value.next_step == "Give a limit from 1 to 200."
    assert (await use(ListLicenses)(Filter(), limit=200)).items == []


async def test_refuses_a_cursor_that_is_none(use):
    with pytest.raises(ValueRefused):
        await use(ListLicenses)(Filter(), after="next")
