"""`mooring admin`: real commands on a real database in a folder of their own."""

import csv
import io
from pathlib import Path

import pytest

from mooring.core.descriptor import parse_descriptor
from mooring.core.product_key import generate


def minted(operator, count=1, name="keys.csv"):
    operator.json("admin", "keys", "mint", "harbor-notes", "pro", "--count", count, "--output", name)
    with Path(name).open() as stream:
        return list(csv.DictReader(stream))


def test_a_catalog_grows_and_is_listed(founded):
    product = founded.json(
        "admin", "product", "create", "light", "--name", "Lighthouse", "--url", "buy=https://a.example/?x=1"
    )
    assert product["urls"] == {"buy": "https://a.example/?x=1"}
    founded.json("admin", "edition", "create", "light", "pro", "--name", "Pro", "--entitlement", "a=A")
    policy = founded.json(
        *("admin", "policy", "create", "light", "pro", "--name", "team", "--channel", "volume"),
        *("--seats", 9, "--moves", "unlimited", "--valid-days", 10, "--tolerance", "strict"),
        *("--lease-seats", 2, "--lease-hours", 3, "--move-window-days", 4, "--offline-days", 5),
    )
    assert policy | {"channel": "volume", "seats": 9, "moves": None, "valid_days": 10} == policy
    assert policy | {"tolerance": "strict", "lease_seats": 2, "lease_hours": 3} == policy
    assert (
        policy | {"move_window_days": 4, "offline_days": 5, "link": "no", "method": "organization"} == policy
    )
    assert [each["slug"] for each in founded.json("admin", "product", "list")["items"]] == [
        "harbor-notes",
        "light",
    ]
    [edition] = founded.json("admin", "edition", "list", "light")["items"]
    assert edition["entitlements"] == {"a": "A"}
    policies = founded.json("admin", "policy", "list", "light", "pro")["items"]
    assert [each["name"] for each in policies] == ["default", "team"]


def test_tables_are_tab_separated_when_piped(founded):
    outcome = founded.run("admin", "product", "list")
    header, row = outcome.out.splitlines()
    assert header.split("\t") == ["PRODUCT", "NAME", "CODE"]
    assert row.split("\t")[:2] == ["harbor-notes", "Harbor Notes"]
    policies = founded.run("admin", "policy", "list", "harbor-notes", "pro").out.splitlines()
    assert policies[1].split("\t")[:3] == ["default", "retail", "1"]


@pytest.mark.parametrize(
    "words",
    [
        ("policy", "create", "harbor-notes", "pro", "--name", "x", "--channel", "retail", "--moves", "many"),
        ("policy", "create", "harbor-notes", "pro", "--name", "x", "--channel", "bulk"),
        ("policy", "create", "harbor-notes", "pro", "--name", "x", "--channel", "retail", "--seats", "0"),
        ("product", "create", "x", "--name", "X", "--url", "https://a.example"),
        ("keys", "mint", "harbor-notes", "pro", "--count", "0", "--output", "k.csv"),
        ("keys", "import", "absent.csv"),
        ("license", "list", "--limit", "0"),
        ("license", "extend", "lic_x", "--until", "soon"),
        ("signing-key", "install", "absent.json"),
    ],
)
def test_a_wrong_value_is_wrong_usage(founded, words):
    document = founded.refused("admin", *words, code=2)
    assert document["code"] == "value_refused"
    assert document["next"]["label"]
    assert not Path("k.csv.partial").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("edition", "list", "other"),
        ("policy", "list", "harbor-notes", "home"),
        ("keys", "mint", "harbor-notes", "home", "--count", "1", "--output", "k.csv"),
        ("license", "show", "lic_00000000000000000000000000"),
        ("descriptor", "other", "--output", "x.json"),
    ],
)
def test_what_is_not_there_is_refused(founded, words):
    assert founded.refused("admin", *words)["code"] == "not_there"
    assert not Path("k.csv.partial").exists()


