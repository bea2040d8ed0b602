"""The limits on signing in and up: on guessing passwords, on hashing them, and on new accounts."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from mooring.core.refusals import ServiceUnavailable
from mooring.server.foundation.budgets.budget import Budget, BudgetSpent, Level, Try
from mooring.server.foundation.budgets.guessing import guessing
from mooring.server.foundation.budgets.places import network_of, site_of
from mooring.server.identity.domain.account import CredentialsWrong

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from mooring.server.foundation.budgets.port import Budgets

BY_PERSON_AND_PLACE: Final = Budget("passwords-of-person-and-place", 10, 900)
BY_PERSON_AND_SITE: Final = Budget("passwords-of-person-and-site", 20, 900)
"""Who owns a /48 has 65,536 places."""
BY_PERSON: Final = Budget("passwords-of-person", 100, 3600)
BY_PLACE: Final = Budget("passwords-of-place", 500, 3600)
"""Behind one address a school may sit, of whom half mistype in the same hour."""
BY_SITE: Final = Budget("passwords-of-site", 2000, 3600)
BY_BROWSER: Final = Budget("passwords-of-known-browser", 10, 900)
BY_BROWSERS: Final = Budget("passwords-of-known-browsers", 40, 3600)
"""Of all that know the person together: who once had the password may have made many known to themselves."""
RIGHT: Final = Budget("sign-ins-of-person", 60, 3600)
"""Right passwords cost hashing, too."""
NEW_BY_PLACE: Final = Budget("new-accounts-of-place", 2000, 3600)
NEW_BY_SITE: Final = Budget("new-accounts-of-site", 8000, 3600)

OF_A_PERSON: Final = 10
"""Attempts by strangers on one person that may wait for the hashing at the same time."""
OF_A_PLACE: Final = 12
"""Attempts from one place at the same time: a third of the places at the hashing, done within two seconds.

A class that clicks at once comes through in a few tries, and nobody elsewhere waits long for one address."""
OF_A_SITE: Final = 20
OF_A_BROWSER: Final = 3
OF_BROWSERS: Final = 6
"""Attempts on one person by all browsers that know them."""
OF_STRANGERS: Final = 28
"""Attempts at the same time by browsers that nobody knows: some places at the hashing are left for owners."""
RETRY_AFTER: Final = 5
"""Seconds."""


class SignInLimits:
    """Counts wrong passwords. A right one costs nothing but its share of the hashing.

    Tries are taken before the password is hashed, so that a flood never reaches the hashing. A person is
    limited most strictly together with the place. A browser in which the person signed in before has budgets
    of its own: strangers cannot spend them, so nobody locks the owner of an account out of it.
    """

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._under_way = _UnderWay()

    @asynccontextmanager
    async def attempt(
        self, email_key: str, address: str, *, browser: str | None = None, at: datetime
    ) -> AsyncIterator[None]:
        """Count the block as one try if it ends with ``CredentialsWrong``.

        ``browser`` is the identifier of one that knows this person; none is a stranger's.

        Raises:
            BudgetSpent: There were too many, or there are too many just now; the block is not entered.
            ServiceUnavailable: Too many strangers sign in at once; the block is not entered.
            DatabaseUnavailable: Nobody knows how many there were; the block is not entered.
        """
        place, site = network_of(address), site_of(address)
        if browser is None:
            caps, tries = _for_strangers(email_key, place, site)
        else:
            caps, tries = _for_known(browser, email_key, place, site)
        right = (Try(RIGHT, email_key),)
        with self._under_way.one_more(*caps, stranger=browser is None):
            async with guessing(self._budgets, *tries, wrong=CredentialsWrong, if_right=right, at=at):
                yield

    @asynccontextmanager
    async def new_account(self, address: str, *, at: datetime) -> AsyncIterator[NewAccount]:
        """Count the block as a new account of its place, unless it ends before one was made.

        Raises:
            BudgetSpent: There were too many; the block is not entered.
            DatabaseUnavailable: Nobody knows how many there were; the block is not entered.
        """
        tries = Try(NEW_BY_PLACE, network_of(address)), Try(NEW_BY_SITE, site_of(address))
        await self._budgets.take(*tries, at=at)
        account = NewAccount()
        try:
            yield account
        finally:
            if not account.was_made:
                await self._budgets.give_back(*tries, at=at)


@dataclass(slots=True)
class NewAccount:
    """Whether a block made an account: it says so itself."""

    was_made: bool = False


class _Cap(NamedTuple):
    """How many attempts one name may have under way."""

    policy: str
    name: str
    most: int


_Bounds = tuple[tuple[_Cap, ...], tuple[Try, ...]]


def _for_strangers(email_key: str, place: str, site: str) -> _Bounds:
    caps = (
        _Cap("attempts-on-person", email_key, OF_A_PERSON),
        _Cap("attempts-of-place", place, OF_A_PLACE),
        _Cap("attempts-of-site", site, OF_A_SITE),
    )
    tries = (
        Try(BY_PERSON_AND_PLACE, f"{email_key} {place}"),
        Try(BY_PERSON_AND_SITE, f"{email_key} {site}"),
        Try(BY_PERSON, email_key),
        Try(BY_PLACE, place),
        Try(BY_SITE, site),
    )
    return caps, tries


def _for_known(browser: str, email_key: str, place: str, site: str) -> _Bounds:
    caps = (
        _Cap("attempts-of-known-browser", browser, OF_A_BROWSER),
        _Cap("known-attempts-on-person", email_key, OF_BROWSERS),
        _Cap("known-attempts-of-place", place, OF_A_PLACE),
        _Cap("known-attempts-of-site", site, OF_A_SITE),
    )
    return caps, (Try(BY_BROWSER, browser), Try(BY_BROWSERS, email_key))


class _UnderWay:
    """Counts the attempts of this process that have begun and not ended."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._strangers = 0

    @contextmanager
    def one_more(self, *caps: _Cap, stranger: bool) -> Iterator[None]:
        """Count the block as under way, for each of ``caps``."""
        for cap in caps:
            if self._counts[cap[:2]] >= cap.most:
                raise BudgetSpent(Level(cap.policy, cap.most, None, 0, RETRY_AFTER))
        if stranger and self._strangers >= OF_STRANGERS:
            raise ServiceUnavailable(retry_after=RETRY_AFTER)
        self._change(caps, 1, stranger=stranger)
        try:
            yield
        finally:
            self._change(caps, -1, stranger=stranger)

    def _change(self, caps: tuple[_Cap, ...], by: int, *, stranger: bool) -> None:
        self._strangers += by * stranger
        for cap in caps:
            self._counts[cap[:2]] += by
            if not self._counts[cap[:2]]:
                del self._counts[cap[:2]]
