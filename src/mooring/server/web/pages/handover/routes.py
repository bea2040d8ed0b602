"""Every page on which a license changes hands, in one table."""

from mooring.server.web.holder_services import HolderServices
from mooring.server.web.pages.handover.claiming.pages import ClaimingPages
from mooring.server.web.pages.handover.giving.pages import GivingPages
from mooring.server.web.pages.handover.taking.pages import TakingPages
from mooring.server.web.pages.visiting.door import PageRoute


def handover_routes(holders: HolderServices) -> tuple[PageRoute, ...]:
    """Return the pages to offer, to take and to claim a license."""
    services = holders.new_holders
    return (
        *GivingPages(holders).routes(),
        *TakingPages(services).routes(),
        *ClaimingPages(services).routes(),
    )
