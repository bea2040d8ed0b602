"""Importing keys: judged as a whole, kept once, resumed by running it again."""

from datetime import UTC, datetime

import pytest

from mooring.core.product_key import generate
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.use_cases.catalog.create_edition import CreateEdition
from mooring.server.licensing.use_cases.catalog.launch_product import LaunchProduct
from mooring.server.licensing.use_cases.keys import import_keys
from mooring.server.licensing.use_cases.keys.import_keys import ImportKeys, Problem, Row, RowsRefused
from mooring.server.licensing.use_cases.keys.mint_keys import Pepper
from tests.support.catalogs import AT, Crash, InMemoryBook, InMemoryCatalog

PEPPER = Pepper(b"pepper", "p1")
CODE = 123


@pytest.fixture
async def catalog():
    catalog = InMemoryCatalog()
    launch = LaunchProduct(catalog, pick=lambda count: CODE)
    await launch("harbor-notes", name="Harbor Notes", edition="pro", edition_name="Pro", at=AT)
    return catalog


def rows(*cells):
    return [Row(line, each) for line, each in enumerate(cells, start=2)]


def a_cell(code=CODE, **cells):
    return {"product_key": generate(code).formatted(), **cells}


async def refused(catalog, *cells):
    book = InMemoryBook()
    with pytest.raises(RowsRefused) as refusal:
        await ImportKeys(catalog, book, PEPPER)(rows(*cells), at=AT)
    assert book.kept == {}
    return refusal.value


async def test_keeps_a_license_for_each_key(catalog):
    book, told = InMemoryBook(), []
    key = generate(CODE)
    imported = await ImportKeys(catalog, book, PEPPER)(
        rows({"product_key": key.formatted().lower()}, a_cell()), at=AT, progress=told.append
    )
    assert (imported.added, imported.skipped, imported.invalid) == (2, 0, [])
    assert imported.batch.startswith("imp_")
    assert told == [2]
    new, batch = book.kept[hash_key(key, PEPPER.value)]
    assert (new.last_five, new.seats, new.expires_at) == (key.last_five, None, None)
    assert (batch.name, batch.pepper_id, batch.created_at) == (imported.batch, "p1", AT)


async def test_takes_seats_end_edition_and_policy_from_the_row(catalog):
    await CreateEdition(catalog)("harbor-notes", "home", name="Home", at=AT)
    book = InMemoryBook()
    cells = a_cell(
        edition="home",
        policy="default",
        seats="7",
        expires_at="2030-12-31T00:00:00Z",
        product="harbor-notes",
        color="ignored",
    )
    await ImportKeys(catalog, book, PEPPER)(rows(cells, a_cell(edition="pro")), at=AT)
    (new, batch), (_, other) = sorted(book.kept.values(), key=lambda kept: kept[0].seats is None)
    assert (new.seats, new.expires_at) == (7, datetime(2030, 12, 31, tzinfo=UTC))
    async with catalog.reading() as reader:
        product = await reader.product("harbor-notes")
        home = await reader.edition(product.id, "home")
        assert batch.policy_id == (await reader.policy(home.id, "default")).id
    assert batch.product_id == product.id
    assert other.policy_id != batch.policy_id


async def test_skips_and_counts_keys_that_are_kept_already_or_given_twice(catalog):
    book = InMemoryBook()
    one, two = a_cell(), a_cell()
    first = await ImportKeys(catalog, book, PEPPER)(rows(one, one, two), at=AT)
    assert (first.added, first.skipped) == (2, 1)
    again = await ImportKeys(catalog, book, PEPPER)(rows(one, two, a_cell()), at=AT)
    assert (again.added, again.skipped) == (1, 2)
    assert len(book.kept) == 3


