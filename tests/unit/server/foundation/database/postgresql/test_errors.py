"""What PostgreSQL's complaints mean: what may be run again at once, what later, and what is our own fault."""

import asyncpg
import pytest

from mooring.server.foundation.database.port import (
    DatabaseUnavailable,
    OutcomeUnknown,
    TransactionConflict,
    UniqueViolation,
)
from mooring.server.foundation.database.postgresql.errors import is_broken, translated, translated_at_commit

AGAIN, LATER = TransactionConflict, DatabaseUnavailable
BROKEN, KEPT = True, False


def an_error(code):
    return asyncpg.PostgresError.new({"C": code, "M": "as the server says it"})


@pytest.mark.parametrize(
    ("code", "meaning", "connection"),
    [
        ("40001", AGAIN, KEPT),  # serialization_failure
        ("40P01", AGAIN, KEPT),  # deadlock_detected
        ("55P03", AGAIN, KEPT),  # lock_not_available
        ("25P03", AGAIN, BROKEN),  # idle_in_transaction_session_timeout
        ("25006", AGAIN, BROKEN),  # read_only_sql_transaction: a primary no more
        ("57P01", AGAIN, BROKEN),  # admin_shutdown
        ("57P02", AGAIN, BROKEN),  # crash_shutdown
        ("57P03", AGAIN, BROKEN),  # cannot_connect_now
        ("08006", AGAIN, BROKEN),  # connection_failure
        ("08P01", AGAIN, BROKEN),  # as PgBouncer says that its server is gone
        ("57014", LATER, KEPT),  # query_canceled
        ("53100", LATER, KEPT),  # disk_full
        ("53300", LATER, KEPT),  # too_many_connections
        ("58030", LATER, KEPT),  # io_error
        ("28P01", LATER, KEPT),  # invalid_password
        ("3D000", LATER, KEPT),  # invalid_catalog_name
        ("XX001", LATER, KEPT),  # data_corrupted
        ("23505", UniqueViolation, KEPT),
    ],
)
def test_tells_what_may_be_tried_again(code, meaning, connection):
    error = an_error(code)
    assert type(translated(error)) is meaning
    assert is_broken(error) is connection


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        asyncpg.InterfaceError("connection is closed"),
        # How asyncpg takes a server's last word, said to a connection that was waiting for its turn.
        asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
    ],
)
def test_a_lost_connection_may_be_tried_again(error):
    assert type(translated(error)) is TransactionConflict
    assert is_broken(error)


def test_silence_is_no_conflict():
    assert type(translated(TimeoutError())) is DatabaseUnavailable
    assert is_broken(TimeoutError())


def test_tables_that_changed_under_a_prepared_statement_are_read_anew():
    error = asyncpg.InvalidCachedStatementError("cached plan must not change result type")
    assert type(translated(error)) is TransactionConflict


@pytest.mark.parametrize("code", ["42P01", "42601", "22003", "23502", "23503"])
def test_a_fault_of_ours_stays_what_it_is(code):
    error = an_error(code)
    assert translated(error) is error
    assert not is_broken(error)


def test_two_tasks_in_one_transaction_are_a_fault_of_ours():
    error = asyncpg.InterfaceError("cannot perform operation: another operation is in progress")
    assert translated(error) is error


@pytest.mark.parametrize("error", [an_error("57P01"), ConnectionResetError(), TimeoutError()])
def test_nobody_knows_what_became_of_a_commit_whose_answer_was_lost(error):
    assert type(translated_at_commit(error)) is OutcomeUnknown


@pytest.mark.parametrize(("code", "meaning"), [("40001", AGAIN), ("23505", UniqueViolation)])
def test_a_commit_that_was_refused_is_as_any_statement(code, meaning):
    assert type(translated_at_commit(an_error(code))) is meaning
