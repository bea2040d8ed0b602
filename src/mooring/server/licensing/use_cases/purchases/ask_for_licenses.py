"""Ask for what was sold to an address: a mail goes there if anything was, and nobody learns whether."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import counted
from mooring.server.foundation.budgets.places import network_of, site_of
from mooring.server.licensing.domain.new_holders.addressee import new_link
from mooring.server.licensing.domain.new_holders.purchase import ClaimLink
from mooring.server.licensing.use_cases.purchases.mailing import MOST_NAMES, distinct, mail_claim_link

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.budgets.port import Budgets
    from mooring.server.licensing.ports.purchases import Purchases
    from mooring.server.licensing.use_cases.purchases.messages import Wish

BY_ADDRESS_AND_PLACE: Final = Budget("claims-to-address-from-place", 5, 1800)
BY_ADDRESS: Final = Budget("claims-to-address", 20, 3600)
BY_PLACE: Final = Budget("claims-from-place", 200, 3600)
BY_SITE: Final = Budget("claims-from-site", 800, 3600)


class AskForLicenses:
    """Sends the link to what waits for an address, at most so often."""

    def __init__(self, purchases: Purchases, budgets: Budgets, site: str) -> None:
        """Lead to pages of ``site``, the server's address without a slash at its end."""
        self._purchases = purchases
        self._budgets = budgets
        self._site = site

    async def __call__(self, wish: Wish, *, at: datetime) -> None:
        """Send a mail to the address as it was kept, if anything waits for it.

        Raises:
            BudgetSpent: There were too many.
            DatabaseUnavailable: Nobody knows how many there were.
        """
        network, site = network_of(wish.place), site_of(wish.place)
        asked = counted(
            self._budgets,
            Try(BY_ADDRESS_AND_PLACE, f"{wish.to.key} {network}"),
            Try(BY_ADDRESS, wish.to.key),
            Try(BY_PLACE, network),
            Try(BY_SITE, site),
            at=at,
        )
        async with asked, self._purchases.changing() as writer:
            # No more than the mail names: else the time would tell who bought much.
            waiting = await writer.purchases_of(wish.to, most=MOST_NAMES)
            if waiting:
                licenses = [await writer.ledger.license(each.license_id) for each in waiting]
                names = distinct([each.offer.product_name for each in licenses if each is not None])
                # To the address as it was kept: two mailboxes may be found by one typed address.
                to, language = waiting[0].to, waiting[0].language
                await mail_claim_link(writer, to, names, language=language, site=self._site, at=at)
                return
            # The same work as for a buyer, so that the time it takes tells nothing: a link that is no good,
            # and one in the place of the mail.
            for _ in range(2):
                decoy = ClaimLink(to=wish.to, created_at=at, ends_at=at, used_at=at)
                await writer.add_claim_link(decoy, shown=new_link())
