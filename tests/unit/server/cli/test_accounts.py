"""`mooring admin account`: real commands on a real database in a folder of their own."""

import io
import json
import sqlite3
from pathlib import Path

import pytest

PASSWORD = "four words at random"


@pytest.fixture
def typed(monkeypatch):
    """Type something at standard input."""

    def type_(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return type_


@pytest.fixture
def create(founded, typed):
    def create_(email, *words, password=f"{PASSWORD}\n"):
        typed(password)
        return founded.json("admin", "account", "create", email, *words, "--password-stdin")

    return create_


def rows(sql):
    with sqlite3.connect(next(Path("mooring-data").glob("*.db"))) as database:
        return database.execute(sql).fetchall()


def test_the_first_owner_is_made_at_the_command_line(founded, create):
    made = create("Ada@Harbor.example", "--staff", "owner")
    assert made | {"email": "Ada@Harbor.example", "staff": "owner", "verified": False} == made
    assert made | {"authenticator": False, "passkeys": 0, "last_seen_at": None} == made
    assert [each["id"] for each in founded.json("admin", "account", "list", "--staff")["items"]] == [
        made["id"]
    ]
    acts = rows(
        "SELECT kind, actor_kind, actor_id, account_id, detail FROM events WHERE account_id IS NOT NULL"
    )
    assert acts == [
        ("account.created", "operator", None, made["id"], "{}"),
        ("staff.appointed", "operator", None, made["id"], '{"to":"owner"}'),
    ]
    assert PASSWORD not in str(rows("SELECT hash FROM passwords"))


def test_an_account_without_a_role_is_a_customers(founded, create):
    assert create("mia@post.example")["staff"] is None
    assert founded.json("admin", "account", "list", "--staff") == {"items": [], "next_cursor": None}
    assert founded.run("admin", "account", "list", "--staff").out == "Nobody works here.\n"


@pytest.mark.parametrize("role", ["admin", "support", "viewer"])
def test_each_role_can_be_given_from_the_start(create, role):
    assert create("mia@post.example", "--staff", role)["staff"] == role


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("\n", "No password came"),
        ("", "No password came"),
        ("seven77\n", "at least 8 characters"),
        ("x" * 257, "too long"),
        ("password1\n", "first that are tried"),
        ("mia@post.example\n", "is the address"),
    ],
)
def test_a_password_that_is_not_good_enough_makes_no_account(founded, typed, password, said):
    typed(password)
    words = ("admin", "account", "create", "mia@post.example", "--staff", "owner", "--password-stdin")
    outcome = founded.run(*words, "--json")
    assert (outcome.code, outcome.document["code"]) == (2, "value_refused")
    assert said in outcome.document["detail"]
    assert rows("SELECT * FROM accounts") == []


def test_an_address_that_is_none_is_wrong_usage(founded, typed):
    typed(PASSWORD)
    refused = founded.run("admin", "account", "create", "nobody", "--password-stdin", "--json")
    assert refused.code == 2
    for words in (("staff", "nobody", "viewer"), ("second-factor-off", "nobody")):
        assert founded.refused("admin", "account", *words, code=2)["detail"] == "nobody is no e-mail address."


@pytest.mark.parametrize("words", [("create", "a@b.example"), ("create", "a@b.example", "--staff", "boss")])
def test_without_the_password_from_standard_input_or_with_no_such_role_it_is_wrong_usage(founded, words):
    with pytest.raises(SystemExit) as ended:
        founded.run("admin", "account", *words)
    assert ended.value.code == 2


def test_an_address_has_one_account(founded, create, typed):
    create("mia@post.example")
    typed(PASSWORD)
    words = ("admin", "account", "create", "MIA@post.example", "--staff", "owner", "--password-stdin")
    assert founded.refused(*words)["code"] == "already_exists"
    assert founded.json("admin", "account", "list", "--staff")["items"] == []


def test_accounts_are_listed_page_by_page(founded, create):
    made = sorted(create(f"mia{number}@post.example")["id"] for number in range(3))
    first = founded.json("admin", "account", "list", "--limit", 2)
    assert [each["id"] for each in first["items"]] == made[:2]
    assert first["next_cursor"] == made[1]
    second = founded.json("admin", "account", "list", "--after", made[1], "--limit", 2)
    assert ([each["id"] for each in second["items"]], second["next_cursor"]) == (made[2:], None)
    said = founded.run("admin", "account", "list", "--limit", 1).out.splitlines()
    assert said[0].split("\t")[:2] == ["ACCOUNT", "EMAIL"]
    assert said[2] == f"More: --after {made[0]}"


@pytest.mark.parametrize("words", [("--limit", 0), ("--limit", 201), ("--after", "lic_1")])
def test_a_page_that_cannot_be_is_wrong_usage(founded, words):
    assert founded.refused("admin", "account", "list", *words, code=2)["code"] == "value_refused"


