"""Issue: one license is made for one buyer, who gets the mail to claim it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import LinkNotAllowed
from mooring.server.licensing.domain.channels import Link
from mooring.server.licensing.domain.policy import DEFAULT_POLICY
from mooring.server.licensing.use_cases.catalog.find import find_edition, find_policy, find_product

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.product_key import ProductKey
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.domain.new_holders.purchase import Purchase
    from mooring.server.licensing.ports.catalog import Catalog
    from mooring.server.licensing.use_cases.keys.mint_keys import MintKeys
    from mooring.server.licensing.use_cases.purchases.sell_license import SellLicense


class Issued(NamedTuple):
    """A new license for a buyer; its key can never be shown again."""

    key: ProductKey
    purchase: Purchase


class IssueLicense:
    """Makes one key and lets its license wait for an address."""

    def __init__(self, catalog: Catalog, mint: MintKeys, sell: SellLicense) -> None:
        self._catalog = catalog
        self._mint = mint
        self._sell = sell

    async def __call__(
        self,
        product: str,
        edition: str,
        to: Addressee,
        *,
        policy: str = DEFAULT_POLICY,
        language: str = "en",
        at: datetime,
    ) -> Issued:
        """Return the new license's key, and its sale.

        Raises:
            NotThere: There is no such product, edition or policy.
            LinkNotAllowed: The policy keeps its licenses with the organization; none is made.
        """
        async with self._catalog.reading() as catalog:
            found = await find_edition(catalog, await find_product(catalog, product), edition)
            terms = await find_policy(catalog, found, policy)
        if terms.link == Link.NO:
            raise LinkNotAllowed
        key, license_, batch = await self._mint.unkept(product, edition, policy=policy, at=at)
        return Issued(key, await self._sell.new(license_, batch, to, language=language, at=at))
