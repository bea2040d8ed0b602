"""Who works here, in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import String, bindparam, delete, func, insert, select, update

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.email_address import EmailAddress
from mooring.server.identity.domain.staff.invitation import Invitation, InvitationId
from mooring.server.identity.domain.staff.roles import Role
from mooring.server.identity.ports.accounts import NO_DETAIL
from mooring.server.identity.ports.staff import Act, Known
from mooring.server.identity.storage.accounts.shown import ACCOUNT_COLUMNS, account_of, with_shown_identity
from mooring.server.identity.storage.credentials import StoredCredentialReader, StoredCredentialWriter
from mooring.server.identity.storage.tables import (
    accounts,
    authenticators,
    passkeys,
    sessions,
    staff_invitations,
)
from mooring.server.record.recorder import Actor, Event, Recorder
from mooring.server.record.tables import OF_STAFF, events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from datetime import datetime

    from mooring.server.foundation.database.port import Database, Row, Session, Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.identity.domain.account import Account
    from mooring.server.record.outbox.writing import Outbox

_shown = select(*ACCOUNT_COLUMNS).select_from(with_shown_identity(accounts))
_known = _shown.add_columns(
    select(func.count())
    .select_from(authenticators)
    .where(authenticators.c.account_id == accounts.c.id, authenticators.c.confirmed_at.is_not(None))
    .scalar_subquery()
    .label("authenticators_on"),
    select(func.count())
    .select_from(passkeys)
    .where(passkeys.c.account_id == accounts.c.id)
    .scalar_subquery()
    .label("passkeys"),
    select(func.max(sessions.c.last_seen_at))
    .where(sessions.c.account_id == accounts.c.id)
    .scalar_subquery()
    .label("last_seen_at"),
)
_ACCOUNT_AT = Statement(_shown.where(accounts.c.email_key == bindparam("wanted")))
_STAFF = Statement(_known.where(accounts.c.staff_role.is_not(None)).order_by(accounts.c.id))
_ACCOUNTS_AFTER = Statement(
    _known.where(accounts.c.id > bindparam("after")).order_by(accounts.c.id).limit(bindparam("most"))
)
_OWNERS = Statement(  # in one order at every server, so that of two who would demote each other one waits
    select(accounts.c.id)
    .where(accounts.c.staff_role == Role.OWNER.value)
    .order_by(accounts.c.id)
    .with_for_update(key_share=True)
)
_SAVE_ROLE = Statement(
    update(accounts)
    .where(accounts.c.id == bindparam("of_account"))
    .values(staff_role=bindparam("new_role", type_=String(16)))
)
_found = select(staff_invitations).where(staff_invitations.c.token_hash == bindparam("wanted"))
_INVITATION = Statement(_found)
_LOCK_INVITATION = Statement(_found.with_for_update())
_INVITATIONS = Statement(select(staff_invitations).order_by(staff_invitations.c.id.desc()))
_ADD_INVITATION = Statement(insert(staff_invitations))
_REMOVE_INVITATION = Statement(
    delete(staff_invitations)
    .where(staff_invitations.c.id == bindparam("wanted"))
    .returning(staff_invitations)
)
_REMOVE_INVITATIONS_TO = Statement(
    delete(staff_invitations)
    .where(staff_invitations.c.email_key == bindparam("wanted"))
    .returning(staff_invitations)
)
_REMOVE_INVITATIONS_BY = Statement(
    delete(staff_invitations)
    .where(staff_invitations.c.invited_by == bindparam("wanted"))
    .returning(staff_invitations)
)
_FORGET = Statement(
    delete(staff_invitations).where(
        staff_invitations.c.id.in_(
            select(staff_invitations.c.id)
            .where(staff_invitations.c.ends_at <= bindparam("ended_before"))
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
)
_who, _whom = accounts.alias("who"), accounts.alias("whom")
_ACTS = Statement(
    select(
        events.c.id,
        events.c.at,
        events.c.kind,
        events.c.actor_kind,
        events.c.detail,
        func.coalesce(_who.c.email, _who.c.name).label("by"),
        func.coalesce(_whom.c.email, _whom.c.name).label("of"),
    )
    .select_from(
        events.outerjoin(_who, _who.c.id == events.c.actor_id).outerjoin(
            _whom, _whom.c.id == events.c.account_id
        )
    )
    .where(OF_STAFF)
    .order_by(events.c.id.desc())
    .limit(bindparam("most"))
)


class StoredStaff:
    """Implements :class:`~mooring.server.identity.ports.staff.StaffRooms`."""

    def __init__(self, database: Database, secrets: Secrets, outbox: Outbox) -> None:
        self._database = database
        self._secrets = secrets
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredStaffReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredStaffReader(session, self._secrets)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredStaffWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredStaffWriter(transaction, self._secrets, self._outbox)


class StoredStaffReader(StoredCredentialReader):
    """Reads who works here, and credentials with them."""

    _invitation = _INVITATION

    def __init__(self, session: Session, secrets: Secrets) -> None:
        super().__init__(session, secrets)

    async def account_at(self, email_key: str) -> Account | None:
        """Return the account whose address has this key, however its owner signs in."""
        row = await self._session.fetch_one(_ACCOUNT_AT, wanted=email_key)
        return None if row is None else account_of(row)

    async def staff(self) -> Sequence[Known]:
        """Return who works here, who has an account for longest first."""
        return [_known_of(row) for row in await self._session.fetch(_STAFF)]

    async def accounts_after(self, account_id: AccountId | None, *, limit: int) -> Sequence[Known]:
        """Return up to ``limit`` accounts that were made after this one, the first first."""
        rows = await self._session.fetch(_ACCOUNTS_AFTER, after=account_id or "", most=limit)
        return [_known_of(row) for row in rows]

    async def invitations(self) -> Sequence[Invitation]:
        """Return the invitations that were not accepted or undone; see the port."""
        return [_invitation_of(row) for row in await self._session.fetch(_INVITATIONS)]

    async def invitation(self, token_hash: bytes) -> Invitation | None:
        """Return the invitation with this token, whether it has ended or not."""
        row = await self._session.fetch_one(self._invitation, wanted=token_hash)
        return None if row is None else _invitation_of(row)

    async def acts(self, *, limit: int) -> Sequence[Act]:
        """Return up to ``limit`` acts, the latest first."""
        return [
            Act(row.id, row.at, row.kind, row.by, row.actor_kind == "operator", row.of, row.detail)
            for row in await self._session.fetch(_ACTS, most=limit)
        ]


class StoredStaffWriter(StoredStaffReader, StoredCredentialWriter):
    """Changes who works here within one transaction."""

    _invitation = _LOCK_INVITATION

    def __init__(self, transaction: Transaction, secrets: Secrets, outbox: Outbox) -> None:
        StoredCredentialWriter.__init__(self, transaction, secrets, outbox)

    async def owners(self) -> Collection[AccountId]:
        """Return all owners, locked; see the port."""
        return [AccountId(row.id) for row in await self._transaction.fetch(_OWNERS)]

    async def save_role(self, account_id: AccountId, role: Role | None) -> None:
        """Keep what the account's owner is here; none: a customer."""
        await self._transaction.execute(
            _SAVE_ROLE, of_account=account_id, new_role=None if role is None else role.value
        )

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep a new invitation."""
        await self._transaction.execute(
            _ADD_INVITATION,
            id=invitation.id,
            token_hash=invitation.token_hash,
            email=invitation.email.text,
            email_key=invitation.email.key,
            role=str(invitation.role),
            invited_by=invitation.invited_by,
            created_at=invitation.created_at,
            ends_at=invitation.ends_at,
        )

    async def remove_invitation(self, invitation_id: InvitationId) -> Invitation | None:
        """Remove an invitation and return it, if there is one."""
        row = await self._transaction.fetch_one(_REMOVE_INVITATION, wanted=invitation_id)
        return None if row is None else _invitation_of(row)

    async def remove_invitations_to(self, email_key: str) -> Sequence[Invitation]:
        """Remove the invitations of this address, and return them."""
        rows = await self._transaction.fetch(_REMOVE_INVITATIONS_TO, wanted=email_key)
        return [_invitation_of(row) for row in rows]

    async def remove_invitations_by(self, account_id: AccountId) -> Sequence[Invitation]:
        """Remove the invitations that this account made, and return them."""
        rows = await self._transaction.fetch(_REMOVE_INVITATIONS_BY, wanted=account_id)
        return [_invitation_of(row) for row in rows]

    async def forget_invitations(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` invitations that have ended; return how many there were."""
        return await self._transaction.execute(_FORGET, ended_before=at, most=most)

    async def note(
        self,
        what: str,
        *,
        by: AccountId | None,
        of: AccountId | None = None,
        detail: Mapping[str, object] = NO_DETAIL,
        at: datetime,
    ) -> None:
        """Write down what one of the staff or an operator did; see the port."""
        actor = Actor("operator") if by is None else Actor("staff", by)
        subjects = {} if of is None else {"account": of}
        event = Event(kind=what, at=at, actor=actor, subjects=subjects, detail=detail)
        await Recorder().append(self._transaction, event)


def _known_of(row: Row) -> Known:
    return Known(account_of(row), bool(row.authenticators_on), row.passkeys, row.last_seen_at)


def _invitation_of(row: Row) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        token_hash=row.token_hash,
        email=EmailAddress(row.email, row.email_key),
        role=row.role,
        invited_by=AccountId(row.invited_by),
        created_at=row.created_at,
        ends_at=row.ends_at,
    )
