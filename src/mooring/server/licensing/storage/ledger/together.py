"""Changing together: one transaction for all who wait at the same moment, each with a license of their own.

Two trips to the server open it: one begins and takes the turns of all their computers, one locks their
licenses and reads what is known of each. Then each does what it would do in a transaction of its own, and
asks nobody. One statement writes what all of them have to write, one trip commits it. Nobody is waited for:
whose license or computer somebody else has in hand, and whoever asks for anything else, goes alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mooring.server.foundation.database.port import DatabaseUnavailable, TransactionConflict
from mooring.server.foundation.database.sharing import GoAlone, Share, write
from mooring.server.licensing.storage.ledger.locking import turns_of
from mooring.server.licensing.storage.ledger.meeting import MEET, Comer, Met, met_together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
    from contextlib import AbstractAsyncContextManager

    from mooring.server.foundation.database.port import Database
    from mooring.server.licensing.ports.ledger import Computer, StatusPlace
    from mooring.server.licensing.storage.ledger.offers import Offers
    from mooring.server.licensing.storage.ledger.status_places import KnownList
    from mooring.server.licensing.storage.ledger.writing import StoredLedgerWriter

T = TypeVar("T")

MOST_AT_ONCE = 16
"""Those in one transaction: its trips hardly count then, and nothing else of this process waits for long."""

GROUPS_AT_ONCE = 2
"""While PostgreSQL has one in hand, this process does its part of the other."""

DRAWN_FOR_EACH = 4
"""Places drawn in the status list: a list is used until three quarters of its places are taken."""

LONE_FOR = 0.05
"""Seconds for which one who was alone is waited for like a group: it may have to wait for a row."""


class Opened(Protocol):
    """Opens the ledger to change it for one computer."""

    def __call__(self, *, computer: Computer) -> AbstractAsyncContextManager[StoredLedgerWriter]:
        """Open a transaction of its own."""
        ...


class WriterOf(Protocol):
    """Makes the writer of one part of a transaction."""

    def __call__(self, share: Share, /, *, computer: Computer, drawn: StatusPlace) -> StoredLedgerWriter:
        """Return the writer, which gives ``drawn`` first where that place is free."""
        ...


class _Asked:
    """One who wants to change something, and what that came to so far."""

    __slots__ = ("_refusal", "_value", "act", "answer", "computer", "key_hash", "patience", "share", "turns")

    def __init__(self, computer: Computer, key_hash: bytes, act: Callable[..., Awaitable[Any]]) -> None:
        self.computer = computer
        self.key_hash = key_hash
        self.turns = turns_of(computer)
        self.act = act
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.share: Share | None = None
        self.patience: asyncio.TimerHandle | None = None  # while it is alone in the place of a group
        self._value: Any = None
        self._refusal: Exception | None = None

    @property
    def is_about(self) -> Iterable[Hashable]:
        """What nobody else in the same transaction may be about."""
        return self.key_hash, *self.turns

    async def do(self, writer: StoredLedgerWriter, share: Share) -> None:
        """Do it, and keep what it came to."""
        try:
            self._value = await self.act(writer)
        except Exception as refusal:  # noqa: BLE001 - it concerns this caller alone
            self._refusal = refusal
        else:
            self.share = share

    def tell(self, failure: Exception | None) -> None:
        """Answer. Where the transaction came to a ``failure``, nothing was changed; a refusal stays one."""
        if self.answer.done():  # its caller has gone
            return
        error = self._refusal or failure
        if error is None and self.share is None:
            error = GoAlone()
        if error is None:
            self.answer.set_result(self._value)
        else:
            self.answer.set_exception(error)


class Together:
    """Gathers those who want to change something, and does it in groups."""

    def __init__(
        self, database: Database, offers: Offers, known_list: KnownList, *, writer: WriterOf, alone: Opened
    ) -> None:
        """Give each its ``writer``, or open the ledger for one ``alone``."""
        self._database = database
        self._offers = offers
        self._known_list = known_list
        self._writer = writer
        self._alone = alone
        self._under_way: Counter[Hashable] = Counter()
        self._waiting: list[_Asked] = []
        self._free = GROUPS_AT_ONCE
        self._is_called = False
        self._working: set[asyncio.Task[None]] = set()

    async def do(
        self, computer: Computer, key_hash: bytes, act: Callable[[StoredLedgerWriter], Awaitable[T]]
    ) -> T:
        """See :class:`~mooring.server.licensing.ports.ledger.Ledger`."""
        asked = _Asked(computer, key_hash, act)
        is_only = not any(each in self._under_way for each in asked.is_about)
        self._under_way.update(asked.is_about)
        try:
            if is_only and self._known_list.latest is not None:
                self._waiting.append(asked)
                self._call()
                with suppress(GoAlone):
                    value: T = await asked.answer
                    return value
            async with self._alone(computer=computer) as writer:
                return await act(writer)
        finally:
            self._make_room(asked)
            self._under_way.subtract(asked.is_about)
            for each in asked.is_about:
                if not self._under_way[each]:
                    del self._under_way[each]

    def _call(self) -> None:
        """Let those who wait be looked at, after all who ask in this turn of the loop have asked."""
        if self._waiting and self._free and not self._is_called:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._is_called = False
        while self._waiting and self._free:
            group, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            group = [each for each in group if not each.answer.done()]
            if len(group) == 1:
                self._free -= 1
                group[0].patience = loop.call_later(LONE_FOR, self._make_room, group[0])
                group[0].tell(GoAlone())
            elif group:
                self._free -= 1
                task = loop.create_task(self._work(group))
                self._working.add(task)
                task.add_done_callback(self._working.discard)

    def _make_room(self, asked: _Asked) -> None:
        """Let a group begin in the place of one who was alone there, unless one could already."""
        if asked.patience is not None:
            asked.patience.cancel()
            asked.patience = None
            self._free += 1
            self._call()

    async def _work(self, group: Sequence[_Asked]) -> None:
        try:
            failure = await self._failure_of(group)
        except BaseException:
            for each in group:
                each.answer.cancel()
            raise
        finally:
            self._free += 1
            self._call()
        for each in group:
            each.tell(failure)

    async def _failure_of(self, group: Sequence[_Asked]) -> Exception | None:
        """Do what the ``group`` wants; return what each is told that was not refused, if it was in vain."""
        turns = sorted({turn for each in group for turn in each.turns})
        has_begun = False
        try:
            async with self._database.transaction(turns=turns, waits=False) as transaction:
                has_begun = True
                comers = [Comer(each.computer, each.turns, each.key_hash) for each in group]
                drawn = [self._known_list.drawn() for _ in range(DRAWN_FOR_EACH * len(group))]
                for asked, met in zip(group, await met_together(transaction, comers, drawn), strict=True):
                    if met is not None:
                        await self._offers.of(met.row.policy_id, transaction)
                        await self._do(asked, met)
                await write(transaction, [each.share for each in group if each.share is not None])
        except DatabaseUnavailable as error:
            may_go_on = has_begun or isinstance(error, TransactionConflict)
            return GoAlone() if may_go_on else error
        except Exception:  # noqa: BLE001 - whoever's fault it is meets it again alone
            return GoAlone()
        return None

    async def _do(self, asked: _Asked, met: Met) -> None:
        share = Share({MEET: met.row})
        await asked.do(self._writer(share, computer=asked.computer, drawn=met.drawn), share)
