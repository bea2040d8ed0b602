"""A backup's file is whole or absent, and a damaged one is refused."""

import io
import stat
import zipfile
from datetime import UTC, datetime

import msgspec
import pytest

from mooring.server.foundation.backups.archive import BackupExists, BackupFile, BackupUnusable, Note, write

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "copy.db"
    file.write_bytes(bytes(range(256)) * 10_000)
    return file


def a_note(database):
    return Note(made_at=AT, revision="0001", secret_fingerprint="abc", database_bytes=database.stat().st_size)


def a_backup(folder, database, sealed=None):
    file = folder / "a.backup"
    write(file, a_note(database), database, sealed, lambda _: None)
    return file


def taken_from(backup):
    target = io.BytesIO()
    backup.take_database(target, lambda _: None)
    return target.getvalue()


def test_gives_back_what_was_put_in(tmp_path, database):
    file = a_backup(tmp_path, database, b"sealed")
    with BackupFile(file) as backup:
        assert backup.note == a_note(database)
        assert backup.sealed_secrets == b"sealed"
        assert taken_from(backup) == database.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.backup", "copy.db"]


def test_holds_no_secrets_unless_they_are_given(tmp_path, database):
    with BackupFile(a_backup(tmp_path, database)) as backup:
        assert backup.sealed_secrets is None


def test_tells_how_far_it_is(tmp_path, database):
    said = []
    write(tmp_path / "a.backup", a_note(database), database, None, said.append)
    assert said == sorted(said)
    assert len(said) > 1
    assert said[-1] == database.stat().st_size


def test_never_overwrites(tmp_path, database):
    (tmp_path / "a.backup").write_text("precious")
    with pytest.raises(BackupExists, match="already"):
        a_backup(tmp_path, database)
    assert (tmp_path / "a.backup").read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 2


def test_leaves_nothing_when_it_fails_half_way(tmp_path, database):
    def fail(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a.backup", a_note(database), database, None, fail)
    assert [entry.name for entry in tmp_path.iterdir()] == ["copy.db"]


def test_refuses_what_is_no_backup(tmp_path):
    (tmp_path / "letter").write_text("Dear database")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme", "hello")
    with zipfile.ZipFile(tmp_path / "later.zip", "w") as archive:
        archive.writestr("backup.json", '{"mooring_backup": 2}')
    for name in ("letter", "other.zip", "later.zip"):
        with pytest.raises(BackupUnusable, match="it is no Mooring backup"):
            BackupFile(tmp_path / name)
    with pytest.raises(BackupUnusable, match="No such file or directory"):
        BackupFile(tmp_path / "absent")


def test_notices_every_kind_of_damage(tmp_path, database):
    whole = a_backup(tmp_path, database, b"sealed").read_bytes()
    damaged = tmp_path / "damaged.backup"
    for place in range(0, len(whole), len(whole) // 97):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        try:
            with BackupFile(damaged) as backup:
                # Damage that no checksum covers (a time stamp, say) must at least change nothing.
                assert backup.note == a_note(database)
                assert backup.sealed_secrets in {b"sealed", None}
                assert taken_from(backup) == database.read_bytes()
        except BackupUnusable:
            pass
    for length in range(0, len(whole), len(whole) // 53):
        damaged.write_bytes(whole[:length])
        with pytest.raises(BackupUnusable):
            BackupFile(damaged)


def test_says_when_the_database_in_it_is_damaged(tmp_path, database):
    file = a_backup(tmp_path, database)
    content = bytearray(file.read_bytes())
    content[content.index(b"mooring.db") + 600] ^= 0xFF
    file.write_bytes(content)
    with BackupFile(file) as backup, pytest.raises(BackupUnusable, match="is damaged"):
        taken_from(backup)


@pytest.mark.parametrize("member", ["revision", "secret_fingerprint"])
def test_shows_no_note_that_steers_the_terminal(tmp_path, database, member):
    note = msgspec.to_builtins(a_note(database)) | {member: "\x1b[2J"}
    with zipfile.ZipFile(tmp_path / "a.backup", "w") as archive:
        archive.writestr("backup.json", msgspec.json.encode(note))
    with pytest.raises(BackupUnusable, match="it is no Mooring backup"):
        BackupFile(tmp_path / "a.backup")


@pytest.mark.parametrize("flag", [(6, 8, 1), (8, 10, 99)], ids=["encrypted", "packed otherwise"])
def test_refuses_members_that_cannot_be_unpacked(tmp_path, database, flag):
    local, central, value = flag
    content = bytearray(a_backup(tmp_path, database).read_bytes())
    content[local] = value
    content[content.index(b"PK\1\2") + central] = value
    (tmp_path / "strange.backup").write_bytes(content)
    with pytest.raises(BackupUnusable, match="it is no Mooring backup"):
        BackupFile(tmp_path / "strange.backup")


def test_unpacks_no_more_than_the_note_says(tmp_path, database):
    note = msgspec.structs.replace(a_note(database), database_bytes=database.stat().st_size - 1)
    file = tmp_path / "bomb.backup"
    write(file, note, database, bytes(65_537), lambda _: None)
    with BackupFile(file) as backup:
        with pytest.raises(BackupUnusable, match="is damaged"):
            taken_from(backup)
        with pytest.raises(BackupUnusable, match="is damaged"):
            _ = backup.sealed_secrets
