"""Which statements can insert or change many rows at once, and what they become."""

import pytest

from mooring.server.foundation.database.postgresql.filling import changing, filling


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


def test_a_change_to_the_row_with_an_id_becomes_changes_to_many():
    one = "UPDATE boats SET name=$1::VARCHAR, log=$2::JSON WHERE boats.id = $3::BIGINT"
    assert changing(one) == (
        "UPDATE boats SET name=u.p1, log=u.p2 "
        "FROM unnest($1::VARCHAR[], $2::JSON[], $3::BIGINT[]) AS u (p1, p2, p3) WHERE boats.id = u.p3"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO boats (id) VALUES ($1::BIGINT)",
        "UPDATE boats SET name=$1::VARCHAR WHERE boats.name = $2::VARCHAR",
        "UPDATE boats SET name=$1::VARCHAR WHERE boats.id = $2::BIGINT AND boats.name = $3::VARCHAR",
        "UPDATE boats SET name=$1::VARCHAR WHERE boats.id = $2::BIGINT RETURNING boats.id",
        "UPDATE boats SET name=$1::VARCHAR WHERE boats.id IN (SELECT crews.boat FROM crews)",
        "UPDATE boats SET name=$1::VARCHAR WHERE boats.id = $1::VARCHAR",
    ],
)
def test_what_does_more_than_change_the_row_with_an_id_is_run_row_by_row(sql: str):
    assert changing(sql) is None