async def test_is_resumed_by_running_it_again(catalog, monkeypatch):
    monkeypatch.setattr(import_keys, "BATCH_SIZE", 2)
    book, told = InMemoryBook(fails_after=1), []
    given = rows(*(a_cell() for _ in range(5)))
    with pytest.raises(Crash):
        await ImportKeys(catalog, book, PEPPER)(given, at=AT)
    assert len(book.kept) == 2
    book.fails_after = None
    imported = await ImportKeys(catalog, book, PEPPER)(given, at=AT, progress=told.append)
    assert (imported.added, imported.skipped) == (3, 2)
    assert told == [2, 4, 5]
    assert len({new.id for new, _ in book.kept.values()}) == 5


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({}, "its product_key is not a product key"),
        ({"product_key": "BCDFG"}, "its product_key is not a product key"),
        (
            {"product_key": "BCDFG-HJKMN-PQRTV-WXY23-4678B"},
            "its product_key has a wrong symbol in group 5, position 5",
        ),
        ({"seats": "0"}, "its seats are not a whole number from 1 to 1,000,000"),
        ({"seats": "1000001"}, "its seats are not a whole number from 1 to 1,000,000"),
        ({"seats": "many"}, "its seats are not a whole number from 1 to 1,000,000"),
        ({"seats": "²"}, "its seats are not a whole number from 1 to 1,000,000"),
        ({"expires_at": "tomorrow"}, "its expires_at is not a time such as 2030-12-31T00:00:00Z"),
        ({"product": "other"}, "its key is for harbor-notes, not for other"),
        ({"edition": "home"}, "Harbor Notes has no edition “home”."),
        ({"policy": "team"}, "Pro has no policy “team”."),
    ],
)
async def test_names_the_line_and_what_is_wrong_with_it(catalog, cells, what):
    base = {} if not cells or "product_key" in cells else a_cell()
    refusal = await refused(catalog, a_cell(), {**base, **cells})
    assert refusal.problems == [Problem(3, what)]
    assert refusal.lines == [f"line 3: {what}"]
    assert refusal.members == {"problems": [{"line": 3, "what": what}]}
    assert refusal.detail == "1 line cannot be imported, so nothing was."


async def test_never_repeats_a_key_in_what_it_says(catalog):
    key = generate(CODE).formatted()
    refusal = await refused(catalog, {"product_key": key, "seats": "x"})
    assert key not in str(refusal.lines)


async def test_refuses_a_key_of_a_product_that_is_not_here(catalog):
    refusal = await refused(catalog, a_cell(code=7))
    assert refusal.lines == ["line 2: its key is for product code 7, which no product here has"]


async def test_asks_for_the_edition_where_there_are_several(catalog):
    await CreateEdition(catalog)("harbor-notes", "home", name="Home", at=AT)
    refusal = await refused(catalog, a_cell(), a_cell(edition="home"))
    assert refusal.lines == ["line 2: it names no edition, and harbor-notes has 2"]


async def test_shows_at_most_twenty_lines_to_people_and_all_to_programs(catalog):
    refusal = await refused(catalog, *({} for _ in range(1022)))
    assert refusal.detail == "1,022 lines cannot be imported, so nothing was."
    assert len(refusal.lines) == 21
    assert refusal.lines[-1] == "and 1,002 more"
    assert len(refusal.members["problems"]) == 1022
    assert len((await refused(catalog, *({} for _ in range(20)))).lines) == 20


async def test_imports_the_others_where_asked_to(catalog):
    book = InMemoryBook()
    imported = await ImportKeys(catalog, book, PEPPER)(rows({}, a_cell()), skip_invalid=True, at=AT)
    assert (imported.added, imported.skipped) == (1, 0)
    assert [problem.line for problem in imported.invalid] == [2]
    assert len(book.kept) == 1


async def test_takes_the_bounds_of_seats(catalog):
    book = InMemoryBook()
    await ImportKeys(catalog, book, PEPPER)(rows(a_cell(seats="1"), a_cell(seats="1000000")), at=AT)
    assert {new.seats for new, _ in book.kept.values()} == {1, 1_000_000}
