"""What an operator does to a running server, and what its customers notice of it."""

import csv
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mooring.core.product_key import generate, parse_product_key
from tests.support.commands import Laptop
from tests.support.server_commands import operate, refused
from tests.support.servers import Server

POLICY = ("admin", "policy", "create", "harbor-notes", "pro", "--name", "x")
MakeLaptop = Callable[..., Laptop]


def keys_in(sheet: Path) -> list[str]:
    with sheet.open(newline="") as stream:
        return [row["product_key"] for row in csv.DictReader(stream)]


def test_init_makes_all_that_a_first_activation_needs_and_is_done_once(tmp_path: Path):
    server = Server(tmp_path)
    made = server.found("Harbor Notes", "--output", "made.json")
    assert made["product"]["slug"] == "harbor-notes"
    assert made["policy"]["channel"] == "retail"
    assert parse_product_key(made["product_key"]).product_code == made["product"]["product_code"]
    assert len(made["python"]) == 3
    for secret in (tmp_path / "data" / "secret", Path(made["root_key_file"])):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    before = (tmp_path / "made.json").read_bytes()
    assert refused(server, "init", "Harbor Notes", "--output", "again.json") == "already_exists"
    assert not (tmp_path / "again.json").exists()
    assert (tmp_path / "made.json").read_bytes() == before
    server.start()
    try:
        laptop = Laptop(tmp_path / "laptop", tmp_path / "made.json")
        assert laptop.ask("activate", made["product_key"])["license"]["id"] == made["license"]["id"]
    finally:
        server.stop()


def test_products_editions_and_policies_are_created_and_listed(server: Server):
    created = server.run(
        "admin", "product", "create", "chart-room", "--name", "Chart Room", "--url", "buy=https://h.example/b"
    )
    assert created["urls"] == {"buy": "https://h.example/b"}
    listed = server.run("admin", "product", "list")["items"]
    assert sorted(product["slug"] for product in listed) == ["chart-room", "harbor-notes"]
    assert len({product["product_code"] for product in listed}) == 2
    features = ("--entitlement", "tides=Tide tables", "--unactivated-entitlement", "read")
    server.run("admin", "edition", "create", "chart-room", "captain", "--name", "Captain", *features)
    (edition,) = server.run("admin", "edition", "list", "chart-room")["items"]
    assert edition["entitlements"]["tides"] == "Tide tables"
    assert edition["unactivated_entitlements"] == ["read"]
    terms = ("--channel", "volume", "--seats", "50", "--moves", "3", "--offline-days", "10")
    server.run("admin", "policy", "create", "chart-room", "captain", "--name", "fleet", *terms)
    policies = server.run("admin", "policy", "list", "chart-room", "captain")["items"]
    assert [policy["name"] for policy in policies] == ["default", "fleet"]
    fleet = policies[1]
    assert [fleet[name] for name in ("channel", "seats", "moves", "offline_days", "lease_seats", "link")] == [
        "volume", 50, 3, 10, 5, "no",
    ]  # fmt: skip
    server.run("admin", "descriptor", "chart-room", "--output", "chart-room.json")
    assert json.loads((server.folder / "chart-room.json").read_text())["product"] == "chart-room"


