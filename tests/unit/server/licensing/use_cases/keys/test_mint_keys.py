"""Minting: no key is lost and none is sold twice, whenever it is interrupted."""

import gc

import pytest

from mooring.core.product_key import ProductKey
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.domain.obstacles import NotThere, ValueRefused
from mooring.server.licensing.use_cases.catalog.launch_product import LaunchProduct
from mooring.server.licensing.use_cases.keys import mint_keys
from mooring.server.licensing.use_cases.keys.mint_keys import MintKeys, Pepper
from tests.support.catalogs import AT, Crash, InMemoryBook, InMemoryCatalog, InMemorySheet

PEPPER = Pepper(b"pepper", "p1")


@pytest.fixture
async def catalog():
    catalog = InMemoryCatalog()
    launch = LaunchProduct(catalog, pick=lambda count: 123)
    await launch("harbor-notes", name="Harbor Notes", edition="pro", edition_name="Pro", at=AT)
    return catalog


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(mint_keys, "BATCH_SIZE", 4)
    monkeypatch.setattr(mint_keys, "RUN_SIZE", 8)


def everything_fits(book, sheet):
    """Each key on the sheet is kept under the license that the sheet names, and no other is kept."""
    on_sheet = {hash_key(ProductKey(key.symbols), PEPPER.value): key for key in sheet.keys}
    assert len(on_sheet) == len(sheet.keys)
    assert {key_hash: new.id for key_hash, (new, _) in book.kept.items()} == {
        key_hash: key.license_id for key_hash, key in on_sheet.items()
    }


async def test_mints_keys_of_the_product_and_keeps_their_licenses(catalog):
    book, sheet, told = InMemoryBook(), InMemorySheet(), []
    mint = MintKeys(catalog, book, PEPPER)
    minted = await mint("harbor-notes", "pro", sheet, count=10, at=AT, progress=told.append)
    assert minted == ("mint_x", 10, 0, 0)
    assert told == [4, 8, 10]
    assert sheet.finished
    everything_fits(book, sheet)
    for new, batch in book.kept.values():
        assert batch.name == "mint_x"
        assert (batch.pepper_id, batch.created_at) == ("p1", AT)
        assert batch.product_id.startswith("prd_")
        assert batch.policy_id.startswith("pol_")
        assert (new.seats, new.expires_at) == (None, None)
    for key in sheet.keys:
        assert ProductKey(key.symbols).product_code == 123
    assert {new.last_five for new, _ in book.kept.values()} == {key.symbols[-5:] for key in sheet.keys}


async def test_keeps_licenses_in_the_order_of_their_hashes_and_ids(catalog):
    book, sheet = InMemoryBook(), InMemorySheet()
    await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=12, at=AT)
    kept = [new for new, _ in book.kept.values()]
    for run in (kept[:8], kept[8:]):
        hashes = [new.key_hash for new in run]
        assert hashes == sorted(hashes)
    ids = [new.id for new in kept]
    assert ids == sorted(ids)
    assert len(set(ids)) == 12


@pytest.mark.parametrize("batches_kept", [0, 1, 2])
async def test_an_interrupted_minting_is_resumed_without_losing_or_doubling_a_key(catalog, batches_kept):
    book, sheet = InMemoryBook(fails_after=batches_kept), InMemorySheet()
    with pytest.raises(Crash):
        await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=10, at=AT)
    found = len(sheet.keys)
    assert found == min(4 * (batches_kept + 1), 10)
    assert not sheet.finished
    before = list(sheet.keys)

    book.fails_after = None
    minted = await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=10, at=AT)
    assert minted == ("mint_x", 10, found, found - 4 * batches_kept)
    assert sheet.keys[:found] == before
    assert len(sheet.keys) == 10
    assert sheet.finished
    everything_fits(book, sheet)
    assert {batch.name for _, batch in book.kept.values()} == {"mint_x"}


async def test_writes_each_batch_onto_the_sheet_before_it_keeps_it(catalog):
    order = []

    class Sheet(InMemorySheet):
        def append(self, keys):
            order.append(("written", len(keys)))

    class Book(InMemoryBook):
        async def add(self, new, batch):
            order.append(("kept", len(new)))

    await MintKeys(catalog, Book(), PEPPER)("harbor-notes", "pro", Sheet(), count=6, at=AT)
    assert order == [("written", 4), ("kept", 4), ("written", 2), ("kept", 2)]


async def test_tells_of_keys_found_on_the_sheet_as_done(catalog):
    book, sheet, told = InMemoryBook(fails_after=1), InMemorySheet(), []
    with pytest.raises(Crash):
        await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=9, at=AT)
    book.fails_after = None
    mint = MintKeys(catalog, book, PEPPER)
    await mint("harbor-notes", "pro", sheet, count=9, at=AT, progress=told.append)
    assert told == [4, 8, 9]


async def test_refuses_to_resume_for_fewer_keys_than_the_sheet_holds(catalog):
    book, sheet = InMemoryBook(), InMemorySheet()
    await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=5, at=AT)
    with pytest.raises(ValueRefused) as refused:
        await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=4, at=AT)
    assert refused.value.detail == "The sheet holds 5 keys already, more than 4."
    assert refused.value.next_step == "Resume it with --count 5 or more."


@pytest.mark.parametrize("count", [0, -1, 10_000_001])
async def test_refuses_a_count_that_cannot_be_minted(catalog, count):
    book, sheet = InMemoryBook(), InMemorySheet()
    with pytest.raises(ValueRefused) as refused:
        await MintKeys(catalog, book, PEPPER)("harbor-notes", "pro", sheet, count=count, at=AT)
    assert refused.value.next_step == "Give a count from 1 to 10,000,000."
    assert sheet.keys == []


async def test_takes_the_smallest_and_the_largest_count(catalog):
    mint = MintKeys(catalog, InMemoryBook(), PEPPER)
    await mint.check("harbor-notes", "pro", policy="default", count=1)
    await mint.check("harbor-notes", "pro", policy="default", count=10_000_000)


@pytest.mark.parametrize(
    "names",
    [("harbor", "pro", "default"), ("harbor-notes", "home", "default"), ("harbor-notes", "pro", "team")],
)
async def test_refuses_a_product_edition_or_policy_that_is_not_there(catalog, names):
    product, edition, policy = names
    mint = MintKeys(catalog, InMemoryBook(), PEPPER)
    with pytest.raises(NotThere):
        await mint.check(product, edition, policy=policy, count=1)
    with pytest.raises(NotThere):
        await mint(product, edition, InMemorySheet(), count=1, policy=policy, at=AT)


async def test_mints_a_single_key_without_a_sheet(catalog):
    book = InMemoryBook()
    key, license_id = await MintKeys(catalog, book, PEPPER).one("harbor-notes", "pro", at=AT)
    [(key_hash, (new, batch))] = book.kept.items()
    assert key_hash == hash_key(key, PEPPER.value)
    assert (new.id, new.last_five) == (license_id, key.last_five)
    assert batch.name.startswith("mint_")
    assert key.product_code == 123


@pytest.mark.parametrize("enabled", [True, False])
async def test_leaves_the_garbage_collector_as_it_was(catalog, enabled):
    was_enabled = gc.isenabled()
    try:
        gc.enable() if enabled else gc.disable()
        await MintKeys(catalog, InMemoryBook(), PEPPER).one("harbor-notes", "pro", at=AT)
        assert gc.isenabled() is enabled
    finally:
        gc.enable() if was_enabled else gc.disable()
