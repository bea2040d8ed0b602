"""The catalog in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import fields
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from mooring.core.hardware.matching import Tolerance
from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.catalog import Edition, Product
from mooring.server.licensing.domain.channels import Channel, Link
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.domain.policy import Policy
from mooring.server.licensing.storage.tables import editions, policies, products

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mooring.core.identifiers import EditionId, ProductId
    from mooring.server.foundation.database.port import Database, Row, Session, Transaction

_PRODUCTS = Statement(select(products).order_by(products.c.slug))
_PRODUCT = Statement(select(products).where(products.c.slug == bindparam("slug")))
_EDITIONS = Statement(
    select(editions).where(editions.c.product_id == bindparam("product_id")).order_by(editions.c.slug)
)
_EDITION = Statement(
    select(editions).where(
        editions.c.product_id == bindparam("product_id"), editions.c.slug == bindparam("slug")
    )
)
_POLICIES = Statement(
    select(policies).where(policies.c.edition_id == bindparam("edition_id")).order_by(policies.c.name)
)
_POLICY = Statement(
    select(policies).where(
        policies.c.edition_id == bindparam("edition_id"), policies.c.name == bindparam("name")
    )
)
_ADD_PRODUCT = Statement(insert(products))
_ADD_EDITION = Statement(insert(editions))
_ADD_POLICY = Statement(insert(policies))


class StoredCatalog:
    """Implements :class:`~mooring.server.licensing.ports.catalog.Catalog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredCatalogReader]:
        """Open a consistent view."""
        async with self._database.reading() as session:
            yield StoredCatalogReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredCatalogWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        try:
            async with self._database.transaction() as transaction:
                yield StoredCatalogWriter(transaction)
        except UniqueViolation:
            # The use case looked first: another process took the name or the product code in between.
            raise AlreadyExists("Another command made the same at this moment.", "Run it again.") from None


class StoredCatalogReader:
    """Reads the catalog."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def products(self) -> Sequence[Product]:
        """Return every product, by slug."""
        return [_product(row) for row in await self._session.fetch(_PRODUCTS)]

    async def product(self, slug: str) -> Product | None:
        """Return the product with this slug."""
        row = await self._session.fetch_one(_PRODUCT, slug=slug)
        return None if row is None else _product(row)

    async def editions(self, product_id: ProductId) -> Sequence[Edition]:
        """Return the product's editions, by slug."""
        return [edition_of(row) for row in await self._session.fetch(_EDITIONS, product_id=product_id)]

    async def edition(self, product_id: ProductId, slug: str) -> Edition | None:
        """Return the product's edition with this slug."""
        row = await self._session.fetch_one(_EDITION, product_id=product_id, slug=slug)
        return None if row is None else edition_of(row)

    async def policies(self, edition_id: EditionId) -> Sequence[Policy]:
        """Return the edition's policies, by name."""
        return [policy_of(row) for row in await self._session.fetch(_POLICIES, edition_id=edition_id)]

    async def policy(self, edition_id: EditionId, name: str) -> Policy | None:
        """Return the edition's policy with this name."""
        row = await self._session.fetch_one(_POLICY, edition_id=edition_id, name=name)
        return None if row is None else policy_of(row)


class StoredCatalogWriter(StoredCatalogReader):
    """Adds to the catalog within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction

    async def add_product(self, product: Product) -> None:
        """Keep a new product."""
        await self._transaction.execute(
            _ADD_PRODUCT,
            id=product.id,
            slug=product.slug,
            name=product.name,
            product_code=product.product_code,
            urls=dict(product.urls),
            created_at=product.created_at,
        )

    async def add_edition(self, edition: Edition) -> None:
        """Keep a new edition."""
        await self._transaction.execute(
            _ADD_EDITION,
            id=edition.id,
            product_id=edition.product_id,
            slug=edition.slug,
            name=edition.name,
            entitlements=dict(edition.entitlements),
            unactivated_entitlements=list(edition.unactivated_entitlements),
            created_at=edition.created_at,
        )

    async def add_policy(self, policy: Policy) -> None:
        """Keep a new policy."""
        values = {field.name: getattr(policy, field.name) for field in fields(Policy)}
        values.update(channel=policy.channel.value, link=policy.link.value, tolerance=policy.tolerance.value)
        await self._transaction.execute(_ADD_POLICY, **values)


def _product(row: Row) -> Product:
    return Product(row.id, row.slug, row.name, row.product_code, row.created_at, row.urls)


def edition_of(row: Row) -> Edition:
    """Return the edition that a row of ``editions`` holds."""
    return Edition(
        id=row.id,
        product_id=row.product_id,
        slug=row.slug,
        name=row.name,
        entitlements=row.entitlements,
        unactivated_entitlements=tuple(row.unactivated_entitlements),
        created_at=row.created_at,
    )


def policy_of(row: Row) -> Policy:
    """Return the policy that a row of ``policies`` holds."""
    return Policy(
        id=row.id,
        edition_id=row.edition_id,
        name=row.name,
        channel=Channel(row.channel),
        seats=row.seats,
        lease_seats=row.lease_seats,
        lease_hours=row.lease_hours,
        moves=row.moves,
        move_window_days=row.move_window_days,
        offline_days=row.offline_days,
        valid_days=row.valid_days,
        payment_grace_days=row.payment_grace_days,
        tolerance=Tolerance(row.tolerance),
        link=Link(row.link),
        created_at=row.created_at,
    )
