"""Sell: an operator says to which address a license was sold, and the buyer gets a mail to claim it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.new_holders.purchase import Purchase, check_claimable
from mooring.server.licensing.domain.obstacles import NotThere
from mooring.server.licensing.use_cases.purchases.mailing import mail_claim_link

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.ports.minting import Batch, NewLicense
    from mooring.server.licensing.ports.purchases import Purchases, PurchaseWriter


class SellLicense:
    """Lets a license wait for an address, and mails there; again sends another mail."""

    def __init__(self, purchases: Purchases, site: str) -> None:
        """Lead to pages of ``site``, the server's address without a slash at its end."""
        self._purchases = purchases
        self._site = site

    async def __call__(
        self, license_id: LicenseId, to: Addressee | None, *, language: str = "en", at: datetime
    ) -> Purchase:
        """Return the sale to ``to``; without an address, the one that is kept, mailed again.

        Raises:
            NotFound: There is no such license.
            NotThere: No address is given, and none is kept: the license was claimed, or never sold to one.
            LinkNotAllowed: The policy keeps the license with the organization.
            AlreadyLinked: An account holds it already, and for good.
            LicenseSuspended, LicenseRevoked, LicenseExpired: It cannot be used.
        """
        async with self._purchases.changing() as writer:
            return await self._sell(writer, license_id, to, language=language, at=at)

    async def new(
        self, license_: NewLicense, batch: Batch, to: Addressee, *, language: str = "en", at: datetime
    ) -> Purchase:
        """Return the sale to ``to`` of a license that is made with it: both are kept, or neither."""
        async with self._purchases.changing() as writer:
            await writer.add_license(license_, batch)
            return await self._sell(writer, license_.id, to, language=language, at=at)

    async def _sell(
        self,
        writer: PurchaseWriter,
        license_id: LicenseId,
        to: Addressee | None,
        *,
        language: str,
        at: datetime,
    ) -> Purchase:
        await writer.ledger.lock_licenses(license_id)
        license_ = await writer.ledger.license(license_id)
        if license_ is None:
            raise NotFound
        check_claimable(license_, at=at)
        purchase = await _sold(writer, license_, to, language=language, at=at)
        product = license_.offer.product_name
        await mail_claim_link(
            writer, purchase.to, product, language=purchase.language, site=self._site, at=at
        )
        await writer.record_sale(license_id, detail={"to": purchase.to.masked}, at=at)
        return purchase


async def _sold(
    writer: PurchaseWriter, license_: License, to: Addressee | None, *, language: str, at: datetime
) -> Purchase:
    if to is not None:
        purchase = Purchase(license_id=license_.id, to=to, language=language, sold_at=at)
        await writer.keep_purchase(purchase)
        return purchase
    kept = await writer.purchase(license_.id)
    if kept is None:
        raise NotThere(f"No address waits for {license_.id}.", "Name it: --for EMAIL")
    return kept
