"""Where products, editions and policies are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from mooring.core.identifiers import EditionId, ProductId
    from mooring.server.licensing.domain.catalog import Edition, Product
    from mooring.server.licensing.domain.policy import Policy


class CatalogReader(Protocol):
    """Reads the catalog."""

    async def products(self) -> Sequence[Product]:
        """Return every product, by slug."""
        ...

    async def product(self, slug: str) -> Product | None:
        """Return the product with this slug."""
        ...

    async def editions(self, product_id: ProductId) -> Sequence[Edition]:
        """Return the product's editions, by slug."""
        ...

    async def edition(self, product_id: ProductId, slug: str) -> Edition | None:
        """Return the product's edition with this slug."""
        ...

    async def policies(self, edition_id: EditionId) -> Sequence[Policy]:
        """Return the edition's policies, by name."""
        ...

    async def policy(self, edition_id: EditionId, name: str) -> Policy | None:
        """Return the edition's policy with this name."""
        ...


class CatalogWriter(CatalogReader, Protocol):
    """Adds to the catalog within one transaction.

    A name that is taken at the same moment by another process raises ``AlreadyExists``.
    """

    async def add_product(self, product: Product) -> None:
        """Keep a new product."""
        ...

    async def add_edition(self, edition: Edition) -> None:
        """Keep a new edition."""
        ...

    async def add_policy(self, policy: Policy) -> None:
        """Keep a new policy."""
        ...


class Catalog(Protocol):
    """Where the catalog is kept."""

    def reading(self) -> AbstractAsyncContextManager[CatalogReader]:
        """Open a consistent view."""
        ...

    def changing(self) -> AbstractAsyncContextManager[CatalogWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...
