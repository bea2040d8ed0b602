"""The limits on guessing passwords: by person and place, by person, and by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.tries import Tries, guessing, network_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime


class SignInLimits:
    """Counts wrong passwords. A right one costs nothing: a school may sign in from one address.

    A try is taken before the password is hashed, so that a flood on one account never reaches the hashing. A
    person is limited most strictly together with the place: whoever would lock the owner out by guessing
    needs many networks for it.
    """

    def __init__(self) -> None:
        self._by_person_and_place = Tries(10, 900)
        self._by_place = Tries(100, 900)
        self._by_person = Tries(100, 3600)

    def attempt(self, email_key: str, address: str, *, at: datetime) -> AbstractContextManager[None]:
        """Count the block as one try if it ends with ``CredentialsWrong``.

        Raises:
            RateLimited: There were too many; the block is not entered.
        """
        place = network_of(address)
        return guessing(
            (self._by_person_and_place, f"{email_key} {place}"),
            (self._by_place, place),
            (self._by_person, email_key),
            wrong=CredentialsWrong,
            at=at,
        )
