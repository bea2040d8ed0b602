"""Renaming what is signed in to an account, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.storage.tables import grants

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.database.port import Transaction

_RENAME = Statement(
    update(grants)
    .where(grants.c.account_id == bindparam("of_account"), grants.c.device_name == bindparam("old"))
    .values(device_name=bindparam("new"))
)


async def rename_grants(transaction: Transaction, account_id: AccountId, old: str, new: str) -> None:
    """Show devices that signed in to the account as ``old``, also such that are signed out, as ``new``."""
    await transaction.execute(_RENAME, of_account=account_id, old=old, new=new)
