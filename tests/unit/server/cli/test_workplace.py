"""What stops a command before it begins, and how that is told."""

from pathlib import Path

import pytest


def test_a_wrong_folder_is_named_and_left_clean(operator):
    document = operator.refused("admin", "product", "list")
    assert document["code"] == "not_there"
    assert "mooring init NAME" in document["next"]["label"]
    assert list(Path().iterdir()) == []


def test_a_server_without_a_publisher_asks_for_init(operator):
    assert operator.run("migrate").code == 0
    Path("mooring-data/secret").write_text("")
    Path("mooring-data/secret").unlink()
    document = operator.refused("admin", "product", "list")
    assert document["code"] in {"server_unusable", "publisher_missing"}


def test_another_secret_is_refused_before_anything_is_sealed_or_hashed_with_it(founded):
    secret = Path("mooring-data/secret")
    secret.unlink()
    lost = founded.refused("admin", "product", "list")
    assert lost["code"] == "server_unusable"
    assert not secret.exists()
    document = founded.refused("init", "Lighthouse", "--output", "light.json")
    assert document["code"] == "secret_mismatch"
    assert str(secret) in document["detail"]
    words = ("admin", "keys", "mint", "harbor-notes", "pro", "--count", 1, "--output", "k.csv")
    assert founded.refused(*words)["code"] == "secret_mismatch"


def test_a_setting_that_cannot_be_used_is_wrong_usage(operator, monkeypatch):
    monkeypatch.setenv("MOORING_PUBLIC_URL", "nowhere")
    document = operator.refused("admin", "product", "list", code=2)
    assert document["code"] == "setting_invalid"
    assert "MOORING_PUBLIC_URL" in document["detail"]


def test_a_damaged_database_cannot_be_reached(founded):
    Path("mooring-data/mooring.db").write_bytes(b"not a database" * 1000)
    for log in Path("mooring-data").glob("mooring.db-*"):
        log.unlink()
    assert founded.refused("admin", "product", "list", code=5)["code"] == "database_unavailable"


@pytest.mark.parametrize("words", [(), ("admin",), ("admin", "license"), ("admin", "keys", "mint")])
def test_every_level_has_help(operator, words):
    with pytest.raises(SystemExit) as ended:
        operator.run(*words, "--help")
    assert ended.value.code == 0
