"""Create a product."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from mooring.core.identifiers import new_product_id
from mooring.server.licensing.domain.catalog import (
    Product,
    checked_name,
    checked_slug,
    checked_urls,
    free_product_code,
)
from mooring.server.licensing.domain.obstacles import AlreadyExists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mooring.server.licensing.ports.catalog import Catalog, CatalogWriter


class CreateProduct:
    """Adds a product and gives it a product code that none ever had."""

    def __init__(self, catalog: Catalog, *, pick: Callable[[int], int] = secrets.randbelow) -> None:
        self._catalog = catalog
        self._pick = pick

    async def __call__(
        self, slug: str, *, name: str, urls: Mapping[str, str] | None = None, at: datetime
    ) -> Product:
        """Return the new product.

        Raises:
            AlreadyExists: A product with this slug exists.
            ValueRefused: The slug, the name or an address cannot be used.
            NoProductCodeLeft: All 625 product codes are taken.
        """
        async with self._catalog.changing() as catalog:
            return await add_product(catalog, slug, name=name, urls=urls or {}, pick=self._pick, at=at)


async def add_product(
    catalog: CatalogWriter,
    slug: str,
    *,
    name: str,
    urls: Mapping[str, str],
    pick: Callable[[int], int],
    at: datetime,
) -> Product:
    """Add a product within an open transaction; see :class:`CreateProduct`."""
    slug = checked_slug(slug, what="a product's short name")
    products = await catalog.products()
    if any(product.slug == slug for product in products):
        raise AlreadyExists(
            f"There is already a product “{slug}”.",
            f"Choose another name, or see it with: mooring admin edition list {slug}",
        )
    product = Product(
        id=new_product_id(at),
        slug=slug,
        name=checked_name(name, what="a product's name"),
        product_code=free_product_code({product.product_code for product in products}, pick),
        created_at=at,
        urls=checked_urls(urls),
    )
    await catalog.add_product(product)
    return product
