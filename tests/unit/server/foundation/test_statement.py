"""What cannot be run without SQLAlchemy's own engine is refused when it is compiled, not when it is used."""

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select, update

from mooring.server.foundation.database.sqlite_file import DIALECT
from mooring.server.foundation.database.statement import Statement

boats = Table(
    "boats",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, default="Anna"),
    Column("port", String, onupdate="Kiel"),
)


def test_is_compiled_once_for_each_dialect():
    statement = Statement(select(boats.c.id))
    assert statement.compiled(DIALECT) is statement.compiled(DIALECT)


@pytest.mark.parametrize(
    "clause",
    [
        insert(boats).values(id=bindparam("id")),
        update(boats).values(id=bindparam("boat")),
    ],
)
def test_refuses_defaults_that_only_sqlalchemy_would_apply(clause):
    with pytest.raises(TypeError, match="give the value"):
        Statement(clause).compiled(DIALECT)


def test_refuses_two_columns_of_the_same_name():
    other = boats.alias()
    with pytest.raises(TypeError, match="label one: id, id"):
        Statement(select(boats.c.id, other.c.id)).compiled(DIALECT)


def test_an_insert_without_values_takes_every_column():
    compiled = Statement(insert(boats)).compiled(DIALECT)
    sql, parameters = compiled.bind({"id": 1, "port": None, "name": "Bella"})
    assert sql == "INSERT INTO boats (id, name, port) VALUES (?, ?, ?)"
    assert parameters == [1, "Bella", None]
    with pytest.raises(TypeError, match="missing: name, port; unknown: none"):
        compiled.bind({"id": 1})


def test_a_value_used_twice_is_given_once():
    compiled = Statement(
        select(boats.c.id).where((boats.c.name == bindparam("word")) | (boats.c.port == bindparam("word")))
    ).compiled(DIALECT)
    assert compiled.bind({"word": "Kiel"})[1] == ["Kiel", "Kiel"]


def test_each_length_of_a_list_has_its_own_sql():
    compiled = Statement(
        select(boats.c.id).where(
            boats.c.id.in_(bindparam("ids", expanding=True)), boats.c.name == bindparam("name")
        )
    ).compiled(DIALECT)
    two, one = compiled.bind({"ids": [1, 2], "name": "Anna"}), compiled.bind({"ids": [3], "name": "Bella"})
    assert (two[0].count("?"), two[1]) == (3, [1, 2, "Anna"])
    assert (one[0].count("?"), one[1]) == (2, [3, "Bella"])
    assert compiled.bind({"ids": [7, 8], "name": "Clara"}) == (two[0], [7, 8, "Clara"])


def test_many_rows_share_one_sql_which_lists_would_change():
    insertion = Statement(insert(boats)).compiled(DIALECT)
    sql, parameters = insertion.bind_each([{"id": at, "name": "Anna", "port": "Kiel"} for at in (1, 2)])
    assert (sql, list(parameters)) == (
        "INSERT INTO boats (id, name, port) VALUES (?, ?, ?)",
        [[1, "Anna", "Kiel"], [2, "Anna", "Kiel"]],
    )
    chosen = Statement(select(boats.c.id).where(boats.c.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(TypeError, match="takes lists"):
        chosen.compiled(DIALECT).bind_each([{"ids": [1]}])
