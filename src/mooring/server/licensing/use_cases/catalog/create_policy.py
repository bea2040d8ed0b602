"""Create a policy: further terms under which an edition is licensed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from mooring.core.identifiers import new_policy_id
from mooring.server.licensing.domain.catalog import checked_slug
from mooring.server.licensing.domain.channels import Terms
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.domain.policy import Policy, terms_for
from mooring.server.licensing.use_cases.catalog.find import find_edition, find_product

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.licensing.domain.catalog import Edition
    from mooring.server.licensing.ports.catalog import Catalog, CatalogWriter


class CreatePolicy:
    """Adds a policy that starts from its channel's terms."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def __call__(
        self,
        product: str,
        edition: str,
        *,
        name: str,
        channel: str,
        changes: Mapping[str, int | str | None] | None = None,
        at: datetime,
    ) -> Policy:
        """Return the new policy: the channel's terms with ``changes`` put over them.

        Raises:
            NotThere: There is no such product or edition.
            AlreadyExists: The edition has a policy with this name.
            ValueRefused: The name, the channel or a value cannot be used.
        """
        terms = terms_for(channel, changes or {})
        async with self._catalog.changing() as catalog:
            found = await find_edition(catalog, await find_product(catalog, product), edition)
            return await add_policy(catalog, found, name, terms, at=at)


async def add_policy(
    catalog: CatalogWriter, edition: Edition, name: str, terms: Terms, *, at: datetime
) -> Policy:
    """Add a policy within an open transaction; see :class:`CreatePolicy`."""
    name = checked_slug(name, what="a policy's name")
    if await catalog.policy(edition.id, name) is not None:
        raise AlreadyExists(
            f"{edition.name} already has a policy “{name}”.",
            "Choose another name, or see the policies with: mooring admin policy list PRODUCT EDITION",
        )
    policy = Policy(
        id=new_policy_id(at),
        edition_id=edition.id,
        name=name,
        created_at=at,
        **{field.name: getattr(terms, field.name) for field in fields(Terms)},
    )
    await catalog.add_policy(policy)
    return policy
