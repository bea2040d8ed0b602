"""A copy shows one instant of a database that others go on writing; replacing one needs it to be at rest."""

import sqlite3
from contextlib import closing

import pytest

from mooring.server.foundation.backups.copying import (
    DatabaseInUse,
    copy_database,
    faults_of,
    put_in_place,
    require_sound,
)
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect

ROWS = 30_000


def a_database(file, word="old"):
    with closing(connect(file, create=True)) as connection:
        connection.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT)")
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO words VALUES (?, ?)", ((number, word + "." * 500) for number in range(ROWS))
        )
        connection.execute("COMMIT")
    return file


def words_in(file):
    with closing(sqlite3.connect(file)) as connection:
        return {row[0].rstrip(".") for row in connection.execute("SELECT word FROM words")}


def test_copies_one_instant_while_others_write(tmp_path):
    source, steps = a_database(tmp_path / "source.db"), []
    with closing(connect(source)) as writer:

        def write_meanwhile(done, total):
            steps.append((done, total))
            writer.execute("UPDATE words SET word = ?", (f"new{len(steps)}",))

        copy_database(source, tmp_path / "copy.db", write_meanwhile)
    assert words_in(tmp_path / "copy.db") == {"old"}
    assert words_in(source) == {f"new{len(steps)}"}
    assert len(steps) == -(-steps[0][1] // 2048)  # so many steps of 8 MiB: it was never begun anew
    assert steps[-1] == (steps[0][1], steps[0][1])
    require_sound(tmp_path / "copy.db")


def test_a_copy_is_its_owners_alone_and_takes_no_files_place(tmp_path):
    source = a_database(tmp_path / "source.db")
    copy_database(source, tmp_path / "copy.db", lambda *_: None)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        copy_database(source, tmp_path / "copy.db", lambda *_: None)


def test_finds_what_is_damaged(tmp_path):
    file = a_database(tmp_path / "a.db")
    assert faults_of(file) == []
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE boats (id INTEGER PRIMARY KEY, word REFERENCES words(id))")
        connection.execute(f"INSERT INTO boats VALUES (1, {ROWS + 5})")
        connection.commit()
    assert faults_of(file) == ["a row of boats refers to no row of words"]
    content = bytearray(file.read_bytes())
    content[50 * 4096 : 51 * 4096] = b"\xee" * 4096
    file.write_bytes(content)
    assert faults_of(file)
    with pytest.raises(DatabaseUnavailable, match="is damaged"):
        require_sound(file)


def test_finds_what_would_go_on_changing_the_database(tmp_path):
    file = a_database(tmp_path / "a.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TRIGGER thief AFTER INSERT ON words BEGIN DELETE FROM words; END")
        connection.execute("CREATE VIEW harbor AS SELECT * FROM words")
        connection.commit()
    assert faults_of(file) == ["it has a trigger", "it has a view"]


def test_takes_the_place_of_another_and_keeps_it(tmp_path):
    old, new = a_database(tmp_path / "a.db", "old"), a_database(tmp_path / "b.db", "new")
    assert put_in_place(new, old, keep_as=tmp_path / "kept.db") is True
    assert words_in(tmp_path / "a.db") == {"new"}
    assert words_in(tmp_path / "kept.db") == {"old"}
    assert not new.exists()


def test_takes_an_empty_place(tmp_path):
    new = a_database(tmp_path / "b.db", "new")
    assert put_in_place(new, tmp_path / "a.db", keep_as=tmp_path / "kept.db") is False
    assert words_in(tmp_path / "a.db") == {"new"}
    assert not (tmp_path / "kept.db").exists()


def test_never_replaces_a_database_that_is_open(tmp_path):
    old, new = a_database(tmp_path / "a.db", "old"), a_database(tmp_path / "b.db", "new")
    with closing(connect(old)) as user:
        with pytest.raises(DatabaseInUse, match="in use"):
            put_in_place(new, old, keep_as=tmp_path / "kept.db")
        user.execute("INSERT INTO words VALUES (-1, 'late')")
    assert words_in(old) == {"old", "late"}
    assert new.exists()
    assert not (tmp_path / "kept.db").exists()


def test_what_was_still_in_the_log_is_kept_with_the_old_database(tmp_path):
    old, new = a_database(tmp_path / "a.db", "old"), a_database(tmp_path / "b.db", "new")
    with closing(connect(old)) as user:  # a killed server leaves its log behind
        user.execute("UPDATE words SET word = 'logged'")
        left_behind = {name: (tmp_path / name).read_bytes() for name in ("a.db", "a.db-wal")}
    for name, content in left_behind.items():
        (tmp_path / name).write_bytes(content)
    put_in_place(new, old, keep_as=tmp_path / "kept.db")
    assert words_in(tmp_path / "a.db") == {"new"}
    assert words_in(tmp_path / "kept.db") == {"logged"}


def test_replaces_a_damaged_database_and_a_log_without_its_database(tmp_path):
    (tmp_path / "a.db").write_text("no database " * 1000)
    put_in_place(a_database(tmp_path / "b.db", "new"), tmp_path / "a.db", keep_as=tmp_path / "kept.db")
    assert words_in(tmp_path / "a.db") == {"new"}
    (tmp_path / "c.db-wal").write_bytes(b"a stranger's log")
    put_in_place(a_database(tmp_path / "b.db", "newer"), tmp_path / "c.db", keep_as=tmp_path / "kept2.db")
    assert words_in(tmp_path / "c.db") == {"newer"}
    assert not (tmp_path / "c.db-wal").exists()
