"""Telling of a change to the ways into an account: in the record, and to the person by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.federation.identity import Identity
    from mooring.server.identity.ports.identities import IdentityWriter

_EVENTS = {"identity_added": "identity.added", "identity_removed": "identity.removed"}


async def tell(
    writer: IdentityWriter,
    account: Account,
    what: Literal["identity_added", "identity_removed"],
    label: str,
    identity: Identity,
    *,
    at: datetime,
) -> None:
    """Write down what happened to an identity of ``account``; tell its owner, if they have an address."""
    subjects = {"account": account.id, "identity": identity.id}
    await writer.record(_EVENTS[what], subjects=subjects, at=at, detail={"provider": identity.provider})
    if account.email is not None:
        mail = Mail(what, account.email.text, account.language or "en", {"provider": label})
        await writer.send(mail, at=at)
