"""Claim what was sold to an address: whoever proves the address becomes holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound, Refusal
from mooring.server.licensing.domain.new_holders.addressee import may_take
from mooring.server.licensing.domain.new_holders.purchase import claimed
from mooring.server.licensing.use_cases.admission.keep_holder import keep_holder
from mooring.server.licensing.use_cases.holders.views import my_license
from mooring.server.licensing.use_cases.purchases.messages import ClaimResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.people import People
    from mooring.server.licensing.ports.purchases import Purchases, PurchaseWriter
    from mooring.server.licensing.use_cases.holders.messages import MyLicense


class ClaimPurchases:
    """Makes an account the holder of what was sold to an address."""

    def __init__(self, purchases: Purchases, people: People) -> None:
        self._purchases = purchases
        self._people = people

    async def by_address(self, license_id: LicenseId, account: AccountRef, *, at: datetime) -> MyLicense:
        """Return the license that was sold to the address that ``account`` proved, held by it.

        Raises:
            NotFound: None such was.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            LinkNotAllowed: The policy keeps the license with the organization.
            AlreadyLinked: Another account holds it.
        """
        person = await self._people.person(account.id)
        if person is None or person.proven is None:
            raise NotFound
        async with self._purchases.changing() as writer:
            await writer.ledger.lock_licenses(license_id)
            license_, purchase = await writer.ledger.license(license_id), await writer.purchase(license_id)
            if license_ is None or purchase is None or purchase.to.key != person.proven.key:
                raise NotFound
            return await _claim(writer, license_, account, at=at)

    async def by_link(self, shown: str, account: AccountRef, *, at: datetime) -> Sequence[ClaimResult]:
        """Return what became of each license that waits for the address that the link went to.

        The link is used up once one of them is the account's.

        Raises:
            NotFound: The link is worth nothing, or nothing waits there any more.
            MeantForAnother: The address is another account's own.
        """
        async with self._purchases.reading() as reader:
            link = await reader.claim_link(shown)
            found = [] if link is None else await reader.purchases_of(link.to)
        person = await self._people.person(account.id)
        if link is None or not link.is_open(at=at) or person is None or not found:
            raise NotFound  # also to who would else learn that the address is somebody's by now
        owner = await self._people.owner_of(link.to)
        may_take(person, link.to, owner=None if owner is None else owner.account, by_link=True)
        async with self._purchases.changing() as writer:
            await writer.ledger.lock_licenses(*(each.license_id for each in found))
            link = await writer.claim_link(shown)  # who comes second waits here, and finds it used
            if link is None or not link.is_open(at=at):
                raise NotFound
            waiting = {each.license_id for each in await writer.purchases_of(link.to)}
            results = [
                await _tried(writer, each.license_id, account, at=at)
                for each in found
                if each.license_id in waiting
            ]
            if any(result.license is not None for result in results):
                await writer.use_claim_link(shown, at=at)
            return results


async def _tried(
    writer: PurchaseWriter, license_id: LicenseId, account: AccountRef, *, at: datetime
) -> ClaimResult:
    license_ = await writer.ledger.license(license_id)
    assert license_ is not None  # noqa: S101 (a purchase is of a license, and none is ever removed)
    name = license_.offer.product_name
    try:
        return ClaimResult(name, await _claim(writer, license_, account, at=at), None)
    except Refusal as refusal:  # before anything was written
        return ClaimResult(name, None, refusal)


async def _claim(
    writer: PurchaseWriter, license_: License, account: AccountRef, *, at: datetime
) -> MyLicense:
    in_use = license_.held > 0 or await writer.ledger.leases_running(license_.id, at=at) > 0
    after = claimed(license_, account, in_use=in_use, at=at)
    await keep_holder(writer.ledger, license_, after, by=account, device_id=None, at=at)
    await writer.forget_purchase(license_.id)
    return await my_license(writer.ledger, after, at=at)
