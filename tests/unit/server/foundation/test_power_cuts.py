"""What the server was told to keep in files outlives a power cut: the content first, and then its name."""

from datetime import UTC, datetime

import pytest

from mooring.server.foundation.backups.archive import Note, write
from mooring.server.foundation.backups.copying import put_in_place
from mooring.server.foundation.secrets import Secrets
from tests.support.power_cuts import Disk


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def test_the_secret_is_kept(tmp_path, disk):
    Secrets.generate().save(tmp_path / "secret")
    assert disk.would_keep(tmp_path / "secret")


def test_a_backup_is_kept(tmp_path, disk):
    database = tmp_path / "copy.db"
    database.write_bytes(b"rows")
    note = Note(
        made_at=datetime(2026, 1, 2, tzinfo=UTC), revision="0001", secret_fingerprint="a", database_bytes=4
    )
    write(tmp_path / "a.backup", note, database, b"sealed", lambda _: None)
    assert disk.would_keep(tmp_path / "a.backup")


def test_a_restored_database_is_kept(tmp_path, disk):
    draft = tmp_path / "draft.db"
    draft.write_bytes(b"rows")
    put_in_place(draft, tmp_path / "mooring.db", keep_as=tmp_path / "old.db")
    assert disk.would_keep(tmp_path / "mooring.db")
