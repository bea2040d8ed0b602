"""What the web needs so that those who work here get in with two factors, and owners decide who they are."""

from dataclasses import dataclass

from mooring.server.identity.use_cases.staff.accept_invitation import AcceptInvitation
from mooring.server.identity.use_cases.staff.change_role import ChangeRole
from mooring.server.identity.use_cases.staff.invite_staff import InviteStaff
from mooring.server.identity.use_cases.staff.list_staff import ListStaff
from mooring.server.identity.use_cases.staff.set_up_second_factor import SetUpSecondFactor
from mooring.server.identity.use_cases.staff.undo_invitation import UndoInvitation


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """Everything that pages can ask about who works here."""

    set_up_second_factor: SetUpSecondFactor
    list_staff: ListStaff
    invite: InviteStaff
    undo_invitation: UndoInvitation
    accept_invitation: AcceptInvitation
    change_role: ChangeRole
