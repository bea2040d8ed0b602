"""Where consents are kept, beside the ledger whose devices go by names that were agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from mooring.core.identifiers import AccountId
    from mooring.server.licensing.ports.ledger import LedgerWriter
    from mooring.server.privacy.domain.consents import Consent


class ConsentReader(Protocol):
    """Reads."""

    async def standing(self, account_id: AccountId) -> Sequence[Consent]:
        """Return the account's consents that were not withdrawn."""
        ...

    async def latest(self, account_id: AccountId, *, limit: int) -> Sequence[Consent]:
        """Return up to ``limit`` of the account's consents, withdrawn or not, the newest first."""
        ...


class ConsentWriter(ConsentReader, Protocol):
    """Changes within one transaction.

    There ``standing`` locks what it returns, before anything of the ledger: what is done by a consent reads
    it first, too, so that nothing is done by it after it was withdrawn.
    """

    @property
    def ledger(self) -> LedgerWriter:
        """The ledger, in this transaction."""
        ...

    async def add(self, consent: Consent) -> None:
        """Keep a new consent, and write down that it was given.

        Raises:
            TransactionConflict: The account has one to the same choice, given at the same moment.
        """
        ...

    async def withdraw(self, consent: Consent) -> None:
        """Keep that a consent was withdrawn, and write that down."""
        ...

    async def rename_grants(self, account_id: AccountId, old: str, new: str) -> None:
        """Show what is signed in to the account as ``old`` as ``new``."""
        ...


class Consents(Protocol):
    """Where they are kept."""

    def reading(self) -> AbstractAsyncContextManager[ConsentReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[ConsentWriter]:
        """Open a transaction: kept, durably, when the block ends without an exception."""
        ...
