"""Upkeep of a server that customers use: new signing keys, backups, restores, migrations, plain errors."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring.client.adapters.store.document import Owner, read_document, write_document
from tests.support.commands import Laptop
from tests.support.server_commands import operate, refused
from tests.support.servers import Server

PASSPHRASE = "four words at random\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server of this test's own, which may be stopped and ruined."""
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(folder)
    made = server.found("Harbor Notes")
    server.first_key = made["product_key"]
    server.start()
    yield server
    if server.process is not None:
        server.stop()


@pytest.fixture
def laptop(server: Server, tmp_path: Path) -> Laptop:
    """A computer that is activated at this server."""
    laptop = Laptop(tmp_path / "laptop", server.folder / "mooring.json")
    laptop.ask("activate", server.first_key)
    return laptop


def restart(server: Server) -> None:
    """Start the server anew, which takes new keys up at once."""
    server.stop()
    server.start()


def current_key(server: Server, use: str = "certificate") -> dict:
    keys = server.run("admin", "signing-key", "list")["items"]
    (current,) = [key for key in keys if key["use"] == use and key["state"] == "current"]
    return current


def test_new_signing_keys_need_no_new_program(server: Server, laptop: Laptop):
    before = current_key(server)
    server.run("admin", "signing-key", "rotate")
    after = current_key(server)
    assert after["kid"] != before["kid"]
    assert after["epoch"] > before["epoch"]
    assert laptop.ask("renew")["certificate"]["sequence"] == 2  # the running server still may use the old one
    restart(server)
    assert laptop.ask("renew")["certificate"]["sequence"] == 3
    assert laptop.ask("status")["state"] == "activated"
    license_id = laptop.ask("status")["license"]["id"]
    server.run("admin", "license", "suspend", license_id)
    assert laptop.ask("renew", exit_code=4)["code"] == "license_suspended"
    assert laptop.ask("status", exit_code=3)["reason"]["code"] == "license_suspended"


def test_stolen_signing_keys_are_believed_no_more(server: Server, laptop: Laptop):
    state = laptop.home / "state.json"
    owner = Owner(server.address, "harbor-notes")
    before = read_document(state.read_bytes(), owner)
    server.run("admin", "signing-key", "rotate", "--compromised")
    key = current_key(server)
    assert key["min_epoch"] == key["epoch"]
    assert laptop.ask("status")["state"] == "activated"  # it has not met the new keys
    restart(server)
    laptop.ask("renew")
    after = read_document(state.read_bytes(), owner)
    assert before.min_epoch < after.min_epoch == key["epoch"]
    state.write_bytes(write_document(after._replace(certificate=before.certificate), owner))
    (laptop.home / "state.previous.json").unlink(missing_ok=True)
    assert laptop.ask("status", exit_code=3)["reason"]["code"] == "certificate_invalid"


def test_an_offline_root_states_keys_that_it_never_sees(server: Server, laptop: Laptop, tmp_path: Path):
    root = tmp_path / "safe" / "root.pem"
    root.parent.mkdir()
    shutil.move(server.folder / "data" / "root-key.pem", root)
    assert refused(server, "admin", "signing-key", "rotate")
    before = current_key(server)
    server.run("admin", "signing-key", "request", "request.json")
    assert current_key(server) == before
    request, statements = server.folder / "request.json", tmp_path / "statements.json"
    assert b"PRIVATE" not in request.read_bytes()
    assert '"d"' not in request.read_text()
    away = Server(tmp_path / "safe")  # another computer: no database, no secret
    away.run(
        "admin", "signing-key", "sign", str(request), "--root-key", str(root), "--output", str(statements)
    )
    assert not (tmp_path / "safe" / "data").exists()
    server.run("admin", "signing-key", "install", str(statements))
    assert current_key(server)["kid"] != before["kid"]
    restart(server)
    assert laptop.ask("renew")["state"] == "activated"
    assert laptop.ask("certificate", "inspect")["genuine"] is True


def test_statements_of_another_root_are_refused(server: Server, tmp_path: Path):
    (tmp_path / "stranger").mkdir()
    stranger = Server(tmp_path / "stranger")
    stranger.found("Harbor Notes")
    server.run("admin", "signing-key", "request", "request.json")
    before = current_key(server)
    sign = ("admin", "signing-key", "sign", str(server.folder / "request.json"), "--output", "forged.json")
    operate(stranger, *sign, "--root-key", str(tmp_path / "stranger" / "data" / "root-key.pem"))
    ran = operate(server, "admin", "signing-key", "install", str(tmp_path / "stranger" / "forged.json"))
    assert ran.exit_code in {2, 4}
    assert current_key(server) == before


def test_a_backup_taken_while_serving_brings_everything_back(server: Server, laptop: Laptop, tmp_path: Path):
    backup = tmp_path / "mooring.backup"
    made = server.run("backup", str(backup))
    assert made["secrets"] is False
    assert refused(server, "backup", str(backup)) == "already_exists"
    later = laptop.ask("renew")["certificate"]["sequence"]
    assert refused(server, "restore", str(backup)) == "already_exists"
    assert refused(server, "restore", str(backup), "--force") == "database_in_use"
    server.stop()
    restored = server.run("restore", str(backup), "--force")
    assert Path(restored["kept"]).exists()
    server.start()
    # The device is ahead of the server that was restored: it goes on from what the device shows.
    assert laptop.ask("renew")["certificate"]["sequence"] > later
    assert laptop.ask("status")["state"] == "activated"
    assert server.run("doctor")["sound"] is True


