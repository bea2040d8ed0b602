"""Read an account: its address, masked and whole, and who vouches for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import SignInRequired

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.ports.accounts import Accounts


class ReadAccount:
    """Reads accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, account_id: AccountId) -> Account:
        """Return the account: ``.email.text``, ``.masked``, ``.provider``, ``.created_at``, ``.verified_at``.

        Raises:
            SignInRequired: There is none with this identifier any more.
        """
        async with self._accounts.reading() as reader:
            account = await reader.account(account_id)
        if account is None:
            raise SignInRequired
        return account
