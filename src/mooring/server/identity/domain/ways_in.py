"""The ways into an account: a password, passkeys, identities at providers. One is always left."""

from __future__ import annotations

from typing import NamedTuple


class LastWayIn(Exception):
    """What should be removed is the only way into the account: nobody could sign in to it any more."""


class WaysIn(NamedTuple):
    """By what the owner of an account can sign in."""

    password: bool
    passkeys: int
    identities: int

    @property
    def number(self) -> int:
        """How many there are."""
        return self.password + self.passkeys + self.identities

    def check_one_can_go(self) -> None:
        """Return only if another is left when one of them goes.

        Raises:
            LastWayIn: There is no other.
        """
        if self.number <= 1:
            raise LastWayIn
