"""What asyncpg's errors mean at the port, and whether the connection that met one can still be used."""

from typing import Final

import asyncpg  # type: ignore[import-untyped]

from mooring.server.foundation.database.port import (
    DatabaseUnavailable,
    OutcomeUnknown,
    TransactionConflict,
    UniqueViolation,
)

MET: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # how it takes a last word that was said to an idle connection
    OSError,
    TimeoutError,
)
"""Whatever can go wrong between this server and PostgreSQL. A fault in our own SQL is among it."""

LOCKED: Final = "55P03"
"""The code of a wait for a row that took too long."""

_CONFLICTS: Final = {
    "40001": "another transaction changed the same",
    "40P01": "it and another transaction waited for each other",
    LOCKED: "another transaction holds what it needs for too long",
    "25P03": "it was idle for too long",
    "25006": "this server takes no changes, another one does now",
}
_NOT_NOW: Final = "The database cannot be used now"
_GONE: Final = {"57P01", "57P02", "57P03", "57P05"}
_OUT_OF_ORDER: Final = {
    "28": "the user name or password is not accepted",
    "3D": "there is no database of this name",
    "53": "it is out of connections, memory or disk space",
    "57": "it takes too long, or is being stopped",
    "58": "its disk cannot be read or written",
    "XX": "it is damaged",
}
"""By the first two characters of the code: PostgreSQL's manual, appendix A."""


def is_broken(error: BaseException) -> bool:
    """Tell whether a connection that met ``error`` is of no more use, even if it is still open."""
    if isinstance(error, asyncpg.PostgresError):
        code = error.sqlstate or ""
        return code in _GONE or code in {"25006", "25P03"} or code.startswith("08")
    return True


def translated(error: BaseException) -> BaseException:
    """Return what ``error`` is called at the port, met anywhere but in a commit.

    A fault in our own SQL stays what it is.
    """
    if isinstance(error, asyncpg.UniqueViolationError):
        return UniqueViolation(str(error))
    if isinstance(error, TimeoutError):
        return DatabaseUnavailable(f"{_NOT_NOW}: it does not answer.")
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return TransactionConflict("The tables changed meanwhile.")
    if isinstance(error, asyncpg.PostgresError):
        return _said(error)
    is_ours = isinstance(error, asyncpg.InterfaceError) and "another operation" in str(error)
    if is_ours:  # two tasks share a transaction
        return error
    return TransactionConflict("The connection to the database broke.")


def translated_at_commit(error: BaseException) -> BaseException:
    """Return what ``error`` is called at the port, met in a commit: where it broke, nobody knows the end."""
    if is_broken(error):
        return OutcomeUnknown("The connection to the database broke during a commit.")
    return translated(error)


def _said(error: asyncpg.PostgresError) -> BaseException:
    """Return what the server's own complaint is called."""
    code = error.sqlstate or ""
    if code in _CONFLICTS:
        return TransactionConflict(f"The transaction was given up: {_CONFLICTS[code]}.")
    if code in _GONE or code.startswith("08"):
        return TransactionConflict("The connection to the database broke.")
    why = _OUT_OF_ORDER.get(code[:2])
    known: BaseException = error if why is None else DatabaseUnavailable(f"{_NOT_NOW}: {why}.")
    return known
