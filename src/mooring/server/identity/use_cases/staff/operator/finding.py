"""Finding the account that an operator names, by its address or its identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import AccountId, is_identifier
from mooring.server.identity.domain.email_address import parse_email_address

if TYPE_CHECKING:
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.ports.staff import StaffWriter


class AccountUnknown(Exception):
    """There is no such account."""


async def held_account(writer: StaffWriter, named: str) -> Account:
    """Return the account, which nobody else changes until the block ends.

    Raises:
        AccountUnknown: There is none.
        EmailMalformed: The text is neither an address nor an identifier.
    """
    if is_identifier(named, "acc"):
        account_id = AccountId(named)
    else:
        found = await writer.account_at(parse_email_address(named).key)
        if found is None:
            raise AccountUnknown
        account_id = found.id
    await writer.ways_in(account_id)
    account = await writer.account(account_id)
    if account is None:
        raise AccountUnknown
    return account
