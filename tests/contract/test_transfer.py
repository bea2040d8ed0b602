"""A whole database goes from SQLite to PostgreSQL and back, and is proven to be the same there."""

import asyncio
from contextlib import closing, nullcontext
from datetime import UTC, datetime

import pytest

from mooring.server.foundation.backups.copying import DatabaseInUse
from mooring.server.foundation.database.address import address_of
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations.revisions import SchemaUnknown, head_revision, schema_of
from mooring.server.foundation.transfer.moving import copy_to_file, move_to_postgresql
from mooring.server.foundation.transfer.transferring import NotEqual, TransferRefused
from tests.support.databases import an_empty_database_file
from tests.support.filled import FEW, a_filled_file, fill, rows_of
from tests.support.postgresql import a_postgresql, cluster
from tests.support.schemas import change, described, upgrade_to

AT = datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def empty():
    with a_postgresql(empty=True) as url:
        yield url


@pytest.fixture
def current():
    """A PostgreSQL with this release's tables, and no rows."""
    with a_postgresql() as url:
        yield url


def move(file, url, *, replace_at=None, bar=lambda _: nullcontext(lambda _: None)):
    return asyncio.run(move_to_postgresql(file, url, say=lambda _: None, bar=bar, replace_at=replace_at))


def copy(url, file):
    return asyncio.run(copy_to_file(url, file, bar=lambda _: nullcontext(lambda _: None)))


def test_every_row_arrives_and_comes_back(empty, tmp_path):
    file = a_filled_file(tmp_path, licenses=6_000)
    sent = rows_of(address_of(file))
    assert all(sent.values())
    there = move(file, empty)
    assert rows_of(empty) == sent
    back = copy(empty, tmp_path / "back.db")
    assert rows_of(address_of(tmp_path / "back.db")) == sent
    for moved in (there, back):
        assert moved.revision == head_revision()
        assert {proof.table: proof.source.rows for proof in moved.proofs} == {
            name: len(rows) for name, rows in sent.items()
        }
        assert all(proof.equal for proof in moved.proofs)
    digests = [{proof.table: proof.target.digest for proof in moved.proofs} for moved in (there, back)]
    assert digests[0] == digests[1]
    assert len(set(digests[0].values())) == len(sent)


def test_tables_that_are_there_and_empty_are_filled(current, tmp_path):
    before = described(current)
    file = a_filled_file(tmp_path)
    move(file, current)
    assert rows_of(current) == rows_of(address_of(file))
    assert described(current) == before


def test_tells_how_much_is_done_of_how_much(empty, tmp_path):
    told = []

    def bar(total):
        told.append(total)
        return nullcontext(told.append)

    file = a_filled_file(tmp_path)
    move(file, empty, bar=bar)
    total = 2 * FEW * len(rows_of(empty))
    assert told[0] == told[-1] == total
    assert told[1:] == sorted(set(told[1:]))


@pytest.mark.parametrize(
    ("table", "deed"),
    [("licenses", "NEW.held := NEW.held + 1; RETURN NEW"), ("events", "RETURN NULL")],
)
def test_a_row_that_is_changed_or_lost_on_the_way_undoes_everything(current, tmp_path, table, deed):
    change(
        current,
        f"CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {deed}; END $$",
        f"CREATE TRIGGER meddler BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION meddle()",
    )
    with pytest.raises(NotEqual, match=rf"These tables did not arrive as they were sent: {table}\."):
        move(a_filled_file(tmp_path), current)
    assert not any(rows_of(current).values())


def test_never_mixes_with_rows_that_are_there(current, tmp_path):
    fill(current, licenses=3)
    before = rows_of(current)
    with pytest.raises(TransferRefused, match="is not empty: there are rows in "):
        move(a_filled_file(tmp_path), current)
    assert rows_of(current) == before


def test_takes_nothing_from_a_database_that_is_open(empty, tmp_path):
    file = a_filled_file(tmp_path)
    with closing(connect(file)) as user:
        user.execute("SELECT 1 FROM licenses").fetchone()
        with pytest.raises(DatabaseInUse, match="is in use"):
            move(file, empty)
    assert described(empty) == {}
    move(file, empty)


def test_what_does_not_fit_is_named_and_nothing_is_kept(empty, tmp_path):
    file = a_filled_file(tmp_path)
    with closing(connect(file)) as connection:
        connection.execute("UPDATE devices SET name = ? WHERE rowid = 1", ("x" * 101,))
    with pytest.raises(TransferRefused, match=r"take a row of the table devices: value too long"):
        move(file, empty)
    assert described(empty) == {}


def test_a_zero_character_becomes_what_postgresql_can_keep(empty, tmp_path):
    file = a_filled_file(tmp_path)
    with closing(connect(file)) as connection:
        connection.execute("UPDATE devices SET name = ? WHERE rowid = 1", ("a\0b",))
    assert all(proof.equal for proof in move(file, empty).proofs)
    assert any("a\\ufffdb" in row for row in rows_of(empty)["devices"])


def test_what_is_replaced_is_kept_in_a_schema_of_its_own(current, tmp_path):
    fill(current, licenses=3)
    old = rows_of(current)
    file = a_filled_file(tmp_path)
    moved = move(file, current, replace_at=AT)
    assert moved.kept == "replaced_20260131t120005z"
    assert rows_of(current) == rows_of(address_of(file))
    kept = examine(
        current,
        lambda connection: connection.exec_driver_sql(f"SELECT count(*) FROM {moved.kept}.licenses").scalar(),
    )
    assert kept == len(old["licenses"])


def test_an_older_backup_brings_its_own_tables(current, tmp_path):
    file = tmp_path / "old.db"
    connect(file, create=True).close()
    upgrade_to(address_of(file), "0003")
    fill(address_of(file))
    moved = move(file, current)
    assert (moved.revision, moved.kept) == ("0003", None)
    assert rows_of(current) == rows_of(address_of(file))
    assert examine(current, schema_of).revision == "0003"


def test_newer_tables_are_neither_sent_nor_replaced(current, tmp_path):
    file = an_empty_database_file(tmp_path)
    change(current, "UPDATE alembic_version SET version_num = '9999'")
    for doing in (lambda: move(file, current), lambda: copy(current, tmp_path / "copy.db")):
        with pytest.raises(SchemaUnknown):
            doing()
    with closing(connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with a_postgresql(empty=True) as empty, pytest.raises(SchemaUnknown):
        move(file, empty)


def test_a_database_without_tables_has_nothing_to_send(empty, tmp_path):
    connect(tmp_path / "none.db", create=True).close()
    with pytest.raises(TransferRefused, match="has no tables yet"):
        move(tmp_path / "none.db", empty)
    with pytest.raises(TransferRefused, match="has no tables yet"):
        copy(empty, tmp_path / "copy.db")


def test_a_copy_shows_one_instant_while_others_write(current, tmp_path):
    fill(current, licenses=6_000)
    before = rows_of(current)
    told = []

    def write_meanwhile(done):
        told.append(done)
        cluster().sql("UPDATE licenses SET held = held + 1 WHERE held < 5", database=current.database)

    moved = asyncio.run(
        copy_to_file(current, tmp_path / "copy.db", bar=lambda _: nullcontext(write_meanwhile))
    )
    assert rows_of(address_of(tmp_path / "copy.db")) == before
    assert rows_of(current) != before
    assert len(told) > len(moved.proofs)


def test_an_absent_file_is_no_database(empty, tmp_path):
    with pytest.raises(DatabaseUnavailable):
        move(tmp_path / "absent.db", empty)
    assert not (tmp_path / "absent.db").exists()
