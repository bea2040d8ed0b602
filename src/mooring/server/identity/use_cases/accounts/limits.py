"""The limits on guessing passwords: by person and place, by person, and by place."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from mooring.core.refusals import RateLimited
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.tries import Tries, guessing, network_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MOST_AT_ONCE: Final = 10
"""Attempts on one person that may wait for the hashing at the same time: a few of its places, never all."""
RETRY_AFTER: Final = 5
"""Seconds."""


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
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def attempt(self, email_key: str, address: str, *, at: datetime) -> Iterator[None]:
        """Count the block as one try if it ends with ``CredentialsWrong``.

        Raises:
            RateLimited: There were too many, or there are too many just now; the block is not entered.
        """
        if self._under_way[email_key] >= MOST_AT_ONCE:
            raise RateLimited(retry_after=RETRY_AFTER)
        place = network_of(address)
        budgets = (
            (self._by_person_and_place, f"{email_key} {place}"),
            (self._by_place, place),
            (self._by_person, email_key),
        )
        self._under_way[email_key] += 1
        try:
            with guessing(*budgets, wrong=CredentialsWrong, at=at):
                yield
        finally:
            self._under_way[email_key] -= 1
            if not self._under_way[email_key]:
                del self._under_way[email_key]
