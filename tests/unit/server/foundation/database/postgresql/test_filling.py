"""Which statements can insert many rows at once, and what they become."""

import pytest

from mooring.server.foundation.database.postgresql.filling import filling


def test_a_row_of_values_becomes_rows_of_arrays_and_keeps_what_is_the_same_for_all():
    one = "INSERT INTO boats (id, name, state, log) VALUES ($1::BIGINT, $2::VARCHAR, 'afloat', $3::JSON)"
    assert filling(one) == (
        "INSERT INTO boats (id, name, state, log) SELECT u.p1, u.p2, 'afloat', u.p3 "
        "FROM unnest($1::BIGINT[], $2::VARCHAR[], $3::JSON[]) AS u (p1, p2, p3)"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE boats SET name = $1::VARCHAR WHERE id = $2::BIGINT",
        "INSERT INTO boats (id) VALUES ($1::BIGINT) RETURNING boats.id",
        "INSERT INTO boats (id) VALUES ($1::BIGINT) ON CONFLICT DO NOTHING",
        "INSERT INTO boats (id, twin) VALUES ($1::BIGINT, $1::BIGINT)",
        "INSERT INTO boats (id) VALUES (1)",
        "INSERT INTO boats (id) SELECT $1::BIGINT",
    ],
)
def test_what_does_more_than_insert_a_row_is_run_row_by_row(sql: str):
    assert filling(sql) is None
