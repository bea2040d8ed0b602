"""Find what an operator named in the catalog, or say what is there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.obstacles import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.server.licensing.domain.catalog import Edition, Product
    from mooring.server.licensing.domain.policy import Policy
    from mooring.server.licensing.ports.catalog import CatalogReader


async def find_product(catalog: CatalogReader, slug: str) -> Product:
    """Return the product, or raise NotThere naming those that exist."""
    product = await catalog.product(slug)
    if product is None:
        there = _listed(product.slug for product in await catalog.products())
        raise NotThere(
            f"There is no product “{slug}”.",
            f"Products here: {there}" if there else "Make one: mooring admin product create SLUG --name NAME",
        )
    return product


async def find_edition(catalog: CatalogReader, product: Product, slug: str) -> Edition:
    """Return the product's edition, or raise NotThere naming those that exist."""
    edition = await catalog.edition(product.id, slug)
    if edition is None:
        there = _listed(edition.slug for edition in await catalog.editions(product.id))
        raise NotThere(
            f"{product.name} has no edition “{slug}”.",
            f"Its editions: {there}"
            if there
            else f"Make one: mooring admin edition create {product.slug} EDITION --name NAME",
        )
    return edition


async def find_policy(catalog: CatalogReader, edition: Edition, name: str) -> Policy:
    """Return the edition's policy, or raise NotThere naming those that exist."""
    policy = await catalog.policy(edition.id, name)
    if policy is None:
        there = _listed(policy.name for policy in await catalog.policies(edition.id))
        raise NotThere(f"{edition.name} has no policy “{name}”.", f"Its policies: {there}")
    return policy


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
