"""Whatever an operator changes is run again where it met another's transaction, as at the server's doors."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mooring.core.product_key import generate
from mooring.server.foundation.database.port import TransactionConflict
from mooring.server.foundation.database.sqlite import SqliteDatabase

EACH = 2
"""How often each transaction meets another before it passes."""


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """From the call on let each transaction meet another twice; give the tries so far."""
    transaction = SqliteDatabase.transaction

    def begin() -> list[int]:
        tried: list[int] = []

        def begun(self: SqliteDatabase, **how):
            tried.append(len(tried))
            if len(tried) % (EACH + 1):
                raise TransactionConflict("met another")
            return transaction(self, **how)

        monkeypatch.setattr(SqliteDatabase, "transaction", begun)
        return tried

    return begin


MINT = ("admin", "keys", "mint", "harbor-notes", "pro", "--count", "3", "--output", "more.csv")
POLICY = ("admin", "policy", "create", "harbor-notes", "pro", "--name", "team", "--channel", "volume")


@pytest.mark.parametrize(
    "words",
    [
        ("init", "Sea Charts", "--output", "sea.json"),
        ("admin", "product", "create", "light", "--name", "Lighthouse"),
        ("admin", "edition", "create", "harbor-notes", "basic", "--name", "Basic"),
        POLICY,
        MINT,
        ("admin", "keys", "import", "mine.csv"),
        ("admin", "license", "suspend", "LICENSE"),
        ("admin", "license", "reinstate", "LICENSE"),
        ("admin", "license", "revoke", "LICENSE"),
        ("admin", "license", "extend", "LICENSE", "--days", "10"),
        ("admin", "signing-key", "rotate"),
        ("admin", "signing-key", "request", "request.json"),
    ],
)
def test_what_met_another_is_run_again(founded, busy, words):
    license_id = prepared(founded)
    tried = busy()
    founded.json(*(license_id if word == "LICENSE" else word for word in words))
    assert tried
    assert len(tried) % (EACH + 1) == 0


def prepared(founded) -> str:
    """Put a suspended license there that has an end, and keys to import; return the license's id."""
    code = founded.json("admin", "product", "list")["items"][0]["product_code"]
    Path("mine.csv").write_text(f"product_key\n{generate(code).formatted()}\n")
    founded.json(*POLICY[:-3], "trial", "--channel", "trial", "--valid-days", "10")
    founded.json(*MINT[:-1], "keys.csv", "--policy", "trial")
    license_id = founded.json("admin", "license", "list")["items"][0]["id"]
    if founded.json("admin", "license", "show", license_id)["expires_at"] is None:
        founded.json("admin", "license", "extend", license_id, "--until", "2099-12-31")
    founded.json("admin", "license", "suspend", license_id)
    return license_id


def test_a_license_that_is_issued_is_minted_once(founded, busy):
    tried = busy()
    founded.json("admin", "license", "issue", "harbor-notes", "pro", "--for", "mia@outlook.example")
    assert len(tried) % (EACH + 1) == 0
    assert len(founded.json("admin", "license", "list")["items"]) == 2  # with that of init


def test_what_always_meets_others_is_said_and_may_be_repeated(founded, monkeypatch):
    def always(self: SqliteDatabase, **how):
        raise TransactionConflict("Another holds it.")

    monkeypatch.setattr(SqliteDatabase, "transaction", always)
    refused = founded.refused("admin", "product", "create", "light", "--name", "Lighthouse", code=5)
    assert refused["code"] == "database_unavailable"
