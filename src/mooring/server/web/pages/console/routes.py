"""Every page for those who work here, in one table."""

from mooring.server.web.pages.console.home.pages import HomePage
from mooring.server.web.pages.console.invitation.pages import InvitationPages
from mooring.server.web.pages.console.second_factor.pages import StaffSecondStep
from mooring.server.web.pages.console.staff.inviting import InvitingPages
from mooring.server.web.pages.console.staff.pages import StaffPage
from mooring.server.web.pages.console.staff.roles import RolePages
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.staff_services import StaffServices


def console_routes(
    services: StaffServices | None, second_step: StaffSecondStep | None
) -> tuple[PageRoute, ...]:
    """Return the console, the page that leads into it, and the second step before it; none without staff."""
    if services is None or second_step is None:
        return ()
    return (
        *second_step.routes(),
        *HomePage().routes(),
        *StaffPage(services).routes(),
        *InvitingPages(services).routes(),
        *RolePages(services).routes(),
        *InvitationPages(services).routes(),
    )
