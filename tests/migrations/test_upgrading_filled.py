"""Databases of older releases, with what customers had in them, become this release's without loss.

``frozen/`` keeps the rows of real servers of those releases: activations, a move, a lease, installations,
accounts, grants. They are never made anew: what they hold is what was once in the world.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import JSON

from mooring.server.cli.upkeep.checks.content import miscounted_licenses
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.migrations.revisions import head_revision
from tests.support.schemas import settings_at, tables_of, upgrade_to, with_alembic
from tests.support.servers import Server

FROZEN = Path(__file__).parent / "frozen"


@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_nothing_is_lost_on_the_way_to_this_release(empty, tmp_path, revision):
    frozen = json.loads((FROZEN / f"r{revision}.json").read_text())
    assert frozen["revision"] == revision
    upgrade_to(empty, revision)
    keep(empty, frozen["tables"])
    before = {name: kept(empty, name, table["columns"]) for name, table in frozen["tables"].items()}
    assert all(before.values())
    assert migrate(settings_at(empty, tmp_path)) == (revision, head_revision())
    for name, table in frozen["tables"].items():
        assert kept(empty, name, table["columns"]) == before[name]
    assert examine(empty, miscounted_licenses) == []
    server = Server(tmp_path, MOORING_DATABASE_URL=empty.render_as_string(hide_password=False))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_text(frozen["secret"])
    (tmp_path / "data" / "secret").chmod(0o600)
    listed = server.run("admin", "license", "list", "--limit", "200")["items"]
    assert sorted(item["id"] for item in listed) == sorted(
        row[0] for row in rows_in(frozen, "licenses", "id")
    )


def rows_in(frozen, table, *columns):
    places = [frozen["tables"][table]["columns"].index(column) for column in columns]
    return [[row[place] for place in places] for row in frozen["tables"][table]["rows"]]


def keep(url, tables):
    """Put the frozen rows into the database, those that are referred to first."""
    metadata = tables_of(url)

    def work(config):
        for table in metadata.sorted_tables:
            if table.name in tables:
                columns = tables[table.name]["columns"]
                assert columns == [column.name for column in table.columns]
                rows = [
                    {
                        column.name: thawed(column, cell)
                        for column, cell in zip(table.columns, row, strict=True)
                    }
                    for row in tables[table.name]["rows"]
                ]
                config.attributes["connection"].execute(table.insert(), rows)

    with_alembic(url, work)


def thawed(column, cell):
    if isinstance(cell, dict):
        return bytes.fromhex(cell["hex"])
    if isinstance(column.type, JSON) and cell is not None:
        return json.loads(cell)
    return bool(cell) if column.type.python_type is bool else cell


def kept(url, name, columns):
    """Return those columns of all rows of a table, written so that they can be compared."""
    table = tables_of(url).tables[name]
    found = examine(
        url,
        lambda connection: connection.execute(
            table.select().with_only_columns(*map(table.c.get, columns))
        ).all(),
    )
    return sorted(repr(tuple(row)) for row in found)
