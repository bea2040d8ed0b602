"""Every page about proving an address, in one table."""

from collections.abc import Callable

from mooring.server.web.pages.recovery.address.pages import AddressPages
from mooring.server.web.pages.recovery.carrying import Tickets
from mooring.server.web.pages.recovery.reset.pages import ResetPages
from mooring.server.web.pages.recovery.sign_up.pages import ProvenSignUpPages
from mooring.server.web.pages.security.routes import More
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.entering import Entrance
from mooring.server.web.recovery_services import RecoveryServices


def recovery_routes(
    services: RecoveryServices | None,
    tickets: Tickets,
    entrance: Entrance,
    is_ours: Callable[[str], bool],
) -> tuple[PageRoute, ...]:
    """Return the pages for who is not signed in, such as who forgot a password."""
    if services is None:
        return ()
    return (
        *ProvenSignUpPages(services, tickets, entrance, is_ours).routes(),
        *ResetPages(services).routes(),
    )


def address_section(services: RecoveryServices | None, tickets: Tickets) -> tuple[More, ...]:
    """Return the section of the page on security, and its pages; none where no mail reaches anybody."""
    if services is None:
        return ()
    pages = AddressPages(services, tickets)
    return (More(pages.section(), pages.routes()),)
