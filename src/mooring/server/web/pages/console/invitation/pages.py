"""The page that an invitation leads to: a button, for the owner of the address that was invited."""

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.staff.invitation import (
    AddressUnproven,
    InvitationForAnother,
    InvitationOver,
)
from mooring.server.identity.use_cases.staff.invite_staff import INVITATION_LINK
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.console.words import CONSOLE, permissions_of, role_name
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.staff_services import StaffServices

FOR_ANOTHER = mark(
    "It is for the owner of {address}, and you are signed in as somebody else. Sign out, sign in with the "
    "account of that address, and open the link again. Or let this account go by that address."
)
UNPROVEN = mark(
    "It is for the owner of this address, and you have not shown yet that you are. Confirm the address on "
    "the page “Security and sign-in”, and open the link again."
)


class InvitationPages:
    """Lets people in who were invited."""

    def __init__(self, services: StaffServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page and its form."""
        return (
            PageRoute("GET", INVITATION_LINK, self.show, signed_in=True),
            PageRoute("POST", INVITATION_LINK, self.accept, signed_in=True),
        )

    async def show(self, visit: Visit) -> Answer:
        """Show what the link does; a program that opens it does nothing."""
        token = visit.query.get("token", "")
        try:
            invitation = await self._services.accept_invitation.look(token, visit.account, at=visit.at)
        except (InvitationOver, InvitationForAnother, AddressUnproven) as obstacle:
            return _not_accepted(visit, obstacle)
        return visit.page(
            "console/invitation/invitation.html",
            token=token,
            role=role_name(visit, invitation.role),
            may=[said for said, may in permissions_of(visit, invitation.gives) if may],
        )

    async def accept(self, visit: Visit) -> Answer:
        """Let who pressed the button work here."""
        token = visit.form.get("token", "")
        try:
            await self._services.accept_invitation(token, session=visit.own_session, at=visit.at)
        except (InvitationOver, InvitationForAnother, AddressUnproven) as obstacle:
            return _not_accepted(visit, obstacle)
        return visit.go_to(CONSOLE)


def _not_accepted(visit: Visit, obstacle: InvitationOver | InvitationForAnother | AddressUnproven) -> Answer:
    if isinstance(obstacle, InvitationOver):
        return visit.page("console/invitation/over.html", status=410)
    if isinstance(obstacle, InvitationForAnother):
        why = visit.say(FOR_ANOTHER, address=obstacle.masked)
    else:
        why = visit.say(UNPROVEN)
    return visit.page("console/invitation/not_yet.html", status=403, why=why, security=SECURITY)