def test_a_backup_does_not_fit_another_servers_secret(server: Server, tmp_path: Path):
    backup = tmp_path / "mooring.backup"
    server.run("backup", str(backup))
    (tmp_path / "stranger").mkdir()
    stranger = Server(tmp_path / "stranger")
    stranger.found("Sea Charts")
    database = tmp_path / "stranger" / "data" / "mooring.db"
    before = database.read_bytes()
    assert refused(stranger, "restore", str(backup), "--force") == "secret_mismatch"
    assert database.read_bytes() == before
    (tmp_path / "bare").mkdir()
    bare = Server(tmp_path / "bare")
    assert refused(bare, "restore", str(backup)) == "secret_mismatch"
    assert not (tmp_path / "bare" / "data" / "mooring.db").exists()


def test_a_backup_with_sealed_secrets_starts_a_new_computer(server: Server, laptop: Laptop, tmp_path: Path):
    backup = tmp_path / "mooring.backup"
    assert refused(server, "backup", str(backup), "--passphrase-stdin", stdin="short\n", exit_code=2)
    sealed = operate(server, "backup", str(backup), "--passphrase-stdin", stdin=PASSPHRASE)
    assert sealed.document["secrets"] is True
    secret = (server.folder / "data" / "secret").read_bytes()
    assert secret.strip() not in backup.read_bytes()
    server.stop()
    shutil.rmtree(server.folder / "data")
    wrong = ("restore", str(backup), "--passphrase-stdin")
    assert refused(server, *wrong, stdin="another four words\n", exit_code=2)
    assert not (server.folder / "data" / "mooring.db").exists()
    restored = operate(server, "restore", str(backup), "--passphrase-stdin", stdin=PASSPHRASE)
    assert (restored.exit_code, restored.document["secrets"]) == (0, True)
    assert (server.folder / "data" / "secret").read_bytes() == secret
    server.start()
    assert laptop.ask("renew")["state"] == "activated"
    laptop.wipe()
    assert laptop.ask("activate")["state"] == "activated"  # the hardware is still known


def test_a_damaged_backup_replaces_nothing(server: Server, tmp_path: Path):
    backup = tmp_path / "mooring.backup"
    server.run("backup", str(backup))
    server.stop()
    database = server.folder / "data" / "mooring.db"
    before = database.read_bytes()
    whole = backup.read_bytes()
    for name, damaged in (("cut", whole[: len(whole) // 2]), ("flipped", _flipped(whole)), ("empty", b"")):
        (tmp_path / name).write_bytes(damaged)
        assert refused(server, "restore", str(tmp_path / name), "--force", exit_code=2)
        assert database.read_bytes() == before


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def test_doctor_finds_a_sound_server_sound_and_names_what_is_not(server: Server, tmp_path: Path):
    assert server.run("doctor")["sound"] is True
    secret = server.folder / "data" / "secret"
    (tmp_path / "stranger").mkdir()
    stranger = Server(tmp_path / "stranger")
    stranger.found("Sea Charts")
    own = secret.read_bytes()
    secret.write_bytes((tmp_path / "stranger" / "data" / "secret").read_bytes())
    ran = operate(server, "doctor")
    assert (ran.exit_code, ran.document["sound"]) == (4, False)
    problems = [check for check in ran.document["checks"] if check["level"] == "problem"]
    assert any("secret" in problem["detail"] for problem in problems)
    assert all(problem["next"] for problem in problems)
    secret.write_bytes(own)
    server.stop()
    database = server.folder / "data" / "mooring.db"
    content = bytearray(database.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    database.write_bytes(content)
    assert operate(server, "doctor").exit_code == 4


def test_migrate_makes_an_empty_database_and_leaves_a_current_one(tmp_path: Path):
    server = Server(tmp_path)
    first = server.run("migrate")
    assert first["before"] is None
    assert server.run("migrate") == first | {"before": first["after"]}
    database = tmp_path / "data" / "mooring.db"
    assert first["database"] == str(database)
    with server.database() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert refused(server, "admin", "product", "list")


def test_commands_in_an_empty_folder_say_how_to_begin(tmp_path: Path):
    server = Server(tmp_path)
    for command in (("admin", "product", "list"), ("backup", "x.backup")):
        ran = operate(server, *command)
        assert ran.exit_code == 4
        assert "mooring init" in ran.err or "MOORING_DATA_DIR" in ran.err
    assert not (tmp_path / "data" / "mooring.db").exists()


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path):
    for name, value in (("MOORING_DATABASE_URL", "nonsense"), ("MOORING_PUBLIC_URL", "ftp://x")):
        server = Server(tmp_path, **{name: value})
        ran = operate(server, "serve", "--port", "0")
        assert ran.exit_code == 2
        assert name in ran.err
