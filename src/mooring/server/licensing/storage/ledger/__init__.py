"""The ledger in the database: who holds which seat of which license."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from mooring.core.certificate.status_list import MAX_ENTRIES
from mooring.server.licensing.storage.ledger.device_names import nobody_agreed
from mooring.server.licensing.storage.ledger.exchanging import Exchanges
from mooring.server.licensing.storage.ledger.locking import turns_of
from mooring.server.licensing.storage.ledger.offers import Offers
from mooring.server.licensing.storage.ledger.reading import StoredLedgerReader
from mooring.server.licensing.storage.ledger.status_places import KnownList, StatusPlaces
from mooring.server.licensing.storage.ledger.together import Together
from mooring.server.licensing.storage.ledger.writing import StoredLedgerWriter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from mooring.core.identifiers import ActivationId
    from mooring.server.foundation.database.port import Database, Session, Transaction
    from mooring.server.licensing.domain.activations.activation import Line
    from mooring.server.licensing.ports.ledger import Computer, Exchanged, StatusPlace
    from mooring.server.licensing.ports.signing import Sealing
    from mooring.server.licensing.storage.ledger.device_names import NameConsent

__all__ = ["StoredLedger"]

S = TypeVar("S")
T = TypeVar("T")
V = TypeVar("V")


class StoredLedger:
    """Implements :class:`~mooring.server.licensing.ports.ledger.Ledger`."""

    def __init__(
        self,
        database: Database,
        sealing: Sealing,
        *,
        status_list_size: int = MAX_ENTRIES,
        name_consent: NameConsent = nobody_agreed,
    ) -> None:
        self._database = database
        self._sealing = sealing
        self._offers = Offers()
        self._exchanges = Exchanges(database, sealing, self._offers)
        self._status_list_size = status_list_size
        self._known_list = KnownList()
        self._name_consent = name_consent
        self._groups = Together(
            database, self._offers, self._known_list, writer=self._writer, alone=self.changing
        )

    def reading(self, *, stale: bool = False) -> AbstractAsyncContextManager[StoredLedgerReader]:
        """Open a view of what is kept; with ``stale`` what was changed a moment ago may be missing."""
        return _Opened(self._database.reading(stale=stale), self._reader)

    def changing(
        self, *, computer: Computer | None = None
    ) -> AbstractAsyncContextManager[StoredLedgerWriter]:
        """Open a transaction: kept, durably, when the block ends without an exception; see the port."""
        turns = () if computer is None else turns_of(computer)
        return _Changing(self._database.transaction(turns=turns), partial(self._writer, computer=computer))

    async def exchange(
        self, activation_id: ActivationId, jkt: str, decide: Callable[[Line], Exchanged[T] | None]
    ) -> T | None:
        """Keep what ``decide`` makes of this key's line, together with those that ask at the same time."""
        return await self._exchanges.exchange(activation_id, jkt, decide)

    async def together(
        self, act: Callable[[StoredLedgerWriter], Awaitable[T]], *, computer: Computer, key_hash: bytes
    ) -> T:
        """Return what ``act`` returns, done like ``changing`` with those that ask at the same time."""
        if self._database.dialect == "postgresql":
            return await self._groups.do(computer, key_hash, act)
        async with self.changing(computer=computer) as writer:
            return await act(writer)

    def _reader(self, session: Session) -> StoredLedgerReader:
        return StoredLedgerReader(session, self._sealing, self._offers)

    def _writer(
        self, transaction: Transaction, *, computer: Computer | None, drawn: StatusPlace | None = None
    ) -> StoredLedgerWriter:
        places = StatusPlaces(transaction, self._status_list_size, self._known_list, drawn)
        return StoredLedgerWriter(
            transaction, self._sealing, self._offers, places, computer, name_consent=self._name_consent
        )


class _Opened(Generic[S, V]):
    """A session, seen as the ledger; a decorated generator would take longer than the read itself."""

    __slots__ = ("_session", "_view")

    def __init__(self, session: AbstractAsyncContextManager[S], view: Callable[[S], V]) -> None:
        self._session = session
        self._view = view

    async def __aenter__(self) -> V:
        return self._view(await self._session.__aenter__())

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._session.__aexit__(kind, error, traceback)


class _Changing(_Opened["Transaction", StoredLedgerWriter]):
    """A transaction, seen as the ledger; what it ends with is done when the block ends."""

    __slots__ = ("_opened",)

    async def __aenter__(self) -> StoredLedgerWriter:
        self._opened = await super().__aenter__()
        return self._opened

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        if error is None:
            try:
                await self._opened.settle()
            except BaseException as met:
                await super().__aexit__(type(met), met, met.__traceback__)
                raise
        return await super().__aexit__(kind, error, traceback)
