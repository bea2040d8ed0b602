"""Who is behind an account or an address: identity knows, and licensing asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.licensing.domain.new_holders.addressee import Addressee, Person


class People(Protocol):
    """Looks people up."""

    async def person(self, account_id: AccountId) -> Person | None:
        """Return who has this account."""
        ...

    async def owner_of(self, to: Addressee) -> Person | None:
        """Return who proved to read this mailbox; an address that nobody proved is nobody's."""
        ...
