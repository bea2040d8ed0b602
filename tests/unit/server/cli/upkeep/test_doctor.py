"""What the doctor finds sound, doubtful and broken."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mooring import command
from mooring.server.cli.upkeep.checks import computer, content, embedded
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.secrets import Secrets
from mooring.server.licensing.domain.signing import SigningKeyRecord
from tests.support.databases import an_empty_database_file, settings_in

AT = datetime(2026, 6, 1, tzinfo=UTC)
MIB = 1 << 20


def a_key(use="certificate", days=100, **changes):
    values = {
        "kid": use,
        "use": use,
        "sealed_private_key": b"",
        "statement": "",
        "epoch": 1,
        "min_epoch": 1,
        "not_before": AT - timedelta(days=1),
        "sign_until": AT + timedelta(days=days),
        "current": True,
        "created_at": AT,
    }
    return SigningKeyRecord(**values | changes)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        (None, "warning"),
        ("https://activation.example.com", "ok"),
        ("http://127.0.0.1:8000", "ok"),
        ("http://[::1]:8000", "ok"),
        ("http://localhost:8000", "ok"),
        ("http://activation.example.com", "problem"),
        ("http://127.0.0.1.example.com", "problem"),
        ("http://192.0.2.7", "problem"),
    ],
)
def test_the_public_url_is_encrypted_except_on_this_computer(url, level):
    assert computer.check_public_url(url).level == level


@pytest.mark.parametrize(
    ("free", "size", "level"),
    [
        (64 * MIB - 1, 0, "problem"),
        (64 * MIB, 0, "warning"),
        (1024 * MIB - 1, 0, "warning"),
        (1024 * MIB, 512 * MIB, "ok"),
        (1024 * MIB, 512 * MIB + 1, "warning"),
        (9000 * MIB, 4500 * MIB, "ok"),
    ],
)
def test_there_is_room_to_grow_and_to_back_up(free, size, level):
    assert computer.judge_disk_space(free, size, Path("/srv")).level == level


@pytest.mark.parametrize(
    ("newest", "at", "level"),
    [
        (None, AT, "ok"),
        (AT, AT, "ok"),
        (AT, AT - timedelta(minutes=5), "ok"),
        (AT, AT - timedelta(minutes=5, seconds=1), "problem"),
        (None, datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), "problem"),
        (None, datetime(2026, 1, 1, tzinfo=UTC), "ok"),
    ],
)
def test_the_clock_is_not_behind_what_happened(newest, at, level):
    assert content.check_clock(newest, at).level == level


@pytest.mark.parametrize(
    ("keys", "level"),
    [
        ([], "problem"),
        ([a_key()], "problem"),
        ([a_key(), a_key("status_list")], "ok"),
        ([a_key(), a_key("status_list", current=False)], "problem"),
        ([a_key(days=-1), a_key("status_list")], "problem"),
        ([a_key(days=60), a_key("status_list")], "ok"),
        ([a_key(days=59), a_key("status_list")], "warning"),
        ([a_key(), a_key("status_list", days=59)], "warning"),
        ([a_key(days=1), a_key(days=90), a_key("status_list", days=80)], "ok"),
    ],
)
def test_a_key_signs_for_each_use_now_and_for_some_time(keys, level):
    assert content.check_signing_keys(keys, AT).level == level


def test_the_root_key_may_be_away_but_not_open(tmp_path):
    file = tmp_path / "root-key.pem"
    assert computer.check_root_key(file).level == "ok"
    file.touch(0o600)
    assert computer.check_root_key(file).level == "ok"
    for mode in (0o640, 0o604, 0o610):
        file.chmod(mode)
        assert computer.check_root_key(file) == (
            "root_key",
            "problem",
            f"The root key {file} can be read by other users.",
            f"Run: chmod 600 {file}",
        )
    (tmp_path / "file").touch()
    assert computer.check_root_key(tmp_path / "file" / "root-key.pem").level == "problem"


def test_the_secret_is_there_whole_and_its_owners_alone(tmp_path):
    file = tmp_path / "secret"
    finding, secrets = computer.check_secret(file)
    assert (finding.level, secrets) == ("problem", None)
    made = Secrets.load_or_create(file)
    finding, secrets = computer.check_secret(file)
    assert (finding.level, secrets.fingerprint) == ("ok", made.fingerprint)
    file.chmod(0o644)
    finding, secrets = computer.check_secret(file)
    assert (finding.level, finding.next_step, secrets) == ("problem", f"Run: chmod 600 {file}", None)


def test_the_secret_is_the_databases():
    secrets = Secrets(bytes(32))
    assert content.check_fingerprint(None, secrets).level == "warning"
    assert content.check_fingerprint(secrets.fingerprint, secrets).level == "ok"
    assert content.check_fingerprint("another", secrets).level == "problem"
    assert "missing" in content.check_fingerprint("another", None).sentence


def test_the_tables_are_this_releases(tmp_path):
    assert embedded.check_schema(tmp_path / "absent.db", settings_in(tmp_path)).level == "problem"
    file, settings = an_empty_database_file(tmp_path), settings_in(tmp_path)
    assert embedded.check_schema(file, settings).level == "ok"
    with closing(connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert embedded.check_schema(file, settings).level == "ok"  # it only adds to what this release knows
    with closing(connect(file)) as connection:
        connection.execute("UPDATE schema_reach SET oldest_revision = '9999'")
    assert embedded.check_schema(file, settings).level == "problem"
    with closing(connect(file)) as connection:
        connection.execute("DELETE FROM alembic_version")
    assert embedded.check_schema(file, settings).next_step == "Run: mooring migrate"
    file.write_text("no database " * 1000)
    assert embedded.check_schema(file, settings).level == "problem"


def test_every_page_is_whole(tmp_path):
    file = an_empty_database_file(tmp_path)
    assert embedded.check_integrity(file).level == "ok"
    content = bytearray(file.read_bytes())
    content[4096 * 5 : 4096 * 6] = b"\xee" * 4096
    file.write_bytes(content)
    assert embedded.check_integrity(file).level == "problem"


def test_an_empty_folder_is_a_problem_with_a_way_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert command.main(["doctor", "--json"]) == 4
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["sound"] is False
    found = {check["check"]: check["level"] for check in document["checks"]}
    assert found == {
        "settings": "ok",
        "public_url": "warning",
        "secret": "problem",
        "root_key": "ok",
        "mail": "ok",
        "disk_space": found["disk_space"],
        "database": "problem",
    }
    assert all(check["next"] for check in document["checks"] if check["level"] != "ok")
    assert "PROBLEM  There is no secret file at" in captured.err
    assert list(tmp_path.iterdir()) == []


def test_a_founded_server_is_sound(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert command.main(["init", "Harbor Notes"]) == 0
    capsys.readouterr()
    assert command.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "PROBLEM" not in said
    assert "The signing keys sign until" in said
    assert "The secret is the one that the database belongs to" in said


def test_a_setting_that_cannot_be_used_is_a_problem(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOORING_LOG_LEVEL", "loud")
    assert command.main(["doctor"]) == 4
    assert "PROBLEM  MOORING_LOG_LEVEL must be one of" in capsys.readouterr().out
