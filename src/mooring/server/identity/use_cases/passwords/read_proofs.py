"""Read proofs: by what the owner of an account can prove who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.credentials.passkey import Passkey
    from mooring.server.identity.ports.credentials import Credentials


class Proofs(NamedTuple):
    """By what the owner of an account can prove who they are, beside identities at providers."""

    password_changed_at: datetime | None
    """None: there is no password."""
    passkeys: Sequence[Passkey]
    authenticator_since: datetime | None
    """None: signing in with the password asks for no code."""
    recovery_codes_left: int

    @property
    def has_password(self) -> bool:
        """Whether there is a password."""
        return self.password_changed_at is not None

    @property
    def second_factor(self) -> bool:
        """Whether signing in with the password asks for a code."""
        return self.authenticator_since is not None


class ReadProofs:
    """Reads them."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, account_id: AccountId) -> Proofs:
        """Return by what the account's owner can prove who they are."""
        async with self._credentials.reading() as reader:
            password = await reader.password_of(account_id)
            passkeys = await reader.passkeys_of(account_id)
            authenticator = await reader.authenticator(account_id)
            left = await reader.recovery_codes_left(account_id)
        return Proofs(
            None if password is None else password.changed_at,
            passkeys,
            None if authenticator is None else authenticator.confirmed_at,
            left,
        )
