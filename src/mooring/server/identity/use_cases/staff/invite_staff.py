"""Invite somebody to work here: a link goes to their mailbox, or is handed over by who invites."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mooring.core.identifiers import new_identifier
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.domain.staff.invitation import LASTS, Invitation, InvitationId, WorksHere
from mooring.server.identity.use_cases.staff.holding import hold_staff
from mooring.server.identity.use_cases.staff.messages import Invited
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.domain.staff.roles import Role
    from mooring.server.identity.ports.staff import StaffRooms
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.recovery.limits import MailLimits
    from mooring.server.identity.use_cases.recovery.messages import Wish

INVITATION_LINK = "/invitation"
"""The page that the link leads to."""


class InviteStaff:
    """Invites people. Another invitation of the same address takes the place of the one before."""

    def __init__(
        self, rooms: StaffRooms, secrets: TokenSecrets, limits: MailLimits, *, site: str, mails: bool
    ) -> None:
        """Lead to a page of ``site``; where it sends no ``mails`` who invites hands the link over."""
        self._rooms = rooms
        self._secrets = secrets
        self._limits = limits
        self._site = site
        self._mails = mails

    async def __call__(self, wish: Wish, role: Role, *, session: Session, at: datetime) -> Invited:
        """Invite the owner of the address in ``wish`` to be ``role``, for who is in ``session``.

        Raises:
            EmailMalformed: The address is none.
            WorksHere: They do already: their role is changed instead.
            NotFresh: Who is signed in must prove again who they are.
            NotPermitted: They may not invite anybody.
            SignInRequired: The session was ended meanwhile.
            RateLimited: There were too many.
        """
        email = parse_email_address(wish.email)
        asked = self._limits.ask(email.key, wish.address, at=at)
        async with asked, self._rooms.changing() as writer:
            await hold_staff(writer, session, at=at)
            known = await writer.account_at(email.key)
            if known is not None and known.staff_role is not None:
                raise WorksHere
            shown = new_token()
            invitation = Invitation(
                id=InvitationId(new_identifier("inv", at)),
                token_hash=self._secrets.hash(shown, TokenKind.STAFF_INVITATION),
                email=email,
                role=role,
                invited_by=session.account_id,
                created_at=at,
                ends_at=at + LASTS,
            )
            await writer.remove_invitations_to(email.key)
            await writer.add_invitation(invitation)
            detail = {"to": role.value, "address": email.masked}
            await writer.note("staff.invited", by=session.account_id, detail=detail, at=at)
            link = f"{self._site}{INVITATION_LINK}?token={quote(shown)}"
            if not self._mails:
                return Invited(invitation, link)
            language = wish.language if known is None else known.language or wish.language
            values = {"role": role.value, "link": link}
            mail = Mail("staff_invited", email.text, language, values, invitation.ends_at)
            await writer.send(mail, at=at)
            return Invited(invitation, None)
