"""Holding the staff: while one decides who works here nobody else does, and who decides still may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.domain.staff.admission import opens_console
from mooring.server.identity.domain.staff.changes import NotPermitted, check_may, check_owner_left
from mooring.server.identity.domain.staff.roles import Permission, Role, role_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session, SessionId
    from mooring.server.identity.ports.staff import StaffWriter

APPOINTED: Final = "staff.appointed"
CHANGED: Final = "staff.role_changed"
REMOVED: Final = "staff.removed"


async def hold_staff(writer: StaffWriter, session: Session, *, at: datetime) -> Collection[AccountId]:
    """Return all owners, if who is in ``session`` may decide who works here. Nobody else does meanwhile.

    Raises:
        NotFresh: Who is signed in must prove again who they are.
        NotPermitted: Their role does not include this any more, or they showed no second factor.
        SignInRequired: The session was ended meanwhile.
    """
    if not session.is_fresh(at=at):
        raise NotFresh
    if not opens_console(session, at=at):
        raise NotPermitted
    owners = (
        await writer.owners()
    )  # first: of two who would remove each other one waits here, and is no owner then
    account = await writer.account(session.account_id)
    check_may(None if account is None else role_of(account.staff_role), Permission.STAFF)
    if not await writer.has_session(session.id):
        raise SignInRequired
    return owners


async def let_be(
    writer: StaffWriter,
    account: Account,
    to: Role | None,
    *,
    owners: Collection[AccountId],
    by: AccountId | None,
    at: datetime,
) -> None:
    """Let the owner of ``account`` be ``to`` here; none: a customer. ``by`` none: an operator says so.

    Their sessions end at once. What they may not give any more, nobody gets by their invitations.

    Raises:
        LastOwner: Nobody would own the place any more.
    """
    if account.staff_role == to:
        return
    check_owner_left(account.id, to, owners)
    await writer.save_role(account.id, to)
    await end_sessions_for_role(writer, account.id, at=at)
    if to is None or not to.may(Permission.STAFF):
        await writer.remove_invitations_by(account.id)
    if account.email is not None:
        await writer.remove_invitations_to(account.email.key)
    what = APPOINTED if account.staff_role is None else REMOVED if to is None else CHANGED
    roles = {"from": account.staff_role, "to": to}
    detail = {name: str(role) for name, role in roles.items() if role is not None}
    await writer.note(what, by=by, of=account.id, detail=detail, at=at)


async def end_sessions_for_role(
    writer: StaffWriter, account_id: AccountId, *, keep: SessionId | None = None, at: datetime
) -> None:
    """End every session of the account but the one to ``keep``: a role begins and ends with a sign-in."""
    for session in await writer.remove_sessions_of(account_id, keep=keep):
        subjects = {"account": account_id, "session": session.id}
        await writer.record("account.signed_out", subjects=subjects, at=at, detail={"reason": "role_changed"})
