"""Find what was sold to an address: the one that an account proved, or that of a mailed link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.new_holders.addressee import may_take
from mooring.server.licensing.domain.new_holders.purchase import is_claimable
from mooring.server.licensing.use_cases.holders.views import held_license
from mooring.server.licensing.use_cases.purchases.messages import FoundByLink, Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.ports.people import People
    from mooring.server.licensing.ports.purchases import PurchaseReader, Purchases


class ListMyPurchases:
    """Lists what waits for the owner of an account, by the address that they proved."""

    def __init__(self, purchases: Purchases, people: People) -> None:
        self._purchases = purchases
        self._people = people

    async def __call__(self, account: AccountRef, *, at: datetime) -> Sequence[Waiting]:
        """Return what can be claimed at ``at``; nothing for an address that nobody proved, whoever typed it.

        What is suspended comes back to the list when it is reinstated.
        """
        person = await self._people.person(account.id)
        if person is None or person.proven is None:
            return []
        async with self._purchases.reading() as reader:
            return await _waiting(reader, person.proven, shows_key=True, claimable_at=at)


class FindPurchasesByLink:
    """Shows what a mailed link leads to, and uses nothing up."""

    def __init__(self, purchases: Purchases, people: People) -> None:
        self._purchases = purchases
        self._people = people

    async def __call__(self, shown: str, account: AccountRef | None, *, at: datetime) -> FoundByLink:
        """Return what waits for the address that the link went to; ``account`` is who is signed in.

        Raises:
            NotFound: The link is worth nothing, or nothing waits there any more.
            MeantForAnother: The address is another account's own.
        """
        async with self._purchases.reading() as reader:
            link = await reader.claim_link(shown)
            if link is None or not link.is_open(at=at):
                raise NotFound
            waiting = await _waiting(reader, link.to, shows_key=account is not None)
        if not waiting:
            raise NotFound
        if account is not None:
            person, owner = await self._people.person(account.id), await self._people.owner_of(link.to)
            if person is None:
                raise NotFound
            may_take(person, link.to, owner=None if owner is None else owner.account, by_link=True)
        return FoundByLink(link.to.text, waiting)


async def _waiting(
    reader: PurchaseReader, address: Addressee, *, shows_key: bool, claimable_at: datetime | None = None
) -> list[Waiting]:
    """Return what waits there; of its keys nothing to whom may be anybody a mail was passed on to."""
    found = []
    for purchase in await reader.purchases_of(address):
        license_ = await reader.ledger.license(purchase.license_id)
        assert license_ is not None  # noqa: S101 (a purchase is of a license, and none is ever removed)
        if claimable_at is not None and not is_claimable(license_, at=claimable_at):
            continue
        held = held_license(license_)
        told = held if shows_key else replace(held, last_five=None)
        found.append(Waiting(told, license_.seats, license_.expires_at))
    return found
