"""The page of the staff: who works here, who is invited to, and what became of that lately."""

from typing import Final

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.staff.roles import Permission
from mooring.server.identity.ports.staff import Act, Known
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.console.words import CONSOLE, role_name
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.staff_services import StaffServices

STAFF: Final = f"{CONSOLE}/staff"
DONE: Final = {
    "invited": mark("The invitation is on its way by mail. It can be accepted for seven days."),
    "undone": mark("The invitation is taken back. Its link is worth nothing any more."),
    "changed": mark("The role is changed. They are signed out everywhere, and have it when they sign in."),
    "removed": mark("They do not work here any more, and are signed out everywhere. Their account stays."),
}
OPERATOR: Final = mark("The operator of this server")
GONE: Final = mark("An account that is gone")
ACTS: Final = {
    "staff.appointed": mark("{by} gave {of} the role {to}."),
    "staff.role_changed": mark("{by} changed the role of {of} from {before} to {to}."),
    "staff.removed": mark("{by} took the role {before} away from {of}."),
    "staff.invited": mark("{by} invited {address}, in the role {to}."),
    "staff.invitation_undone": mark("{by} took back the invitation of {address}."),
    "staff.joined": mark("{of} accepted an invitation, in the role {to}."),
    "staff.second_factor_off": mark("{by} turned off the second factor of {of}."),
}


class StaffPage:
    """Shows owners who works here."""

    def __init__(self, services: StaffServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page."""
        return (PageRoute("GET", STAFF, self.show, staff=Permission.STAFF),)

    async def show(self, visit: Visit) -> Answer:
        """Show the page."""
        team = await self._services.list_staff(at=visit.at)
        done = DONE.get(visit.query.get("done", ""))
        return visit.page(
            "console/staff/staff.html",
            members=[_member(visit, each) for each in team.members],
            invitations=[
                {
                    "id": each.id,
                    "email": each.email.text,
                    "role": role_name(visit, each.role),
                    "ends_at": each.ends_at,
                }
                for each in team.invitations
            ],
            acts=[(each.at, _said(visit, each)) for each in team.acts],
            done=visit.say(done) if done else "",
        )


def _member(visit: Visit, known: Known) -> dict[str, object]:
    return {
        "id": known.account.id,
        "called": called(known),
        "role": role_name(visit, known.account.staff_role),
        "is_me": known.account.id == visit.account.id,
        "protected": known.authenticator or known.passkeys > 0,
        "last_seen_at": known.last_seen_at,
    }


def called(known: Known) -> str:
    """Return what somebody who works here is called in lists: by their address, whoever vouches for them."""
    account = known.account
    return account.email.text if account.email is not None else account.shown or account.id


def _said(visit: Visit, act: Act) -> str:
    gone = visit.say(GONE)
    values = {
        "by": visit.say(OPERATOR) if act.by_operator else act.by or gone,
        "of": act.of or gone,
        "address": act.detail.get("address", gone),
        "before": role_name(visit, _text(act, "from")),
        "to": role_name(visit, _text(act, "to")),
    }
    return visit.say(ACTS[act.kind], **values) if act.kind in ACTS else act.kind


def _text(act: Act, name: str) -> str:
    return str(act.detail.get(name, ""))
