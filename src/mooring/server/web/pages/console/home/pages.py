"""The first page of the console: who one is here, and what one may do."""

from mooring.server.identity.domain.staff.roles import Permission, role_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.console.words import CONSOLE, permissions_of, role_name
from mooring.server.web.pages.visiting.door import Hidden, PageRoute
from mooring.server.web.pages.visiting.visit import Visit


class HomePage:
    """Welcomes those who work here."""

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page."""
        return (PageRoute("GET", CONSOLE, self.show, staff=Permission.SEE),)

    async def show(self, visit: Visit) -> Answer:
        """Show the page."""
        role = role_of(visit.account.staff_role)
        if role is None:
            raise Hidden
        return visit.page(
            "console/home/home.html",
            role=role_name(visit, role),
            permissions=permissions_of(visit, role),
            decides=role.may(Permission.STAFF),
        )
