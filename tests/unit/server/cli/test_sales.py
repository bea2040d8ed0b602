"""Licenses for buyers: `mooring admin license issue` and `send`."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from mooring.core.product_key import parse_product_key
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.secrets import Secrets
from mooring.server.record.outbox.writing import Outbox
from tests.support.mailboxes import Mailboxes

MIA = "mia@outlook.example"


def mails() -> list[tuple[str, str, str, str]]:
    """Return kind, address, language and link of the mails that wait in this folder's server."""

    async def read() -> list[tuple[str, str, str, str]]:
        database = SqliteDatabase(Path("mooring-data/mooring.db"))
        found = await Mailboxes(database, Secrets.load(Path("mooring-data/secret"))).all()
        await database.close()
        return [(mail.kind, mail.to, mail.language, str(mail.values["link"])) for mail in found]

    return asyncio.run(read())


def test_a_license_is_made_for_a_buyer_whose_mail_waits_to_be_sent(founded):
    issued = founded.json(
        "admin", "license", "issue", "harbor-notes", "pro", "--for", MIA, "--mail-language", "de"
    )
    assert issued["sold_to"] == "m•••@o•••.example"
    key = parse_product_key(issued["product_key"])
    shown = founded.json("admin", "license", "show", issued["license"])
    assert (shown["last_five"], shown["sold_to"]) == (key.last_five, "m•••@o•••.example")
    assert "m•••@o•••.example" in founded.run("admin", "license", "show", issued["license"]).out
    [(kind, to, language, link)] = mails()
    assert (kind, to, language) == ("license_claim", MIA, "de")
    assert link.startswith("http://127.0.0.1:8000/claim?token=")


def test_the_key_is_shown_once_and_the_address_masked(founded):
    told = founded.run("admin", "license", "issue", "harbor-notes", "pro", "--for", MIA)
    assert "which is shown only now: " in told.out
    assert "m•••@o•••.example" in told.out
    assert MIA not in told.out + told.err


def test_the_mail_is_sent_again_and_to_another_address(founded, monkeypatch):
    monkeypatch.setenv("MOORING_PUBLIC_URL", "https://licenses.example")
    license_id = founded.json("admin", "license", "issue", "harbor-notes", "pro", "--for", MIA)["license"]
    founded.json("admin", "license", "send", license_id)
    founded.json("admin", "license", "send", license_id, "--for", "tom@post.example")
    assert [to for _, to, _, _ in mails()] == [MIA, MIA, "tom@post.example"]
    links = [link for *_, link in mails()]
    assert len(set(links)) == 3
    assert {link.partition("/claim")[0] for link in links} == {"https://licenses.example"}


@pytest.mark.parametrize(
    "words",
    [
        ("issue", "harbor-notes", "pro", "--for", "mia"),
        ("send", "lic_1", "--for", "mia"),
    ],
)
def test_what_is_no_address_is_wrong_usage(founded, words):
    assert founded.run("admin", "license", *words).code == 2


def test_nothing_is_made_where_the_license_stays_with_the_organization(founded):
    founded.json("admin", "policy", "create", "harbor-notes", "pro", "--name", "team", "--channel", "volume")
    before = founded.json("admin", "license", "list")["items"]
    options = ("--for", MIA, "--policy", "team")
    document = founded.refused("admin", "license", "issue", "harbor-notes", "pro", *options)
    assert document["code"] == "link_not_allowed"
    assert founded.json("admin", "license", "list")["items"] == before


def test_what_was_sold_to_nobody_is_not_sent(founded):
    [license_] = founded.json("admin", "license", "list")["items"]
    assert founded.json("admin", "license", "show", license_["id"])["sold_to"] is None
    assert founded.refused("admin", "license", "send", license_["id"])["code"] == "not_there"


def test_a_server_that_dies_while_issuing_leaves_no_license_without_its_sale(founded, monkeypatch):
    before = founded.json("admin", "license", "list")["items"]

    async def dies(self: Outbox, *_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Outbox, "send", dies)
        with suppress(KeyboardInterrupt):
            founded.run("admin", "license", "issue", "harbor-notes", "pro", "--for", MIA)
    assert founded.json("admin", "license", "list")["items"] == before
    assert mails() == []
    founded.json("admin", "license", "issue", "harbor-notes", "pro", "--for", MIA)
    assert len(founded.json("admin", "license", "list")["items"]) == len(before) + 1
