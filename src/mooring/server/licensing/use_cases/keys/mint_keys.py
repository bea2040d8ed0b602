"""Mint product keys: make them, write them onto their sheet, keep their licenses.

No key is lost and none is sold twice, whenever the minting is interrupted: each batch is durable on the sheet
*before* its licenses are kept. So the sheet is the journal. Resuming reads it, keeps the licenses of those of
its keys that the interruption left out (at most the last batch), and mints what is still missing. The sheet
gets its final name only when all its keys work.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import timedelta
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mooring.core.identifiers import new_identifier, new_license_ids
from mooring.core.product_key import ProductKey, generate_many
from mooring.server.licensing.domain.key_hash import hash_symbols
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.domain.policy import DEFAULT_POLICY
from mooring.server.licensing.ports.minting import Batch, MintedKey, NewLicense
from mooring.server.licensing.use_cases.catalog.find import find_edition, find_policy, find_product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.licensing.domain.catalog import Product
    from mooring.server.licensing.domain.policy import Policy
    from mooring.server.licensing.ports.catalog import Catalog
    from mooring.server.licensing.ports.minting import KeySheet, LicenseBook

T = TypeVar("T")

MOST_KEYS = 10_000_000
# Other processes wait to write while a batch is being kept: 50,000 take about half a second.
BATCH_SIZE = 50_000
# Batches that follow each other in the order of their hashes touch each page of the index once.
RUN_SIZE = 5 * BATCH_SIZE


class Pepper(NamedTuple):
    """The secret under which keys are hashed, and its name."""

    value: bytes
    id: str


class Minted(NamedTuple):
    """What a minting did.

    Of ``keys`` on the sheet, ``found`` were left there by an interrupted minting, which had not come to keep
    the licenses of the last ``made_good``.
    """

    batch: str
    keys: int
    found: int
    made_good: int


class _Run(NamedTuple):
    """New keys and, place by place, the licenses that they stand for."""

    keys: Sequence[MintedKey]
    licenses: Sequence[NewLicense]


class MintKeys:
    """Makes keys for an edition under one of its policies."""

    def __init__(self, catalog: Catalog, book: LicenseBook, pepper: Pepper) -> None:
        self._catalog = catalog
        self._book = book
        self._pepper = pepper

    async def one(
        self, product: str, edition: str, *, policy: str = DEFAULT_POLICY, at: datetime
    ) -> tuple[ProductKey, LicenseId]:
        """Return a single new key, which nobody can ever show again, and its license."""
        key, license_, batch = await self.unkept(product, edition, policy=policy, at=at)
        await self._book.add([license_], batch)
        return key, license_.id

    async def unkept(
        self, product: str, edition: str, *, policy: str = DEFAULT_POLICY, at: datetime
    ) -> tuple[ProductKey, NewLicense, Batch]:
        """Return a single new key, and its license for somebody else to keep."""
        found, terms = await self._find(product, edition, policy)
        [key], [license_] = _fresh(found.product_code, 1, self._pepper.value, at)
        return ProductKey(key.symbols), license_, self._batch(new_identifier("mint", at), found, terms, at)

    async def check(self, product: str, edition: str, *, policy: str, count: int) -> None:
        """Return if such keys can be minted, before a sheet is begun; raises as minting does."""
        if not 1 <= count <= MOST_KEYS:
            raise ValueRefused(f"{count:,} keys cannot be minted.", f"Give a count from 1 to {MOST_KEYS:,}.")
        await self._find(product, edition, policy)

    async def __call__(
        self,
        product: str,
        edition: str,
        sheet: KeySheet,
        *,
        count: int,
        policy: str = DEFAULT_POLICY,
        at: datetime,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Minted:
        """Mint until ``sheet`` holds ``count`` keys, all of them kept.

        Args:
            product: The product's slug.
            edition: The edition's slug.
            sheet: Where the keys are written; it may hold those of an interrupted minting.
            count: How many keys the sheet is to hold.
            policy: The name of the edition's policy.
            at: Now.
            progress: Is told how many keys are kept, after each batch.

        Raises:
            NotThere: There is no such product, edition or policy.
            ValueRefused: ``count`` cannot be minted, or the sheet holds more than that.
        """
        await self.check(product, edition, policy=policy, count=count)
        found, terms = await self._find(product, edition, policy)
        batch = self._batch(sheet.batch, found, terms, at)
        found_keys, made_good = await self._keep_written(sheet, batch, progress)
        if found_keys > count:
            raise ValueRefused(
                f"The sheet holds {found_keys:,} keys already, more than {count:,}.",
                f"Resume it with --count {found_keys} or more.",
            )
        done = found_keys
        while done < count:
            # Each run is born a millisecond later than the one before, so that all ids increase.
            born = at + timedelta(milliseconds=done // RUN_SIZE)
            run = _fresh(found.product_code, min(RUN_SIZE, count - done), self._pepper.value, born)
            for keys, licenses in zip(_chunks(run.keys), _chunks(run.licenses), strict=True):
                sheet.append(keys)
                await self._book.add(licenses, batch)
                done += len(keys)
                progress(done)
        sheet.finish()
        return Minted(sheet.batch, count, found_keys, made_good)

    async def _find(self, product: str, edition: str, policy: str) -> tuple[Product, Policy]:
        async with self._catalog.reading() as catalog:
            found = await find_product(catalog, product)
            return found, await find_policy(catalog, await find_edition(catalog, found, edition), policy)

    def _batch(self, name: str, product: Product, policy: Policy, at: datetime) -> Batch:
        return Batch(name, product.id, policy.id, self._pepper.id, at)

    async def _keep_written(
        self, sheet: KeySheet, batch: Batch, progress: Callable[[int], None]
    ) -> tuple[int, int]:
        """Keep the licenses of keys that are on the sheet only; return how many it holds and were kept."""
        written = kept = 0
        for keys in _chunks(list(sheet.written())):
            hashes = hash_symbols((key.symbols for key in keys), self._pepper.value)
            known = await self._book.known(hashes)
            missing = [
                NewLicense(key.license_id, key_hash, key.symbols[-5:])
                for key, key_hash in zip(keys, hashes, strict=True)
                if key_hash not in known
            ]
            if missing:
                await self._book.add(missing, batch)
            written += len(keys)
            kept += len(missing)
            progress(written)
        return written, kept


def _fresh(product_code: int, count: int, pepper: bytes, at: datetime) -> _Run:
    """Return new keys in the order of their hashes.

    Both of the table's indexes then grow at few places at a time, which is what makes storing them fast. The
    columns are joined by ``map`` and ``zip``: for a million keys a loop would take longer than the hashing.
    """
    by_hash = _by_hash(generate_many(product_code, count), pepper)
    hashes = sorted(by_hash)
    symbols = [by_hash[key_hash] for key_hash in hashes]
    ids = new_license_ids(count, at)
    last_fives = [key[-5:] for key in symbols]
    with _no_garbage():
        keys = list(map(MintedKey._make, zip(symbols, ids, strict=True)))
        licenses = list(
            map(NewLicense._make, zip(ids, hashes, last_fives, repeat(None), repeat(None), strict=False))
        )
    return _Run(keys, licenses)


def _by_hash(symbols: Sequence[str], pepper: bytes) -> dict[bytes, str]:
    return dict(zip(hash_symbols(symbols, pepper), symbols, strict=True))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Keep the collector from looking for cycles among a quarter of a million new tuples that have none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH_SIZE):
        yield items[start : start + BATCH_SIZE]
