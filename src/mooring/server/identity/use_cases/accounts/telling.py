"""Telling the owner of an account what was changed in it, by mail, wherever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.ports.accounts import AccountWriter
    from mooring.server.record.outbox.mail import MailKind, Value

ENGLISH = "en"


async def tell_owner(
    writer: AccountWriter, account: Account, kind: MailKind, *, at: datetime, **values: Value
) -> None:
    """Send the owner of ``account`` a mail in their language, if it has an address."""
    if account.email is not None:
        mail = Mail(kind, account.email.text, language=account.language or ENGLISH, values=values)
        await writer.send(mail, at=at)
