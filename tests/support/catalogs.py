"""A catalog, a license book and a key sheet in memory, and short ways to fill a catalog."""

from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime

from mooring.core.identifiers import new_edition_id, new_product_id
from mooring.server.licensing.domain.catalog import Edition, Product
from mooring.server.licensing.domain.obstacles import AlreadyExists

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def a_product(slug="harbor-notes", *, name="Harbor Notes", code=87, urls=None):
    return Product(new_product_id(AT), slug, name, code, AT, urls or {})


def an_edition(product, slug="pro", *, name="Pro", entitlements=None, unactivated=()):
    entitlements = {"export-pdf": "Export to PDF"} if entitlements is None else entitlements
    return Edition(new_edition_id(AT), product.id, slug, name, entitlements, tuple(unactivated), AT)


class InMemoryCatalog:
    """Implements the port ``Catalog``: a change that ends with an exception leaves nothing behind."""

    def __init__(self):
        self._rows = _Rows()

    @asynccontextmanager
    async def reading(self):
        yield self._rows

    @asynccontextmanager
    async def changing(self):
        draft = deepcopy(self._rows)
        yield draft
        self._rows = draft


class _Rows:
    def __init__(self):
        self._products = []
        self._editions = []
        self._policies = []

    async def products(self):
        return sorted(self._products, key=lambda product: product.slug)

    async def product(self, slug):
        return next((product for product in self._products if product.slug == slug), None)

    async def editions(self, product_id):
        return sorted((e for e in self._editions if e.product_id == product_id), key=lambda e: e.slug)

    async def edition(self, product_id, slug):
        return next((e for e in await self.editions(product_id) if e.slug == slug), None)

    async def policies(self, edition_id):
        return sorted((p for p in self._policies if p.edition_id == edition_id), key=lambda p: p.name)

    async def policy(self, edition_id, name):
        return next((p for p in await self.policies(edition_id) if p.name == name), None)

    async def add_product(self, product):
        taken = {(p.slug, p.product_code) for p in self._products}
        if any(product.slug == slug or product.product_code == code for slug, code in taken):
            raise AlreadyExists("taken", "")
        self._products.append(product)

    async def add_edition(self, edition):
        if await self.edition(edition.product_id, edition.slug) is not None:
            raise AlreadyExists("taken", "")
        self._editions.append(edition)

    async def add_policy(self, policy):
        if await self.policy(policy.edition_id, policy.name) is not None:
            raise AlreadyExists("taken", "")
        self._policies.append(policy)


class InMemoryBook:
    """Implements the port ``LicenseBook``; ``fails_after`` batches it breaks as a crash would."""

    def __init__(self, *, fails_after=None):
        self.kept = {}
        self.batches = []
        self.fails_after = fails_after

    async def add(self, new, batch):
        if self.fails_after is not None and len(self.batches) >= self.fails_after:
            raise Crash
        if any(one.key_hash in self.kept for one in new):
            raise AlreadyExists("kept", "")
        self.kept.update({one.key_hash: (one, batch) for one in new})
        self.batches.append(batch)

    async def known(self, key_hashes):
        return {key_hash for key_hash in key_hashes if key_hash in self.kept}


class Crash(Exception):
    """The process ended here."""


class InMemorySheet:
    """Implements the port ``KeySheet``."""

    def __init__(self, batch="mint_x"):
        self.batch = batch
        self.keys = []
        self.finished = False

    def written(self):
        return list(self.keys)

    def append(self, keys):
        self.keys.extend(keys)

    def finish(self):
        self.finished = True
