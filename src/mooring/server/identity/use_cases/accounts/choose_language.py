"""Choose a language: the one in which an account's owner is spoken to, on pages and in mails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.ports.accounts import Accounts


class ChooseLanguage:
    """Keeps the language of accounts. Choosing the same again changes nothing."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, account_id: AccountId, language: str) -> None:
        """Speak ``language``, one that the caller knows, to the account's owner from now on."""
        async with self._accounts.changing() as writer:
            await writer.ways_in(account_id)  # nobody else changes the account until this is done
            account = await writer.account(account_id)
            if account is not None and account.language != language:
                await writer.save_account(replace(account, language=language))
