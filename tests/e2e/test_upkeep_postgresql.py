"""Upkeep of a server on PostgreSQL: its tables, moving there and back, backups, and what is told of it."""

import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from sys import executable
from typing import Any

import pytest
from sqlalchemy.engine import URL

from mooring.server.foundation.database.address import address_of
from mooring.server.foundation.database.sqlite_file import connect
from tests.support.commands import Laptop
from tests.support.filled import a_filled_file, rows_of
from tests.support.pgbouncer import a_pgbouncer
from tests.support.postgresql import Cluster, a_postgresql, cluster
from tests.support.schemas import change, described, upgrade_to
from tests.support.server_commands import operate, refused
from tests.support.servers import Server

PASSPHRASE = "four words at random\n"


@pytest.fixture
def url() -> Iterator[URL]:
    """The address of an empty PostgreSQL."""
    with a_postgresql(empty=True) as url:
        yield url


@pytest.fixture
def server(tmp_path: Path, url: URL) -> Iterator[Server]:
    """A server on PostgreSQL, founded but not started."""
    server = a_server_on(url, tmp_path / "server")
    server.first_key = server.found("Harbor Notes")["product_key"]
    yield server
    if server.process is not None:
        server.stop()


def a_server_on(url: URL, folder: Path, **environ: str) -> Server:
    folder.mkdir(exist_ok=True)
    return Server(folder, MOORING_DATABASE_URL=url.render_as_string(hide_password=False), **environ)


def a_laptop(server: Server, folder: Path) -> Laptop:
    laptop = Laptop(folder, server.folder / "mooring.json")
    laptop.ask("activate", server.first_key)
    return laptop


def test_a_publisher_is_founded_on_postgresql_and_sells_there(server: Server, tmp_path: Path):
    server.run("admin", "keys", "mint", "harbor-notes", "standard", "--count", "1000", "--output", "k.csv")
    assert len((server.folder / "k.csv").read_text().splitlines()) > 1000
    assert len(server.run("admin", "license", "list", "--limit", "200")["items"]) == 200
    server.start()
    laptop = a_laptop(server, tmp_path / "laptop")
    license_id = laptop.ask("status")["license"]["id"]
    assert server.run("admin", "license", "show", license_id)["id"] == license_id
    assert laptop.ask("renew")["certificate"]["sequence"] == 2
    assert not (server.folder / "data" / "mooring.db").exists()


def test_nothing_migrates_postgresql_unasked(url: URL, tmp_path: Path):
    server = a_server_on(url, tmp_path)
    for tables in ("has no tables yet", "has the tables of an older release"):
        for command in (("serve", "--port", "0"), ("admin", "product", "list")):
            ran = operate(server, *command)
            assert (ran.exit_code, ran.document["code"]) == (4, "migration_needed")
            assert tables in ran.err
            assert "Run: mooring migrate" in ran.err
        if described(url) == {}:
            upgrade_to(url, "0003")
    assert server.run("migrate")["before"] == "0003"
    assert operate(server, "admin", "product", "list").document["code"] == "publisher_missing"


def test_a_password_is_in_no_message(tmp_path: Path, url: URL):
    secret = "hunter2-and-more"
    absent = url.set(password=secret, database="absent")
    for wrong, commands in (
        (absent, (("migrate",), ("serve", "--port", "0"), ("doctor",), ("backup", "x.backup"))),
        (absent.set(port=1), (("migrate",), ("doctor",))),
    ):
        server = a_server_on(wrong, tmp_path)
        for command in commands:
            ran = operate(server, *command)
            assert ran.exit_code in {4, 5}, ran.text
            assert "absent" in ran.err
            assert secret not in ran.text
            assert "Traceback" not in ran.err


def test_a_publisher_moves_from_sqlite_to_postgresql(tmp_path: Path, url: URL):
    server = Server(tmp_path)
    server.first_key = server.found("Harbor Notes")["product_key"]
    server.start()
    laptop = a_laptop(server, tmp_path / "laptop")
    file = tmp_path / "data" / "mooring.db"
    there = a_server_on(url, tmp_path)
    copy = ("migrate", "--copy-from", "sqlite:///data/mooring.db")
    assert refused(there, *copy) == "database_in_use"
    server.stop()
    copied = there.run(*copy)
    assert copied["equal"] is True
    assert copied["rows"] == sum(len(rows) for rows in rows_of(url).values())
    assert rows_of(url) == rows_of(address_of(file))
    tables = {table["table"]: table for table in copied["tables"]}
    assert tables.keys() == rows_of(url).keys()
    assert all(table["sent"] == table["arrived"] for table in tables.values())
    assert refused(there, *copy) == "already_exists"
    assert_left(server, file)
    there.port, there.address = server.port, server.address
    there.environ["MOORING_PUBLIC_URL"] = server.address
    there.start()
    try:
        assert laptop.ask("renew")["state"] == "activated"
        back = Server(tmp_path, MOORING_DATABASE_URL="sqlite:///back.db")
        address = url.render_as_string(hide_password=False)
        assert refused(back, "migrate", "--copy-from", address) == "database_in_use"
    finally:
        there.stop()
    assert back.run("migrate", "--copy-from", address)["equal"] is True
    assert rows_of(address_of(tmp_path / "back.db")) == rows_of(url)
    back.port, back.address = server.port, server.address
    back.environ["MOORING_PUBLIC_URL"] = server.address
    back.start()  # what came back is no file that was left
    assert laptop.ask("renew")["state"] == "activated"
    back.stop()


