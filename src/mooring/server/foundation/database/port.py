"""The port to the database: what a use case's storage may ask of SQLite or PostgreSQL.

Storage code writes statements with SQLAlchemy Core, wraps each once in a ``Statement``, and runs them::

    _FIND = Statement(select(products).where(products.c.slug == bindparam("slug")))

    async with database.reading() as session:
        product = await session.fetch_one(_FIND, slug="harbor-notes")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from mooring.server.foundation.database.statement import Lookup, Statement

Row: TypeAlias = Any
"""A named tuple with one attribute for each selected column, converted (``Instant`` is a ``datetime``)."""


class DatabaseUnavailable(Exception):
    """The database cannot answer now: it is locked, full, broken or away. What was asked may be tried again.

    A commit that was under way when a server went away may have been applied all the same; nothing else was.
    """


class OutcomeUnknown(DatabaseUnavailable):
    """The connection broke while a change was under way that nothing can undo any more: it may be applied."""


class TransactionConflict(DatabaseUnavailable):
    """This transaction met another's: nothing of it was applied, and all of it may be run again at once.

    Two waited for each other, or one waited too long for the other's rows, or the connection broke before
    the commit was asked for. A connection that breaks *while* it commits is no conflict: what was asked may
    have been applied.
    """


class Hurried(TransactionConflict):
    """It waited for rows while others waited for its connection. Run again it has time."""


class UniqueViolation(Exception):
    """A row exists already with a value that must be unique. The transaction can only be left now."""


class Session(Protocol):
    """Reads."""

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return all its rows."""
        ...

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the first row, or none."""
        ...

    async def look_up(self, lookup: Lookup, value: object, /) -> Row | None:
        """Return the row that ``lookup`` finds for ``value``, or none."""
        ...


class Transaction(Session, Protocol):
    """Reads, including its own writes, and writes."""

    async def lock(self, statement: Statement, /, **values: object) -> list[Row] | None:
        """Let nobody else change the rows that ``statement`` selects ``with_for_update``, until the end.

        Returns those rows as they are now, or none where transactions take turns anyway: then ``statement``
        was not run, and what was read before still holds.

        Raises:
            TransactionConflict: another transaction kept them for too long.
        """
        ...

    async def execute(self, statement: Statement, /, **values: object) -> int:
        """Run ``statement`` and return how many rows it changed.

        Raises:
            UniqueViolation: such a row exists.
        """
        ...

    async def execute_many(self, statement: Statement, rows: Iterable[Mapping[str, object]], /) -> None:
        """Run ``statement`` once for each of ``rows``.

        Raises:
            UniqueViolation: such a row exists; none of ``rows`` is kept once the transaction is left.
        """
        ...

    async def later(self, statement: Statement, /, *rows: Mapping[str, object]) -> None:
        """Run ``statement``, which returns nothing, once for each of ``rows``: now, or with what comes next.

        Where it changes what is there, ``rows`` are about different rows.
        It is done before anything is asked that could tell the difference, and before the transaction ends.

        Raises:
            UniqueViolation: such a row exists. What comes next may raise it as well.
        """
        ...


class Database(Protocol):
    """One database."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        ...

    def reading(self, *, stale: bool = False) -> AbstractAsyncContextManager[Session]:
        """Open a session that sees what is committed, each statement the newest.

        With ``stale`` it may be answered by a copy that follows the database: what was committed a moment ago
        can be missing. Whoever asks so has seen to it that this does no harm.
        """
        ...

    def transaction(
        self, *, durable: bool = True, turns: Sequence[int] = (), waits: bool = True
    ) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: leaving it normally commits, leaving it with an exception undoes all of it.

        Once the ``async with`` block has been left normally the commit is durable: it outlives a crash. One
        that need not be ``durable`` may be lost by a crash within a second of it, but as a whole.
        Await nothing inside but the transaction itself: others wait for their turn. One task opens one
        transaction at a time.

        Those that name one of the same ``turns``, 64-bit numbers in ascending order, run one after the other.
        Another transaction may run between its statements, where rows are not locked: what is read to decide
        a change is read ``with_for_update``. On SQLite there is one transaction at a time.

        On PostgreSQL one that does not wait (``waits``) begins at once; ``sharing.MISSED_TURNS`` tells inside
        it which of its turns others have.

        Raises:
            TransactionConflict: it met another; nothing of it was applied.
            OutcomeUnknown: the connection to a server broke while it committed.
            DatabaseUnavailable: it cannot be opened or committed; nothing of it was applied.
        """
        ...

    async def at_once(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` as a transaction of its own, as durable as any, and return all its rows.

        Raises:
            UniqueViolation: such a row exists.
            TransactionConflict: it met another transaction; nothing of it was applied.
            OutcomeUnknown: the connection to a server broke meanwhile.
            DatabaseUnavailable: it cannot be run; nothing of it was applied.
        """
        ...

    async def close(self) -> None:
        """Finish what is being committed and close the database."""
        ...