def test_minted_keys_are_in_their_file_and_nowhere_else(founded):
    keys = minted(founded, 3)
    assert len({key["product_key"] for key in keys}) == 3
    assert Path("keys.csv").stat().st_mode & 0o777 == 0o600
    stored = Path("mooring-data/mooring.db").read_bytes()
    for key in keys:
        assert key["product_key"].encode() not in stored
        assert key["product_key"].replace("-", "").encode() not in stored
        shown = founded.json("admin", "license", "show", key["license_id"])
        assert (shown["product"], shown["edition"], shown["policy"]) == ("harbor-notes", "pro", "default")
        assert shown["batch"] == key["batch"]
    document = founded.refused(
        "admin", "keys", "mint", "harbor-notes", "pro", "--count", 1, "--output", "keys.csv"
    )
    assert document["code"] == "already_exists"


def test_an_interrupted_minting_is_finished_with_resume(founded):
    minted(founded, 3)
    Path("keys.csv").rename("keys.csv.partial")
    words = ("admin", "keys", "mint", "harbor-notes", "pro", "--count", 5, "--output", "keys.csv")
    assert "--resume" in founded.refused(*words)["next"]["label"]
    finished = founded.json(*words, "--resume")
    assert (finished["keys"], finished["found"], finished["made_good"]) == (5, 3, 0)
    assert len(Path("keys.csv").read_text().splitlines()) == 6
    assert founded.refused(*words[:-1], "other.csv", "--resume")["code"] == "not_there"


def test_keys_are_imported_once(founded):
    code = founded.json("admin", "product", "list")["items"][0]["product_code"]
    keys = [generate(code).formatted() for _ in range(2)]
    Path("in.csv").write_text("\ufeffproduct_key, seats ,note\n" + "".join(f"{key}, 4 ,x\n" for key in keys))
    words = ("admin", "keys", "import", "in.csv")
    first = founded.json(*words)
    assert (first["added"], first["skipped"], first["invalid"]) == (2, 0, [])
    assert founded.json(*words)["skipped"] == 2
    assert founded.json("admin", "license", "show", keys[0])["seats"] == 4


def test_lines_that_cannot_be_imported_are_named(founded):
    code = founded.json("admin", "product", "list")["items"][0]["product_code"]
    Path("in.csv").write_text(f"product_key\n{generate(code).formatted()}\nnonsense\n\n")
    document = founded.refused("admin", "keys", "import", "in.csv")
    assert document["code"] == "rows_refused"
    assert document["problems"] == [{"line": 3, "what": "its product_key is not a product key"}]
    outcome = founded.run("admin", "keys", "import", "in.csv")
    assert "line 3: its product_key is not a product key" in outcome.err
    imported = founded.json("admin", "keys", "import", "in.csv", "--skip-invalid")
    assert (imported["added"], len(imported["invalid"])) == (1, 1)
    assert "1 lines were left out" not in founded.run("admin", "keys", "import", "in.csv").err


@pytest.mark.parametrize("content", [b"key\nx\n", b"", b"\xff\xfe\xfa"])
def test_a_file_that_is_no_list_of_keys_is_wrong_usage(founded, content):
    Path("in.csv").write_bytes(content)
    founded.refused("admin", "keys", "import", "in.csv", code=2)


def test_a_license_is_suspended_reinstated_extended_and_revoked(founded, monkeypatch):
    [key] = minted(founded)
    license_id, last_five = key["license_id"], key["product_key"][-5:]
    monkeypatch.setattr("sys.stdin", io.StringIO(key["product_key"] + "\n"))
    assert founded.json("admin", "license", "suspend", "-")["standing"] == "suspended"
    listed = founded.json("admin", "license", "list", "--standing", "suspended")
    assert [each["id"] for each in listed["items"]] == [license_id]
    assert founded.json("admin", "license", "reinstate", last_five)["standing"] == "active"
    extended = founded.json("admin", "license", "extend", license_id, "--until", "2099-12-31")
    assert extended["expires_at"] == "2099-12-31T23:59:59Z"
    extended = founded.json("admin", "license", "extend", license_id, "--days", 1)
    assert extended["expires_at"] == "2100-01-01T23:59:59Z"
    extended = founded.json("admin", "license", "extend", license_id, "--until", "2101-01-01T00:00:00Z")
    assert extended["expires_at"] == "2101-01-01T00:00:00Z"
    assert founded.json("admin", "license", "revoke", license_id)["standing"] == "revoked"
    document = founded.refused("admin", "license", "reinstate", license_id)
    assert document["code"] == "standing_refused"


