"""List products, editions and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.use_cases.catalog.find import find_edition, find_product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.domain.catalog import Edition, Product
    from mooring.server.licensing.domain.policy import Policy
    from mooring.server.licensing.ports.catalog import Catalog


class ListProducts:
    """Reads every product."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def __call__(self) -> Sequence[Product]:
        """Return every product, by slug."""
        async with self._catalog.reading() as catalog:
            return await catalog.products()


class ListEditions:
    """Reads a product's editions."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def __call__(self, product: str) -> Sequence[Edition]:
        """Return the editions, by slug; raises NotThere for an unknown product."""
        async with self._catalog.reading() as catalog:
            return await catalog.editions((await find_product(catalog, product)).id)


class ListPolicies:
    """Reads an edition's policies."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def __call__(self, product: str, edition: str) -> Sequence[Policy]:
        """Return the policies, by name; raises NotThere for an unknown product or edition."""
        async with self._catalog.reading() as catalog:
            found = await find_edition(catalog, await find_product(catalog, product), edition)
            return await catalog.policies(found.id)
