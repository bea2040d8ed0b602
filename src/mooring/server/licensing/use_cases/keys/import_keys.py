"""Import product keys that another system made, or sold, in our alphabet.

A file is imported as a whole: all its rows are judged before the first is kept. Keys that are kept already
are skipped and counted, so an interrupted import is resumed by running it again.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.identifiers import new_identifier, new_license_ids
from mooring.core.instants import parse_instant
from mooring.core.product_key import parse_product_key
from mooring.core.refusals import KeyMalformed
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.domain.obstacles import NotThere, Obstacle, ValueRefused
from mooring.server.licensing.domain.policy import DEFAULT_POLICY
from mooring.server.licensing.ports.minting import Batch, NewLicense
from mooring.server.licensing.use_cases.catalog.find import find_edition, find_policy, find_product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from mooring.core.identifiers import PolicyId, ProductId
    from mooring.core.product_key import ProductKey
    from mooring.server.licensing.domain.catalog import Edition, Product
    from mooring.server.licensing.ports.catalog import Catalog, CatalogReader
    from mooring.server.licensing.ports.minting import LicenseBook
    from mooring.server.licensing.use_cases.keys.mint_keys import Pepper

BATCH_SIZE = 20_000
MOST_SEATS = 1_000_000
MOST_LINES_SHOWN = 20


class Row(NamedTuple):
    """A line of the file; ``cells`` are its columns by name, empty ones left out."""

    line: int
    cells: Mapping[str, str]


class Problem(NamedTuple):
    """Why a line cannot be imported; it never repeats the key."""

    line: int
    what: str


class RowsRefused(Obstacle):
    """Some lines cannot be imported, so none was."""

    code = "rows_refused"
    title = "Some lines cannot be imported"

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = "1 line" if len(problems) == 1 else f"{len(problems):,} lines"
        super().__init__(
            f"{lines} cannot be imported, so nothing was.",
            "Correct them, or import the others with --skip-invalid",
        )
        self.problems = problems
        self.lines = [f"line {problem.line}: {problem.what}" for problem in problems[:MOST_LINES_SHOWN]]
        if len(problems) > MOST_LINES_SHOWN:
            self.lines.append(f"and {len(problems) - MOST_LINES_SHOWN:,} more")
        self.members["problems"] = [problem._asdict() for problem in problems]


class Imported(NamedTuple):
    """What an import did."""

    batch: str
    added: int
    skipped: int
    invalid: Sequence[Problem]


class _Judged(NamedTuple):
    product_id: ProductId
    policy_id: PolicyId
    key_hash: bytes
    last_five: str
    seats: int | None
    expires_at: datetime | None


class ImportKeys:
    """Takes over keys from another system."""

    def __init__(self, catalog: Catalog, book: LicenseBook, pepper: Pepper) -> None:
        self._catalog = catalog
        self._book = book
        self._pepper = pepper

    async def __call__(
        self,
        rows: Iterable[Row],
        *,
        skip_invalid: bool = False,
        at: datetime,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Imported:
        """Keep a license for each row's ``product_key`` that is not kept yet.

        A row may name its ``product``, ``edition``, ``policy``, ``seats`` and ``expires_at``; other columns
        are ignored. Without an edition the product must have only one.

        Raises:
            RowsRefused: Some rows cannot be imported, and ``skip_invalid`` was not asked for.
        """
        async with self._catalog.reading() as catalog:
            judged, problems = await _judge_all(rows, _Judge(catalog, self._pepper.value))
        if problems and not skip_invalid:
            raise RowsRefused(problems)
        name = new_identifier("imp", at)
        added = seen = 0
        for start in range(0, len(judged), BATCH_SIZE):
            chunk = judged[start : start + BATCH_SIZE]
            added += await self._keep(chunk, name, at)
            seen += len(chunk)
            progress(seen)
        return Imported(name, added, len(judged) - added, problems)

    async def _keep(self, chunk: Sequence[_Judged], name: str, at: datetime) -> int:
        known = await self._book.known([one.key_hash for one in chunk])
        fresh = {
            one.key_hash: one for one in chunk if one.key_hash not in known
        }  # a key given twice counts once
        by_terms: dict[tuple[ProductId, PolicyId], list[_Judged]] = defaultdict(list)
        for _, one in sorted(fresh.items()):
            by_terms[one.product_id, one.policy_id].append(one)
        for (product_id, policy_id), group in by_terms.items():
            licenses = [
                NewLicense(license_id, one.key_hash, one.last_five, one.seats, one.expires_at)
                for one, license_id in zip(group, new_license_ids(len(group), at), strict=True)
            ]
            await self._book.add(licenses, Batch(name, product_id, policy_id, self._pepper.id, at))
        return len(fresh)


async def _judge_all(rows: Iterable[Row], judge: _Judge) -> tuple[list[_Judged], list[Problem]]:
    judged: list[_Judged] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            judged.append(await judge(row.cells))
        except Obstacle as obstacle:
            problems.append(Problem(row.line, obstacle.detail))
        except KeyMalformed as malformed:
            problems.append(Problem(row.line, _malformed(malformed)))
    return judged, problems


class _Judge:
    """Judges rows, remembering what each product, edition and policy name stands for."""

    def __init__(self, catalog: CatalogReader, pepper: bytes) -> None:
        self._catalog = catalog
        self._pepper = pepper
        self._products: dict[int, Product] | None = None
        self._policies: dict[tuple[str, str, str], PolicyId | Obstacle] = {}

    async def __call__(self, cells: Mapping[str, str]) -> _Judged:
        key = parse_product_key(cells.get("product_key", ""))
        product = await self._product(key, cells.get("product"))
        policy_id = await self._policy(product, cells.get("edition", ""), cells.get("policy", DEFAULT_POLICY))
        return _Judged(
            product.id,
            policy_id,
            hash_key(key, self._pepper),
            key.last_five,
            _seats(cells.get("seats")),
            _expires_at(cells.get("expires_at")),
        )

    async def _product(self, key: ProductKey, named: str | None) -> Product:
        if self._products is None:
            self._products = {product.product_code: product for product in await self._catalog.products()}
        product = self._products.get(key.product_code)
        if product is None:
            raise NotThere(f"its key is for product code {key.product_code}, which no product here has", "")
        if named is not None and named != product.slug:
            raise ValueRefused(f"its key is for {product.slug}, not for {named}", "")
        return product

    async def _policy(self, product: Product, edition: str, policy: str) -> PolicyId:
        names = (product.slug, edition, policy)
        if names not in self._policies:
            try:
                found = await self._edition(product, edition)
                self._policies[names] = (await find_policy(self._catalog, found, policy)).id
            except Obstacle as obstacle:
                self._policies[names] = obstacle
        answer = self._policies[names]
        if isinstance(answer, Obstacle):
            raise answer
        return answer

    async def _edition(self, product: Product, slug: str) -> Edition:
        if slug:
            return await find_edition(self._catalog, await find_product(self._catalog, product.slug), slug)
        editions = await self._catalog.editions(product.id)
        if len(editions) != 1:
            raise ValueRefused(f"it names no edition, and {product.slug} has {len(editions)}", "")
        return editions[0]


def _seats(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_SEATS):
        raise ValueRefused(f"its seats are not a whole number from 1 to {MOST_SEATS:,}", "")
    return int(text)


def _expires_at(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError:
        raise ValueRefused("its expires_at is not a time such as 2030-12-31T00:00:00Z", "") from None


def _malformed(malformed: KeyMalformed) -> str:
    if malformed.group is None:
        return "its product_key is not a product key"
    return f"its product_key has a wrong symbol in group {malformed.group}, position {malformed.position}"
