"""Changing the role of somebody who works here, and taking it away."""

from typing import Final

from mooring.core.identifiers import AccountId
from mooring.core.refusals import NotFound
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.staff.changes import LastOwner, NotStaff
from mooring.server.identity.domain.staff.roles import Permission, RoleUnknown, parse_role
from mooring.server.identity.ports.staff import Known
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.console.staff.choosing import choices, deciding
from mooring.server.web.pages.console.staff.inviting import NO_ROLE
from mooring.server.web.pages.console.staff.pages import STAFF, called
from mooring.server.web.pages.console.words import role_name
from mooring.server.web.pages.visiting.door import SIGN_IN, PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.staff_services import StaffServices

ROLE: Final = f"{STAFF}/role"
REMOVE: Final = f"{STAFF}/remove"
LAST: Final = mark("This is the last owner. Make somebody else an owner first.")


class RolePages:
    """Changes roles, for owners who proved just now who they are."""

    def __init__(self, services: StaffServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        staff = Permission.STAFF
        return (
            PageRoute("GET", ROLE, self.ask_role, staff=staff, fresh=True),
            PageRoute("POST", ROLE, self.change, staff=staff, fresh=True),
            PageRoute("GET", REMOVE, self.ask_remove, staff=staff, fresh=True),
            PageRoute("POST", REMOVE, self.remove, staff=staff, fresh=True),
        )

    async def ask_role(self, visit: Visit) -> Answer:
        """Show the roles that somebody could have."""
        return await self._role_form(visit, visit.query.get("account", ""))

    async def change(self, visit: Visit) -> Answer:
        """Give somebody another role."""
        account_id = AccountId(visit.form.get("account", ""))
        try:
            to = parse_role(visit.form.get("role", ""))
            with deciding():
                await self._services.change_role(account_id, to, session=visit.own_session, at=visit.at)
        except RoleUnknown:
            return await self._role_form(visit, account_id, visit.say(NO_ROLE), status=422)
        except LastOwner:
            return await self._role_form(visit, account_id, visit.say(LAST), status=409)
        except NotStaff:
            raise NotFound from None
        return self._changed(visit, account_id, "changed")

    async def ask_remove(self, visit: Visit) -> Answer:
        """Ask whether somebody shall not work here any more."""
        return await self._remove_form(visit, visit.query.get("account", ""))

    async def remove(self, visit: Visit) -> Answer:
        """Let somebody be a customer."""
        account_id = AccountId(visit.form.get("account", ""))
        try:
            with deciding():
                await self._services.change_role.remove(account_id, session=visit.own_session, at=visit.at)
        except LastOwner:
            return await self._remove_form(visit, account_id, visit.say(LAST), status=409)
        except NotStaff:
            raise NotFound from None
        return self._changed(visit, account_id, "removed")

    def _changed(self, visit: Visit, account_id: AccountId, done: str) -> Answer:
        if account_id != visit.account.id:
            return visit.go_to(f"{STAFF}?done={done}")
        visit.headers.append(visit.cookies.drop_session())  # it ended with all of theirs
        return visit.go_to(SIGN_IN)

    async def _known(self, visit: Visit, account_id: str) -> Known:
        team = await self._services.list_staff(at=visit.at)
        known = next((each for each in team.members if each.account.id == account_id), None)
        if known is None:
            raise NotFound
        return known

    async def _role_form(
        self, visit: Visit, account_id: str, wrong: str = "", *, status: int = 200
    ) -> Answer:
        known = await self._known(visit, account_id)
        return visit.page(
            "console/staff/role.html",
            status=status,
            account=known.account.id,
            called=called(known),
            is_me=known.account.id == visit.account.id,
            roles=choices(visit),
            chosen=known.account.staff_role,
            wrong=wrong,
        )

    async def _remove_form(
        self, visit: Visit, account_id: str, wrong: str = "", *, status: int = 200
    ) -> Answer:
        known = await self._known(visit, account_id)
        return visit.page(
            "console/staff/confirm.html",
            status=status,
            title=visit.say("Remove them from the staff?"),
            text=visit.say(
                "{who} has the role {role}. They are signed out everywhere at once, and the invitations that "
                "they made are worth nothing. Their account stays, as a customer's.",
                who=called(known),
                role=role_name(visit, known.account.staff_role),
            ),
            action=REMOVE,
            hidden={"account": known.account.id},
            yes=visit.say("Remove them"),
            wrong=wrong,
        )
