"""Listing what the signed-in account holds: every page of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from mooring.client.domain.accounts.mine import MyDevice, MyLicense, read_answer, read_each
from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.status import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.core.jose.members import Members

T = TypeVar("T")

_A_PAGE = 200
_MOST_PAGES = 50


class ListMine:
    """Returns what the account holds.

    Raises, in each of its methods:
        Refused: the server said no; ``sign_in_required`` where nobody is signed in.
        ServerUnreachable: there was no sensible answer in time.
    """

    def __init__(self, *, access: AccountAccess) -> None:
        self._access = access

    def account(self, *, deadline: Deadline) -> Account:
        """Return who is signed in."""
        answer = self._access.ask("GET", "/v1/me", deadline=deadline)
        return read_answer(answer, lambda me: Account(me.text("masked"), me.text_or_none("provider")))

    def devices(self, *, deadline: Deadline) -> tuple[MyDevice, ...]:
        """Return the devices that use licenses of the account."""
        return self._all("/v1/me/devices", MyDevice.read, deadline)

    def licenses(self, *, deadline: Deadline) -> tuple[MyLicense, ...]:
        """Return the licenses."""
        return self._all("/v1/me/licenses", MyLicense.read, deadline)

    def _all(self, path: str, read: Callable[[Members], T], deadline: Deadline) -> tuple[T, ...]:
        found: list[T] = []
        wish: dict[str, object] = {"limit": _A_PAGE}
        for _ in range(_MOST_PAGES):
            page = self._access.ask("GET", f"{path}?{urlencode(wish)}", deadline=deadline)
            found += read_each(page, "items", read)
            cursor = read_answer(page, lambda answer: answer.text_or_none("next_cursor"))
            if cursor is None:
                return tuple(found)
            wish["cursor"] = cursor
        raise ServerUnreachable("its list has no end")
