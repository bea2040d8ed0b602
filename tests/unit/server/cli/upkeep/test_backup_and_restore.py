"""``mooring migrate``, ``backup``, ``restore``: nothing lost, nothing half done, each refusal says why."""

import asyncio
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from mooring import command
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.migrations.revisions import head_revision
from mooring.server.foundation.secrets import Secrets
from mooring.server.licensing.storage.tables import publisher
from mooring.server.record.recorder import Event, Recorder
from mooring.server.record.tables import events
from tests.support.databases import an_empty_database_file
from tests.support.power_cuts import Disk

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WORDS = "four words at random"
KINDS = Statement(select(events.c.kind).order_by(events.c.id))
FOUND = Statement(insert(publisher))


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server in the current folder with a publisher, a secret, a root key and one recorded event."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATA_DIR", "DATABASE_URL", "SECRET_FILE", "ROOT_KEY_FILE", "PUBLIC_URL"):
        monkeypatch.delenv(f"MOORING_{name}", raising=False)
    folder = tmp_path / "mooring-data"
    folder.mkdir()
    an_empty_database_file(folder)
    (folder / "root-key.pem").write_text("the root key")
    secrets = Secrets.load_or_create(folder / "secret")

    async def found(transaction):
        await transaction.execute(
            FOUND,
            one=1,
            issuer="https://a.example",
            hardware_salt=b"salt",
            secret_fingerprint=secrets.fingerprint,
            created_at=AT,
        )
        await Recorder().append(transaction, Event("first", AT))

    in_transaction(folder, found)
    return folder


def in_transaction(folder, work):
    async def run():
        database = SqliteDatabase(folder / "mooring.db")
        async with database.transaction() as transaction:
            await work(transaction)
        await database.close()

    asyncio.run(run())


def record(folder, kind):
    in_transaction(folder, lambda transaction: Recorder().append(transaction, Event(kind, AT)))


def recorded(folder):
    async def run():
        database = SqliteDatabase(folder / "mooring.db")
        async with database.reading() as session:
            rows = await session.fetch(KINDS)
        await database.close()
        return sorted(row.kind for row in rows)

    return asyncio.run(run())


