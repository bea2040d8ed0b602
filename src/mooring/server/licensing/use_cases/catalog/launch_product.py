"""Launch a product: it, its first edition and the default policy, all or none."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from mooring.server.licensing.use_cases.catalog.create_edition import add_edition
from mooring.server.licensing.use_cases.catalog.create_product import add_product

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from mooring.server.licensing.domain.catalog import Edition, Product
    from mooring.server.licensing.domain.policy import Policy
    from mooring.server.licensing.ports.catalog import Catalog


class Launched(NamedTuple):
    """A product that can be licensed."""

    product: Product
    edition: Edition
    policy: Policy


class LaunchProduct:
    """Adds a product that can be licensed at once."""

    def __init__(self, catalog: Catalog, *, pick: Callable[[int], int] = secrets.randbelow) -> None:
        self._catalog = catalog
        self._pick = pick

    async def __call__(
        self,
        slug: str,
        *,
        name: str,
        edition: str,
        edition_name: str,
        entitlements: Sequence[str] = (),
        unactivated_entitlements: Sequence[str] = (),
        at: datetime,
    ) -> Launched:
        """Return what was added; raises as creating the product and the edition do."""
        async with self._catalog.changing() as catalog:
            product = await add_product(catalog, slug, name=name, urls={}, pick=self._pick, at=at)
            added, policy = await add_edition(
                catalog,
                product,
                edition,
                name=edition_name,
                entitlements=entitlements,
                unactivated_entitlements=unactivated_entitlements,
                at=at,
            )
        return Launched(product, added, policy)