def test_a_role_is_given_and_taken_by_address_or_id(founded, create):
    create("ada@harbor.example", "--staff", "owner")
    mia = create("mia@post.example")["id"]
    given = founded.json("admin", "account", "staff", "mia@post.example", "support", "--unproven")
    assert given == {"id": mia, "email": "mia@post.example", "staff": "support"}
    assert founded.json("admin", "account", "staff", mia, "viewer")["staff"] == "viewer"
    assert founded.json("admin", "account", "staff", mia, "none")["staff"] is None
    kinds = [
        (kind, json.loads(detail))
        for kind, detail in rows(
            f"SELECT kind, detail FROM events WHERE account_id = '{mia}' AND kind LIKE 'staff.%' ORDER BY id"
        )
    ]
    assert kinds == [
        ("staff.appointed", {"to": "support"}),
        ("staff.role_changed", {"from": "support", "to": "viewer"}),
        ("staff.removed", {"from": "viewer"}),
    ]


def test_nobody_joins_by_an_address_that_a_stranger_may_have_signed_up_with(founded, create):
    mia = create("mia@post.example")["id"]
    refused = founded.refused("admin", "account", "staff", mia, "admin")
    assert refused["code"] == "address_unproven"
    assert founded.json("admin", "account", "list", "--staff")["items"] == []
    with sqlite3.connect(next(Path("mooring-data").glob("*.db"))) as database:
        database.execute("UPDATE accounts SET verified_at = 1")
    assert founded.json("admin", "account", "staff", mia, "admin")["staff"] == "admin"


def test_the_last_owner_stays(founded, create):
    ada = create("ada@harbor.example", "--staff", "owner")["id"]
    for role in ("none", "admin"):
        assert founded.refused("admin", "account", "staff", ada, role)["code"] == "last_owner"
    create("bob@harbor.example", "--staff", "owner")
    assert founded.json("admin", "account", "staff", ada, "none")["staff"] is None


def test_an_account_that_is_not_there_is_said_so(founded):
    for words in (("staff", "mia@post.example", "viewer"), ("second-factor-off", "mia@post.example")):
        assert founded.refused("admin", "account", *words)["code"] == "not_there"
    nobody = "acc_" + "0" * 26
    assert founded.refused("admin", "account", "second-factor-off", nobody)["code"] == "not_there"


def test_a_lost_second_factor_is_turned_off_and_told(founded, create):
    mia = create("mia@post.example", "--staff", "support")["id"]
    with sqlite3.connect(next(Path("mooring-data").glob("*.db"))) as database:
        database.execute("INSERT INTO authenticators VALUES (?, x'00', 1, 1, 0)", (mia,))
        database.execute("INSERT INTO recovery_codes VALUES (x'01', ?, 1, NULL)", (mia,))
        database.execute(
            "INSERT INTO passkeys VALUES ('psk_1', ?, x'02', x'03', 0, 'key', '[]', 0, 1, 1)", (mia,)
        )
        database.execute(
            "INSERT INTO sessions (token_hash, id, account_id, created_at, last_seen_at)"
            " VALUES (x'04', 'ses_1', ?, 1, 1)",
            (mia,),
        )
    [listed] = founded.json("admin", "account", "list")["items"]
    assert (listed["authenticator"], listed["passkeys"]) == (True, 1)
    assert "app passkey" in founded.run("admin", "account", "list").out
    with sqlite3.connect(next(Path("mooring-data").glob("*.db"))) as database:
        database.execute("DELETE FROM authenticators")  # its secret is none that could be read
    done = founded.run("admin", "account", "second-factor-off", "mia@post.example")
    assert "signed out everywhere" in done.out
    assert "set up another" in done.out
    for table in ("authenticators", "recovery_codes", "passkeys", "sessions"):
        assert rows(f"SELECT * FROM {table}") == []
    assert rows("SELECT kind FROM outbox") == [("second_factor_off",)]
    kinds = rows("SELECT kind, actor_kind FROM events WHERE kind LIKE '%second_factor_off' ORDER BY kind")
    assert kinds == [("account.second_factor_off", "operator"), ("staff.second_factor_off", "operator")]


def test_passkeys_that_are_the_only_way_in_stay(founded, create):
    mia = create("mia@post.example")["id"]
    with sqlite3.connect(next(Path("mooring-data").glob("*.db"))) as database:
        database.execute("DELETE FROM passwords")
        database.execute(
            "INSERT INTO passkeys VALUES ('psk_1', ?, x'02', x'03', 0, 'key', '[]', 0, 1, 1)", (mia,)
        )
    done = founded.json("admin", "account", "second-factor-off", mia)
    assert (done["passkeys_removed"], done["passkeys_kept"], done["sessions_ended"]) == (0, 1, 0)
    assert len(rows("SELECT * FROM passkeys")) == 1
    assert "the only way in" in founded.run("admin", "account", "second-factor-off", mia).out