def assert_left(server: Server, file: Path) -> None:
    """Hold that no server, and no command, works on the file that was moved away from."""
    before = rows_of(address_of(file))
    for command in (
        ("serve", "--port", "0"),
        ("migrate",),
        ("admin", "product", "list"),
        ("backup", "stale.backup"),
    ):
        ran = operate(server, *command)
        assert (ran.exit_code, ran.document["code"]) == (4, "database_left")
        assert "was copied to another one" in ran.err
        assert "mooring migrate --use-again" in ran.err
    checks = {check["check"]: check for check in operate(server, "doctor").document["checks"]}
    assert checks["database"]["level"] == "problem"
    assert checks["database"]["next"] == "Name the copy in MOORING_DATABASE_URL."
    assert rows_of(address_of(file)) == before


def test_a_file_that_was_left_is_used_again_where_one_says_so(tmp_path: Path, url: URL):
    server = Server(tmp_path)
    server.first_key = server.found("Harbor Notes")["product_key"]
    there = a_server_on(url, tmp_path)
    assert refused(there, "migrate", "--use-again") == "not_there"
    there.run("migrate", "--copy-from", "sqlite:///data/mooring.db")
    assert refused(server, "admin", "product", "list") == "database_left"
    again = operate(server, "migrate", "--use-again")
    assert again.exit_code == 0
    assert "Let no server run on the copy" in again.err
    assert len(server.run("admin", "product", "list")["items"]) == 1
    assert "Let no server" not in operate(server, "migrate", "--use-again").err
    server.start()
    assert a_laptop(server, tmp_path / "laptop").ask("status")["state"] == "activated"
    server.stop()


def test_a_move_that_is_killed_leaves_nothing_behind(tmp_path: Path, url: URL):
    file = a_filled_file(tmp_path, licenses=50_000, events=20_000)
    server = a_server_on(url, tmp_path)
    command = ("migrate", "--copy-from", f"sqlite:///{file}")
    process = Popen(
        [executable, "-m", "mooring", *command], env=server.environ, cwd=tmp_path, stdout=DEVNULL, stderr=PIPE
    )
    activity = (
        f"SELECT 1 FROM pg_stat_activity WHERE datname = '{url.database}' AND query LIKE 'COPY%licenses%'"
    )
    while not cluster().sql(activity):
        assert process.poll() is None, process.communicate()
    process.kill()
    process.communicate()
    connected = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{url.database}'"
    late = time.monotonic() + 30
    while cluster().sql(connected):
        assert time.monotonic() < late, "PostgreSQL did not notice that the command is gone"
    assert described(url) == {}
    copied = server.run(*command)
    assert (copied["equal"], {table["table"] for table in copied["tables"]}) == (True, rows_of(url).keys())
    rows = {table["table"]: table["arrived"]["rows"] for table in copied["tables"]}
    assert (rows["licenses"], rows["events"], min(rows.values())) == (50_000, 20_000, 7)


def test_what_arrives_changed_is_a_fault_and_is_shown(tmp_path: Path, url: URL):
    server = a_server_on(url, tmp_path)
    server.run("migrate")
    change(
        url,
        "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER loser BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION lose()",
    )
    ran = operate(server, "migrate", "--copy-from", f"sqlite:///{a_filled_file(tmp_path)}")
    assert (ran.exit_code, ran.document["code"]) == (1, "not_equal")
    different = [table for table in ran.document["tables"] if not table["equal"]]
    assert [(table["table"], table["arrived"]["rows"]) for table in different] == [("events", 0)]
    assert "events\t7\t0\t" in ran.err
    assert not any(rows_of(url).values())


