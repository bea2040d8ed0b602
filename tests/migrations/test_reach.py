"""Tables say which older code they still serve, so that servers are upgraded one after the other."""

from pathlib import Path

import pytest
from sqlalchemy import UniqueConstraint

from mooring.server.foundation.database.address import address_of
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations import revisions
from mooring.server.foundation.migrations.migrating import (
    MigrationNeeded,
    current_schema,
    migrate,
    prepare,
)
from mooring.server.foundation.migrations.revisions import (
    OF_MIGRATING,
    Schema,
    SchemaUnknown,
    head_revision,
    known_revisions,
    oldest_served,
)
from tests.support.filled import FEW, contents, fill
from tests.support.schemas import change, described, settings_at, tables_of, upgrade_to, with_alembic

NEWER = "UPDATE alembic_version SET version_num = '9999'"
ONLY_FOR_NEWER = "UPDATE schema_reach SET oldest_revision = '9999'"


def test_a_migration_notes_the_oldest_code_it_serves(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    migrate(settings)
    assert current_schema(settings) == (head_revision(), oldest_served(head_revision()))


def test_newer_tables_that_serve_this_code_are_used_as_they_are(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    migrate(settings)
    change(empty, NEWER)
    before = described(empty)
    prepare(settings)
    assert migrate(settings) == ("9999", "9999")
    assert described(empty) == before
    assert current_schema(settings).revision == "9999"


def test_newer_tables_that_serve_only_newer_code_are_refused(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    migrate(settings)
    change(empty, NEWER, ONLY_FOR_NEWER)
    for attempt in (prepare, migrate):
        with pytest.raises(SchemaUnknown, match=r"newer release of Mooring \(revision 9999\)"):
            attempt(settings)
    assert current_schema(settings) == ("9999", "9999")


def test_newer_tables_that_say_nothing_are_refused(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    migrate(settings)
    change(empty, NEWER, "DROP TABLE schema_reach")
    with pytest.raises(SchemaUnknown):
        prepare(settings)


def test_the_embedded_database_is_migrated_by_whoever_needs_it(tmp_path):
    url = address_of(tmp_path / "mooring.db")
    prepare(settings_at(url, tmp_path))
    assert current_schema(settings_at(url, tmp_path)).is_current


def test_postgresql_is_migrated_only_by_whoever_is_asked_to(postgresql, tmp_path):
    settings = settings_at(postgresql, tmp_path)
    with pytest.raises(MigrationNeeded, match="has no tables yet"):
        prepare(settings)
    upgrade_to(postgresql, "0003")
    for found in (False, True):  # a founder, too, meets others on tables that are there
        with pytest.raises(MigrationNeeded, match="has the tables of an older release"):
            prepare(settings, found=found)
    assert current_schema(settings).revision == "0003"
    migrate(settings)
    prepare(settings)


def test_a_founder_makes_the_tables_of_an_empty_postgresql(postgresql, tmp_path):
    settings = settings_at(postgresql, tmp_path)
    prepare(settings, found=True)
    assert current_schema(settings).is_current


@pytest.mark.parametrize(
    ("serves", "oldest"),
    [
        ({}, "5"),
        ({"5": "4"}, "4"),
        ({"5": "1"}, "4"),  # step 4 needs code that knows it
        ({"5": "3", "4": "3"}, "3"),
        ({"5": "4", "4": "1"}, "4"),  # code of revision 3 bears step 4 but not step 5
        ({"5": "1", "4": "1", "3": "1", "2": "1"}, "1"),
    ],
)
def test_older_code_is_served_as_far_as_every_later_step_serves_it(monkeypatch, serves, oldest):
    monkeypatch.setattr(revisions, "known_revisions", lambda: ("1", "2", "3", "4", "5"))
    monkeypatch.setattr(revisions, "_serves_from", lambda _, step: serves.get(step, step))
    assert oldest_served("5") == oldest


@pytest.mark.parametrize(
    ("schema", "serves"),
    [
        (Schema(None), False),
        (Schema("0003"), False),
        (Schema("0003", "0001"), False),  # older tables serve older code, not this
        (Schema("9999"), False),
        (Schema("9999", "9999"), False),
        (Schema("9999", "0001"), True),
        (Schema(head_revision()), True),
    ],
)
def test_tells_which_tables_this_code_works_on(schema, serves):
    assert schema.serves_this_release is serves


def test_a_step_that_says_to_serve_older_code_only_adds(tmp_path):
    known = known_revisions()
    claims = [revision for revision in known[1:] if oldest_served(revision) != revision]
    assert claims, "no step says to serve older code, so nothing is judged here"
    for revision in claims:
        before, after = address_of(tmp_path / f"{revision}.old"), address_of(tmp_path / f"{revision}.new")
        for url, to in ((before, known[known.index(revision) - 1]), (after, revision)):
            prepare_empty(url)
            upgrade_to(url, to)
        assert changes_older_code_meets(tables_of(before), tables_of(after)) == []


def prepare_empty(url):
    connect(Path(url.database), create=True).close()


def changes_older_code_meets(before, after):
    """Return what older code, which names each column it reads and writes, would stumble over."""
    met = []
    for name, old in before.tables.items():
        new = after.tables.get(name)
        if new is None:
            met.append(f"{name} is gone")
            continue
        for column in old.columns:
            kept = new.columns.get(column.name)
            if kept is None or (str(kept.type), kept.nullable) != (str(column.type), column.nullable):
                met.append(f"{name}.{column.name} changed")
        met += [
            f"{name}.{column.name} must be given"
            for column in new.columns
            if column.name not in old.columns and not column.nullable and column.server_default is None
        ]
        if _rules(new) - _rules(old):
            met.append(f"{name} has new rules")
    return [change for change in met if change.partition(".")[0] not in OF_MIGRATING]


def _rules(table):
    unique = {
        tuple(sorted(column.name for column in rule.columns))
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint)
    }
    indexes = {
        tuple(sorted(column.name for column in index.columns)) for index in table.indexes if index.unique
    }
    return unique | indexes | {(str(key.parent), key.target_fullname) for key in table.foreign_keys}


def test_that_judge_finds_what_older_code_would_stumble_over(tmp_path):
    urls = [address_of(tmp_path / name) for name in ("before", "after")]
    for url in urls:
        prepare_empty(url)
        upgrade_to(url, "0003")
    change(
        urls[1],
        "DROP TABLE passwords",
        "ALTER TABLE moves DROP COLUMN at",
        "ALTER TABLE moves ADD COLUMN reason VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE moves ADD COLUMN note VARCHAR",
        "CREATE UNIQUE INDEX one_name ON devices (name)",
        "CREATE INDEX by_platform ON devices (platform)",
    )
    assert changes_older_code_meets(*map(tables_of, urls)) == [
        "devices has new rules",
        "moves.at changed",
        "passwords is gone",
    ]


def test_what_the_oldest_code_served_writes_is_taken_and_read_back(empty):
    """Rows that know nothing of later steps, put into these tables and asked for by the columns they had."""
    oldest = oldest_served(head_revision())
    upgrade_to(empty, oldest)
    known = tables_of(empty)
    upgrade_to(empty, head_revision())
    fill(empty, known)
    read = {}

    def read_back(config):
        connection = config.attributes["connection"]
        read.update({table.name: connection.execute(table.select()).all() for table in contents(known)})

    with_alembic(empty, read_back)
    assert read
    assert {name: len(rows) for name, rows in read.items()} == dict.fromkeys(read, FEW)
