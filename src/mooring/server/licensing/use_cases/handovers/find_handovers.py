"""Find offers: all that concern an account, or the one that a mailed link leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.new_holders.addressee import may_take
from mooring.server.licensing.use_cases.handovers.views import my_handover
from mooring.server.licensing.use_cases.holders.messages import FIRST_PAGE, MOST_ITEMS, Page

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.handovers import Handovers
    from mooring.server.licensing.ports.people import People
    from mooring.server.licensing.use_cases.handovers.messages import MyHandover, Role
    from mooring.server.licensing.use_cases.holders.messages import PageWish


class ListMyHandovers:
    """Lists the open offers that an account made, and those made to the address that it proved."""

    def __init__(self, handovers: Handovers, people: People) -> None:
        self._handovers = handovers
        self._people = people

    async def __call__(
        self, account: AccountRef, wish: PageWish = FIRST_PAGE, *, at: datetime
    ) -> Page[MyHandover]:
        """Return a page of offers that can be accepted still, the earliest first."""
        limit = min(wish.limit, MOST_ITEMS)
        person = await self._people.person(account.id)
        address = None if person is None else person.proven
        async with self._handovers.reading() as reader:
            found = await reader.open_handovers(account.id, address, after=wish.after, limit=limit + 1, at=at)
            items = []
            for handover in found[:limit]:
                license_ = await reader.ledger.license(handover.license_id)
                if license_ is not None and handover.stands(license_, at=at):
                    role: Role = "giver" if handover.giver == account.id else "receiver"
                    items.append(await my_handover(reader.ledger, handover, license_, role, at=at))
        return Page(items, found[limit - 1].id if len(found) > limit else None)


class FoundByLink(NamedTuple):
    """What a mailed link leads to."""

    handover: MyHandover
    is_own: bool
    """Is it the giver who looks?"""


class FindHandoverByLink:
    """Shows what a mailed link leads to, and uses nothing up."""

    def __init__(self, handovers: Handovers, people: People) -> None:
        self._handovers = handovers
        self._people = people

    async def __call__(self, shown: str, account: AccountRef | None, *, at: datetime) -> FoundByLink:
        """Return the offer, as its receiver sees it; ``account`` is who is signed in.

        Raises:
            NotFound: The link leads to none that can be accepted.
            MeantForAnother: It does, but for another account than this.
        """
        async with self._handovers.reading() as reader:
            handover = await reader.handover_by_link(shown)
            license_ = None if handover is None else await reader.ledger.license(handover.license_id)
            if handover is None or license_ is None or not handover.stands(license_, at=at):
                raise NotFound
            told = await my_handover(reader.ledger, handover, license_, "receiver", at=at)
        is_own = account is not None and account.id == handover.giver
        if account is not None and not is_own:
            person = await self._people.person(account.id)
            owner = await self._people.owner_of(handover.to)
            if person is None:
                raise NotFound
            may_take(person, handover.to, owner=None if owner is None else owner.account, by_link=True)
        return FoundByLink(told, is_own)
