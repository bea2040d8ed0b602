"""Inviting somebody to work here, and taking that back."""

from typing import Final

from mooring.core.refusals import NotFound, RateLimited
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.email_address import EmailMalformed
from mooring.server.identity.domain.staff.invitation import InvitationId, WorksHere
from mooring.server.identity.domain.staff.roles import Permission, Role, RoleUnknown, parse_role
from mooring.server.identity.use_cases.recovery.messages import Wish
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.console.staff.choosing import choices, deciding
from mooring.server.web.pages.console.staff.pages import STAFF
from mooring.server.web.pages.console.words import role_name
from mooring.server.web.pages.recovery.carrying import NO_ADDRESS
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.staff_services import StaffServices

INVITE: Final = f"{STAFF}/invite"
INVITATION: Final = f"{STAFF}/invitation"
WORKS_HERE: Final = mark("They work here already. Change their role instead.")
NO_ROLE: Final = mark("Choose a role.")


class InvitingPages:
    """Invites people, for owners who proved just now who they are."""

    def __init__(self, services: StaffServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        staff = Permission.STAFF
        return (
            PageRoute("GET", INVITE, self.ask, staff=staff, fresh=True),
            PageRoute("POST", INVITE, self.invite, staff=staff, fresh=True),
            PageRoute("GET", INVITATION, self.ask_undo, staff=staff, fresh=True),
            PageRoute("POST", INVITATION, self.undo, staff=staff, fresh=True),
        )

    async def ask(self, visit: Visit) -> Answer:
        """Show the form."""
        return _form(visit)

    async def invite(self, visit: Visit) -> Answer:
        """Send the invitation, or show its link this once."""
        wish = Wish(email=visit.form.get("email", ""), address=visit.address, language=visit.language)
        try:
            role = parse_role(visit.form.get("role", ""))
            with deciding():
                invited = await self._services.invite(wish, role, session=visit.own_session, at=visit.at)
        except RoleUnknown:
            return _form(visit, role_wrong=visit.say(NO_ROLE), status=422)
        except EmailMalformed:
            return _form(visit, email_wrong=visit.say(NO_ADDRESS), status=422)
        except WorksHere:
            return _form(visit, email_wrong=visit.say(WORKS_HERE), status=409)
        except RateLimited as refusal:
            return _form(visit, wrong=try_later(visit, refusal), status=status_of(refusal))
        if invited.link is None:
            return visit.go_to(f"{STAFF}?done=invited")
        return visit.page("console/staff/invited.html", invitation=invited.invitation, shown=invited.link)

    async def ask_undo(self, visit: Visit) -> Answer:
        """Ask whether an invitation shall be taken back."""
        team = await self._services.list_staff(at=visit.at)
        wanted = visit.query.get("id", "")
        invitation = next((each for each in team.invitations if each.id == wanted), None)
        if invitation is None:
            raise NotFound
        return visit.page(
            "console/staff/confirm.html",
            title=visit.say("Take the invitation back?"),
            text=visit.say(
                "{email} was invited in the role {role}. The link is then worth nothing any more.",
                email=invitation.email.text,
                role=role_name(visit, invitation.role),
            ),
            action=INVITATION,
            hidden={"id": invitation.id},
            yes=visit.say("Take it back"),
            wrong="",
        )

    async def undo(self, visit: Visit) -> Answer:
        """Take an invitation back."""
        invitation_id = InvitationId(visit.form.get("id", ""))
        with deciding():
            await self._services.undo_invitation(invitation_id, session=visit.own_session, at=visit.at)
        return visit.go_to(f"{STAFF}?done=undone")


def _form(
    visit: Visit, *, wrong: str = "", email_wrong: str = "", role_wrong: str = "", status: int = 200
) -> Answer:
    return visit.page(
        "console/staff/invite.html",
        status=status,
        email=visit.form.get("email", ""),
        roles=choices(visit),
        chosen=visit.form.get("role", Role.SUPPORT),
        wrong=wrong,
        email_wrong=email_wrong,
        role_wrong=role_wrong,
    )