@pytest.fixture
def mooring(capsys, monkeypatch):
    """Run the program; return its exit code, its JSON document if one was asked for, and what it said."""

    def run(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = command.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        if "--json" in arguments:
            return code, json.loads(captured.out), captured.err
        return code, None, captured.out + captured.err

    return run


def test_migrate_makes_the_database_and_then_finds_nothing_to_do(tmp_path, monkeypatch, mooring):
    monkeypatch.chdir(tmp_path)
    file = str(tmp_path / "mooring-data" / "mooring.db")
    head = head_revision()
    assert mooring("migrate", "--json")[:2] == (0, {"database": file, "before": None, "after": head})
    assert mooring("migrate", "--json")[:2] == (0, {"database": file, "before": head, "after": head})
    assert "is up to date" in mooring("migrate")[2]


def test_a_backup_brings_back_the_day_it_was_made(server, mooring):
    code, document, _ = mooring("backup", "a.backup", "--json")
    assert code == 0
    assert document["secrets"] is False
    assert document["secret_fingerprint"] == Secrets.load(server / "secret").fingerprint
    assert Path(document["file"]).exists()
    record(server, "second")
    code, document, said = mooring("restore", "a.backup", "--force", "--json")
    assert code == 0
    assert recorded(server) == ["first"]
    kept = Path(document["kept"])
    assert kept.parent == server
    assert str(kept) in said
    kept.rename(server / "mooring.db")
    assert recorded(server) == ["first", "second"]


def test_a_backup_is_made_while_the_server_runs_but_nothing_is_restored_under_it(server, mooring):
    running = SqliteDatabase(server / "mooring.db")
    assert mooring("backup", "a.backup")[0] == 0
    code, document, _ = mooring("restore", "a.backup", "--force", "--json")
    assert (code, document["code"]) == (4, "database_in_use")
    assert document["next"]["label"] == "Stop the server first."
    asyncio.run(running.close())
    assert sorted(path.name for path in server.iterdir()) == ["mooring.db", "root-key.pem", "secret"]
    assert mooring("restore", "a.backup", "--force")[0] == 0


def test_a_backup_holds_no_secret_unless_a_passphrase_seals_it(server, mooring):
    assert mooring("backup", "a.backup")[0] == 0
    assert mooring("backup", "b.backup", "--passphrase-stdin", stdin=f"{WORDS}\n")[0] == 0
    for name in ("a.backup", "b.backup"):
        content = Path(name).read_bytes()
        assert b"mooring-secret-1" not in content
        assert b"the root key" not in content
    (server / "secret").unlink()
    (server / "root-key.pem").unlink()
    (server / "mooring.db").unlink()
    code, document, _ = mooring("restore", "a.backup", "--json")
    assert (code, document["code"]) == (4, "secret_mismatch")
    assert list(server.iterdir()) == []


def test_a_passphrase_brings_the_secrets_back(server, mooring):
    fingerprint = Secrets.load(server / "secret").fingerprint
    mooring("backup", "a.backup", "--passphrase-stdin", stdin=f"{WORDS}\n")
    server.rename(server.with_name("lost"))
    code, document, _ = mooring("restore", "a.backup", "--json")
    assert (code, document["code"]) == (4, "secret_mismatch")
    assert "--passphrase-stdin" in document["next"]["label"]
    code, document, _ = mooring("restore", "a.backup", "--passphrase-stdin", "--json", stdin="another\n")
    assert (code, document["code"]) == (2, "value_refused")
    assert not server.exists()
    code, document, _ = mooring("restore", "a.backup", "--passphrase-stdin", "--json", stdin=f"{WORDS}\r\n")
    assert (code, document["secrets"]) == (0, True)
    assert Secrets.load(server / "secret").fingerprint == fingerprint
    assert (server / "root-key.pem").read_text() == "the root key"
    assert (server / "root-key.pem").stat().st_mode & 0o777 == 0o600
    assert recorded(server) == ["first"]


def test_what_a_restore_brings_back_outlives_a_power_cut(server, mooring, monkeypatch):
    mooring("backup", "a.backup", "--passphrase-stdin", stdin=f"{WORDS}\n")
    server.rename(server.with_name("lost"))
    disk = Disk(monkeypatch)
    assert mooring("restore", "a.backup", "--passphrase-stdin", stdin=f"{WORDS}\n")[0] == 0
    for name in ("secret", "root-key.pem", "mooring.db"):
        assert disk.would_keep(server / name)


def test_restore_refuses_a_backup_of_another_secret(server, mooring):
    mooring("backup", "a.backup", "--passphrase-stdin", stdin=f"{WORDS}\n")
    (server / "secret").unlink()
    Secrets.load_or_create(server / "secret")
    record(server, "second")
    code, document, _ = mooring(
        "restore", "a.backup", "--force", "--passphrase-stdin", "--json", stdin=f"{WORDS}\n"
    )
    assert (code, document["code"]) == (4, "secret_mismatch")
    assert "belongs to another secret" in document["detail"]
    assert recorded(server) == ["first", "second"]


def test_backup_refuses_to_seal_another_databases_secret(server, mooring):
    (server / "secret").unlink()
    Secrets.load_or_create(server / "secret")
    code, document, _ = mooring("backup", "a.backup", "--passphrase-stdin", "--json", stdin=f"{WORDS}\n")
    assert (code, document["code"]) == (4, "secret_mismatch")
    assert not Path("a.backup").exists()
    assert mooring("backup", "a.backup")[0] == 0


def test_restore_never_replaces_a_database_unasked(server, mooring):
    mooring("backup", "a.backup")
    record(server, "second")
    code, document, _ = mooring("restore", "a.backup", "--json")
    assert (code, document["code"]) == (4, "already_exists")
    assert "--force" in document["next"]["label"]
    assert recorded(server) == ["first", "second"]


def test_restore_changes_nothing_where_the_backup_is_damaged(server, mooring):
    mooring("backup", "a.backup")
    content = bytearray(Path("a.backup").read_bytes())
    content[len(content) // 2] ^= 0xFF
    Path("a.backup").write_bytes(content)
    before = sorted(path.name for path in server.iterdir())
    code, document, _ = mooring("restore", "a.backup", "--force", "--json")
    assert (code, document["code"]) == (2, "value_refused")
    assert "is damaged" in document["detail"]
    assert sorted(path.name for path in server.iterdir()) == before
    assert recorded(server) == ["first"]


@pytest.mark.parametrize("words", ["", "\n", "short\n", "elevenchars\n"])
def test_backup_refuses_a_passphrase_that_protects_nothing(server, mooring, words):
    code, document, _ = mooring("backup", "a.backup", "--passphrase-stdin", "--json", stdin=words)
    assert (code, document["code"]) == (2, "value_refused")
    assert "at least 12 characters" in document["detail"]
    assert not Path("a.backup").exists()


def test_backup_never_overwrites_and_leaves_no_draft(server, mooring):
    Path("a.backup").write_text("precious")
    code, document, _ = mooring("backup", "a.backup", "--json")
    assert (code, document["code"]) == (4, "already_exists")
    assert Path("a.backup").read_text() == "precious"
    code, document, _ = mooring("backup", "absent/a.backup", "--json")
    assert (code, document["code"]) == (2, "value_refused")
    mooring("backup", "b.backup")
    assert sorted(path.name for path in Path().iterdir()) == ["a.backup", "b.backup", "mooring-data"]


def test_backup_says_when_there_is_nothing_to_back_up(tmp_path, monkeypatch, mooring):
    monkeypatch.chdir(tmp_path)
    code, document, _ = mooring("backup", "a.backup", "--json")
    assert (code, document["code"]) == (4, "not_there")
    assert list(tmp_path.iterdir()) == []
