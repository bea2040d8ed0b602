"""What stops a command before it begins, and how that is told."""

from pathlib import Path

import pytest

from mooring.server.foundation.secrets import Secrets


def test_a_wrong_folder_is_named_and_left_clean(operator):
    document = operator.refused("admin", "product", "list")
    assert document["code"] == "not_there"
    assert "mooring init NAME" in document["next"]["label"]
    assert list(Path().iterdir()) == []


def test_a_server_without_a_publisher_asks_for_init(operator):
    assert operator.run("migrate").code == 0
    document = operator.refused("admin", "product", "list")
    assert (document["code"], document["next"]["label"]) == ("publisher_missing", "Run: mooring init NAME")


def test_the_first_product_founds_the_publisher(operator):
    operator.json("admin", "product", "create", "light", "--name", "Lighthouse")
    assert len(operator.json("admin", "signing-key", "list")["items"]) == 3


MINT = ("admin", "keys", "mint", "harbor-notes", "pro", "--count", 1, "--output", "k.csv")
INIT = ("init", "Lighthouse", "--output", "light.json")


@pytest.mark.parametrize("words", [("admin", "product", "list"), MINT, INIT])
def test_a_lost_secret_is_never_replaced_by_a_new_one(founded, words):
    secret = Path("mooring-data/secret")
    secret.unlink()
    assert founded.refused(*words)["code"] == "server_unusable"
    assert not secret.exists()


@pytest.mark.parametrize("words", [("admin", "product", "list"), MINT, INIT])
def test_another_secret_is_refused_before_anything_is_sealed_or_hashed_with_it(founded, words):
    secret = Path("mooring-data/secret")
    secret.unlink()
    Secrets.generate().save(secret)
    document = founded.refused(*words)
    assert document["code"] == "secret_mismatch"
    assert str(secret) in document["detail"]


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