def test_what_cannot_be_copied_is_refused_in_words(tmp_path: Path, url: URL):
    there, here = a_server_on(url, tmp_path), Server(tmp_path)
    old = tmp_path / "old.db"
    connect(old, create=True).close()

    def refusal(server: Server, address: str, exit_code: int = 4) -> str:
        return refused(server, "migrate", "--copy-from", address, exit_code=exit_code)

    assert refusal(there, "sqlite:///absent.db") == "not_there"
    assert refusal(there, "sqlite:///old.db") == "not_there"
    upgrade_to(address_of(old), "0003")
    assert refusal(there, "sqlite:///old.db") == "source_outdated"
    assert refusal(there, "mysql://db/x", 2) == "value_refused"
    assert refusal(there, url.render_as_string(), 2) == "value_refused"
    assert refusal(here, "sqlite:///old.db", 2) == "value_refused"
    change(address_of(old), "UPDATE alembic_version SET version_num = '9999'")
    assert refusal(there, "sqlite:///old.db") == "server_unusable"
    assert described(url) == {}
    stranger = Server(tmp_path / "stranger")
    stranger.folder.mkdir()
    stranger.found("Sea Charts")
    there.found("Harbor Notes")
    with a_postgresql(empty=True) as another:
        there.environ["MOORING_DATABASE_URL"] = another.render_as_string()
        assert refusal(there, f"sqlite:///{stranger.folder}/data/mooring.db") == "secret_mismatch"
        assert described(another) == {}


def test_a_backup_goes_from_one_database_to_the_other(tmp_path: Path, server: Server):
    server.start()
    laptop = a_laptop(server, tmp_path / "laptop")
    backup = tmp_path / "mooring.backup"
    made = operate(server, "backup", str(backup), "--passphrase-stdin", stdin=PASSPHRASE)
    assert (made.exit_code, made.document["secrets"]) == (0, True)
    server.stop()
    on_sqlite = Server(tmp_path / "sqlite")
    on_sqlite.folder.mkdir()
    on_sqlite.port, on_sqlite.address = server.port, server.address
    on_sqlite.environ["MOORING_PUBLIC_URL"] = server.address
    restored = operate(on_sqlite, "restore", str(backup), "--passphrase-stdin", stdin=PASSPHRASE)
    assert restored.exit_code == 0, restored.text
    on_sqlite.start()
    try:
        assert laptop.ask("renew")["certificate"]["sequence"] == 2
        on_sqlite.run("backup", str(tmp_path / "later.backup"))
    finally:
        on_sqlite.stop()
    later = ("restore", str(tmp_path / "later.backup"))
    assert refused(server, *later) == "already_exists"
    server.start()
    assert refused(server, *later, "--force") == "database_in_use"
    server.stop()
    restored_here = server.run(*later, "--force")
    assert restored_here["kept"].startswith("replaced_20")
    assert restored_here["database"].startswith("postgresql://mooring@")
    server.start()
    assert laptop.ask("renew")["certificate"]["sequence"] == 3


def test_doctor_names_what_is_wrong_with_a_postgresql(tmp_path: Path):
    with Cluster(fsync=True) as proper:
        server = a_server_on(proper.url(), tmp_path)
        ran = operate(server, "doctor")
        assert ran.exit_code == 4
        assert levels(ran.document)["database"] == "problem"
        server.found("Harbor Notes")
        sound = server.run("doctor")
        assert sound["sound"] is True
        assert levels(sound) == dict.fromkeys(
            (
                *("settings", "public_url", "secret", "root_key", "mail", "disk_space", "server", "database"),
                *("clock_skew", "durability", "replication", "pooling", "integrity"),
                *("fingerprint", "clock", "signing_keys", "seats", "outbox"),
            ),
            "ok",
        )
        change(proper.url(), "UPDATE licenses SET held = 1")
        ran = operate(server, "doctor")
        assert (ran.exit_code, levels(ran.document)["seats"]) == (4, "problem")
        proper.stop()
        ran = operate(server, "doctor")
        assert (ran.exit_code, levels(ran.document)["server"]) == (4, "problem")
        assert "Traceback" not in ran.err


def test_an_operator_works_through_a_pgbouncer_if_the_address_says_so(url: URL, tmp_path: Path):
    with a_pgbouncer(url) as behind:
        server = a_server_on(behind, tmp_path)
        assert server.run("migrate")["before"] is None
        key = server.found("Harbor Notes")["product_key"]
        server.mint(2_000)
        server.run("backup", str(tmp_path / "mooring.backup"))
        assert pooling(server) == ("ok", "A PgBouncer stands in between.")
        server.start()
        try:
            assert Laptop(tmp_path / "laptop", tmp_path / "mooring.json").ask("activate", key)
        finally:
            server.stop()
        unsaid = a_server_on(behind.difference_update_query(["pgbouncer"]), tmp_path)
        assert pooling(unsaid)[0] == "problem"
        ran = operate(unsaid, "serve", "--port", "0")
        assert (ran.exit_code, ran.document["code"]) == (5, "database_unavailable"), ran.text
        assert "Add ?pgbouncer=true" in ran.err
    needless = a_server_on(url.update_query_dict({"pgbouncer": "true"}), tmp_path)
    assert pooling(needless)[0] == "warning"


def pooling(server: Server) -> tuple[str, str]:
    """Return what doctor says of a PgBouncer in between."""
    checks = operate(server, "doctor").document["checks"]
    return next((check["level"], check["detail"]) for check in checks if check["check"] == "pooling")


def levels(document: dict[str, Any]) -> dict[str, str]:
    return {check["check"]: check["level"] for check in document["checks"]}