def test_several_matches_are_listed_and_nothing_is_done(founded):
    """Keys with the same end cannot be ordered, but they can be imported."""
    code = founded.json("admin", "product", "list")["items"][0]["product_code"]
    by_end = {}
    while True:
        key = generate(code)
        if (other := by_end.setdefault(key.last_five[-3:], key)) is not key:
            break
    assert other != key  # equal ends of five are too rare to wait for: the label is set below
    Path("in.csv").write_text(f"product_key\n{key.formatted()}\n{other.formatted()}\n")
    founded.json("admin", "keys", "import", "in.csv")
    import sqlite3

    with sqlite3.connect("mooring-data/mooring.db") as raw:
        raw.execute("UPDATE licenses SET last_five = '8XKQ2' WHERE batch LIKE 'imp_%'")
    raw.close()
    document = founded.refused("admin", "license", "revoke", "8XKQ2", code=2)
    assert document["code"] == "several_match"
    assert len(document["candidates"]) == 2
    outcome = founded.run("admin", "license", "revoke", "8XKQ2")
    assert all(license_id in outcome.err for license_id in document["candidates"])
    assert founded.json("admin", "license", "list", "--standing", "revoked")["items"] == []


def test_a_mistyped_key_is_refused_like_a_customers(founded):
    document = founded.refused("admin", "license", "show", "BCDFG-HJKMN-PQRTV-WXY23-4678B")
    assert (document["code"], document["group"], document["position"]) == ("key_malformed", 5, 5)
    assert founded.refused("admin", "license", "show", "9" * 25)["code"] == "key_unknown"


def test_a_license_is_shown_to_a_person(founded):
    [key] = minted(founded)
    out = founded.run("admin", "license", "show", key["license_id"]).out
    assert f"…{key['product_key'][-5:]}" in out
    assert key["product_key"] not in out
    assert "No device has held it yet." in out
    more = founded.run("admin", "license", "list", "--limit", 1).out
    assert "More: --after lic_" in more


def test_a_descriptor_is_written_again_with_what_is_new(founded):
    founded.json("admin", "edition", "create", "harbor-notes", "home", "--name", "Home")
    answer = founded.json("admin", "descriptor", "harbor-notes", "--output", "mooring.json")
    assert answer == {"file": "mooring.json", "lab": True}
    assert set(parse_descriptor(Path("mooring.json").read_bytes()).editions) == {"pro", "home"}
    assert list(Path().glob(".*.draft")) == []


def test_signing_keys_rotate_also_with_an_offline_root(founded):
    rotated = founded.json("admin", "signing-key", "rotate", "--compromised")["items"]
    assert {(key["epoch"], key["min_epoch"], key["state"]) for key in rotated} == {(2, 2, "current")}
    Path("mooring-data/root-key.pem").rename("offline.pem")
    document = founded.refused("admin", "signing-key", "rotate")
    assert "signing-key request" in document["next"]["label"]
    assert founded.json("admin", "signing-key", "request", "request.json")["epoch"] == 3
    words = ("admin", "signing-key", "sign", "request.json", "--output", "statements.json", "--root-key")
    assert founded.refused(*words, "absent.pem")["code"] == "not_there"
    signed = founded.json(*words, "offline.pem")
    assert (signed["issuer"], signed["epoch"]) == ("http://127.0.0.1:8000", 3)
    waiting = founded.json("admin", "signing-key", "list")["items"]
    assert [key["state"] for key in waiting if key["epoch"] == 3] == ["requested", "requested"]
    installed = founded.json("admin", "signing-key", "install", "statements.json")["items"]
    assert {(key["use"], key["state"]) for key in installed} == {
        ("certificate", "current"),
        ("status_list", "current"),
    }
    states = [key["state"] for key in founded.json("admin", "signing-key", "list")["items"]]
    assert sorted(states) == ["current"] * 3 + ["replaced"] * 4


def test_signing_a_request_needs_no_server(founded, tmp_path, monkeypatch):
    founded.json("admin", "signing-key", "request", "request.json")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    words = ("admin", "signing-key", "sign", "../request.json", "--root-key", "../mooring-data/root-key.pem")
    founded.json(*words, "--output", "statements.json")
    assert [file.name for file in elsewhere.iterdir()] == ["statements.json"]
