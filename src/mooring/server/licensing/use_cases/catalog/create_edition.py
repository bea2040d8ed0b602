"""Create an edition of a product, with its policy named ``default``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_edition_id
from mooring.server.licensing.domain.catalog import Edition, checked_name, checked_slug, entitlements_from
from mooring.server.licensing.domain.channels import Channel
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.domain.policy import DEFAULT_POLICY, terms_for
from mooring.server.licensing.use_cases.catalog.create_policy import add_policy
from mooring.server.licensing.use_cases.catalog.find import find_product

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.server.licensing.domain.catalog import Product
    from mooring.server.licensing.domain.policy import Policy
    from mooring.server.licensing.ports.catalog import Catalog, CatalogWriter


class CreateEdition:
    """Adds an edition that can be licensed at once: its policy ``default`` has the retail terms."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def __call__(
        self,
        product: str,
        slug: str,
        *,
        name: str,
        entitlements: Sequence[str] = (),
        unactivated_entitlements: Sequence[str] = (),
        at: datetime,
    ) -> Edition:
        """Return the new edition.

        Args:
            product: The product's slug.
            slug: The edition's slug.
            name: The name shown to people.
            entitlements: Features, as ``slug`` or ``slug=Name shown``.
            unactivated_entitlements: Those that work before activation, written the same way.
            at: Now.

        Raises:
            NotThere: There is no such product.
            AlreadyExists: The product has an edition with this slug.
            ValueRefused: A slug, a name or an entitlement cannot be used.
        """
        async with self._catalog.changing() as catalog:
            edition, _ = await add_edition(
                catalog,
                await find_product(catalog, product),
                slug,
                name=name,
                entitlements=entitlements,
                unactivated_entitlements=unactivated_entitlements,
                at=at,
            )
            return edition


async def add_edition(
    catalog: CatalogWriter,
    product: Product,
    slug: str,
    *,
    name: str,
    entitlements: Sequence[str],
    unactivated_entitlements: Sequence[str],
    at: datetime,
) -> tuple[Edition, Policy]:
    """Add an edition and its default policy within an open transaction; see :class:`CreateEdition`."""
    slug = checked_slug(slug, what="an edition's short name")
    if await catalog.edition(product.id, slug) is not None:
        raise AlreadyExists(
            f"{product.name} already has an edition “{slug}”.",
            f"Choose another name, or see it with: mooring admin edition list {product.slug}",
        )
    edition = Edition(
        id=new_edition_id(at),
        product_id=product.id,
        slug=slug,
        name=checked_name(name, what="an edition's name"),
        entitlements=entitlements_from((*entitlements, *unactivated_entitlements)),
        unactivated_entitlements=tuple(entitlements_from(unactivated_entitlements)),
        created_at=at,
    )
    await catalog.add_edition(edition)
    policy = await add_policy(catalog, edition, DEFAULT_POLICY, terms_for(Channel.RETAIL, {}), at=at)
    return edition, policy