@pytest.mark.parametrize(
    ("command", "exit_code"),
    [
        (("admin", "product", "create", "harbor-notes", "--name", "Again"), 4),
        (("admin", "product", "create", "Not A Slug", "--name", "X"), 2),
        (("admin", "edition", "create", "no-such-product", "pro", "--name", "Pro"), 4),
        ((*POLICY, "--channel", "gift"), 2),
        ((*POLICY, "--channel", "retail", "--seats", "0"), 2),
        (("admin", "keys", "mint", "harbor-notes", "pro", "--count", "0", "--output", "none.csv"), 2),
        (("admin", "license", "show", "lic_00000000000000000000000000"), 4),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(server: Server, command: tuple[str, ...], exit_code: int):
    assert refused(server, *command, exit_code=exit_code)


def test_minted_keys_are_in_the_file_once_and_readable_by_their_owner_only(server: Server):
    sheet = server.folder / "sold.csv"
    mint = ("admin", "keys", "mint", "harbor-notes", "pro", "--count", "7", "--output", str(sheet))
    minted = server.run(*mint)
    assert minted["keys"] == 7
    assert len(set(keys_in(sheet))) == 7
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    assert not any(key[:11] in json.dumps(minted) for key in keys_in(sheet))
    before = sheet.read_bytes()
    assert refused(server, *mint) == "already_exists"
    assert sheet.read_bytes() == before
    listed = server.run("admin", "license", "list", "--batch", minted["batch"])["items"]
    assert sorted(one["last_five"] for one in listed) == sorted(key[-5:] for key in keys_in(sheet))


def test_keys_of_another_system_are_imported_once(server: Server, laptop: Laptop):
    code = json.loads(laptop.descriptor.read_text())["product_code"]
    keys = [generate(code).formatted() for _ in range(3)]
    sheet = server.folder / "moved-in.csv"
    lines = [f"{key},harbor-notes,pro" for key in keys]
    sheet.write_text("\n".join(["product_key,product,edition", *lines]) + "\n")
    imported = server.run("admin", "keys", "import", str(sheet))
    assert (imported["added"], imported["skipped"]) == (3, 0)
    again = server.run("admin", "keys", "import", str(sheet))
    assert (again["added"], again["skipped"]) == (0, 3)
    assert laptop.ask("activate", keys[1])["license"]["last_five"] == keys[1][-5:]


def test_a_minting_that_was_killed_is_finished_without_a_lost_or_doubled_key(server: Server):
    sheet, count = server.folder / "many.csv", 80_000
    mint = ("admin", "keys", "mint", "harbor-notes", "pro", "--count", str(count), "--output", str(sheet))
    partial = sheet.with_name("many.csv.partial")
    with subprocess.Popen(
        [sys.executable, "-m", "mooring", *mint],
        env=server.environ, cwd=server.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        while process.poll() is None and not (partial.exists() and partial.stat().st_size > 2_000_000):
            os.sched_yield()
        assert process.poll() is None, "it was done before it could be killed"
        process.send_signal(signal.SIGKILL)
    assert not sheet.exists()
    left = partial.read_bytes()
    assert refused(server, *mint) == "already_exists"
    resumed = server.run(*mint, "--resume")
    assert 0 < resumed["found"] < count
    assert not partial.exists()
    # What was on the sheet stays word for word: somebody may have read it. A torn last line does not count.
    assert sheet.read_bytes().startswith(left[: left.rindex(b"\n") + 1])
    keys = keys_in(sheet)
    assert len(set(keys)) == len(keys) == count
    with server.database() as database:
        kept = database.execute(
            "SELECT count(*), count(DISTINCT key_hash) FROM licenses WHERE batch = ?", [resumed["batch"]]
        ).fetchone()
    assert kept == (count, count)
    for key in (keys[0], keys[resumed["found"] - 1], keys[resumed["found"]], keys[-1]):
        shown = operate(server, "admin", "license", "show", "-", stdin=f"{key}\n").document
        assert shown["last_five"] == key[-5:]


def test_a_suspended_license_stops_its_device_and_runs_on_when_reinstated(
    server: Server, laptop: Laptop, keys: Iterator[str]
):
    told = laptop.ask("activate", next(keys))
    license_id = told["license"]["id"]
    assert server.run("admin", "license", "suspend", license_id)["standing"] == "suspended"
    assert laptop.ask("status")["state"] == "activated"  # it has not asked yet
    assert laptop.ask("renew", exit_code=4)["code"] == "license_suspended"
    assert laptop.ask("status", exit_code=3)["reason"]["code"] == "license_suspended"
    assert laptop.ask("activate", exit_code=4)["code"] == "license_suspended"
    assert server.run("admin", "license", "reinstate", license_id)["standing"] == "active"
    assert laptop.ask("renew")["state"] == "activated"
    assert laptop.ask("status")["activation"] == told["activation"]


def test_a_revoked_license_is_over(server: Server, laptop: Laptop, keys: Iterator[str]):
    key = next(keys)
    license_id = laptop.ask("activate", key)["license"]["id"]
    assert server.run("admin", "license", "revoke", license_id)["standing"] == "revoked"
    assert laptop.ask("renew", exit_code=4)["code"] == "license_revoked"
    assert laptop.ask("status", exit_code=3)["reason"]["code"] == "license_revoked"
    assert laptop.ask("activate", key, exit_code=4)["code"] == "license_revoked"
    assert operate(server, "admin", "license", "reinstate", license_id).exit_code == 4
    assert server.run("admin", "license", "show", license_id)["standing"] == "revoked"


def test_an_extended_license_ends_later_from_the_next_renewal(
    server: Server, laptop: Laptop, keys: Iterator[str]
):
    license_id = laptop.ask("activate", next(keys))["license"]["id"]
    server.run("admin", "license", "extend", license_id, "--until", "2099-12-31")
    assert laptop.ask("renew")["license"]["expires_at"] == "2099-12-31T23:59:59Z"
    assert server.run("admin", "license", "show", license_id)["expires_at"] == "2099-12-31T23:59:59Z"


def test_licenses_are_listed_page_by_page(server: Server):
    server.run("admin", "product", "create", "tide-clock", "--name", "Tide Clock")
    server.run("admin", "edition", "create", "tide-clock", "standard", "--name", "Standard")
    keys = server.mint(5, product="tide-clock")
    listing = ("admin", "license", "list", "--product", "tide-clock", "--limit", "2")
    pages = [server.run(*listing)]
    while pages[-1]["next_cursor"] is not None:
        pages.append(server.run(*listing, "--after", pages[-1]["next_cursor"]))
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    listed = [one for page in pages for one in page["items"]]
    assert [one["id"] for one in listed] == sorted({one["id"] for one in listed})
    assert sorted(one["last_five"] for one in listed) == sorted(key[-5:] for key in keys)


def test_five_symbols_that_several_licenses_share_name_none(server: Server, keys: Iterator[str]):
    key = next(keys)
    alike = server.run("admin", "license", "list", "--standing", "active", "--limit", "2")["items"]
    with server.database() as database:
        for one in alike:
            database.execute("UPDATE licenses SET last_five = '22222' WHERE id = ?", [one["id"]])
        database.commit()
    assert server.run("admin", "license", "show", key[-5:])["last_five"] == key[-5:]
    ran = operate(server, "admin", "license", "revoke", "22222")
    assert ran.exit_code == 2
    assert all(one["id"] in ran.err for one in alike)
    for one in alike:
        assert server.run("admin", "license", "show", one["id"])["standing"] == "active"
