"""What the outbox promises to those who write mails into it."""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mooring.server.foundation.secrets import SealBroken, Secrets
from mooring.server.record.outbox.mail import VALUES, Mail
from mooring.server.record.outbox.writing import Outbox, sealed, unsealed
from tests.support.databases import an_empty_database, settings_in

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINK = "https://id.example.com/r/Zm9vYmFy"


@pytest.fixture
def secrets() -> Secrets:
    return Secrets.generate()


def rows(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(settings_in(folder).database_url.database) as connection:
        return connection.execute("SELECT kind, language, due_at, ends_at FROM outbox ORDER BY id").fetchall()


async def test_a_mail_is_kept_exactly_if_the_transaction_is(tmp_path: Path, secrets: Secrets):
    database, outbox = an_empty_database(tmp_path), Outbox(secrets)
    async with database.transaction() as transaction:
        await outbox.send(transaction, Mail("second_factor_on", "a@example.com", "de"), at=AT)
    with suppress(ZeroDivisionError):
        async with database.transaction() as transaction:
            await outbox.send(transaction, Mail("second_factor_off", "a@example.com"), at=AT)
            raise ZeroDivisionError
    await database.close()
    now, days = int(AT.timestamp()), 24 * 3600
    assert rows(tmp_path) == [("second_factor_on", "de", now, now + 3 * days)]


@pytest.mark.parametrize(
    ("good_for", "tried_for"),
    [(timedelta(minutes=30), timedelta(minutes=30)), (timedelta(days=7), timedelta(days=3))],
)
async def test_a_mail_is_tried_for_as_long_as_it_is_of_use(
    tmp_path: Path, secrets: Secrets, good_for: timedelta, tried_for: timedelta
):
    database = an_empty_database(tmp_path)
    mail = Mail("reset_password", "a@example.com", values={"link": LINK}, good_until=AT + good_for)
    async with database.transaction() as transaction:
        await Outbox(secrets).send(transaction, mail, at=AT)
    await database.close()
    assert rows(tmp_path)[0][3] == int((AT + tried_for).timestamp())


async def test_neither_address_nor_secret_can_be_read_in_the_database(tmp_path: Path, secrets: Secrets):
    database = an_empty_database(tmp_path)
    mail = Mail("verify_address", "marin@example.com", values={"code": "473281", "link": LINK})
    async with database.transaction() as transaction:
        await Outbox(secrets).send(transaction, mail, at=AT)
    await database.close()
    kept = everything_in(tmp_path)
    assert b"verify_address" in kept
    for secret in ("marin", "473281", "Zm9vYmFy"):
        assert secret.encode() not in kept
        assert secret not in repr(mail)


def test_what_was_sealed_for_one_mail_is_read_for_no_other(secrets: Secrets):
    values = {"when": AT, "where": "Zürich", "left": 7}
    content = sealed(secrets, "mai_1", "a@example.com", values)
    assert unsealed(secrets, "mai_1", content) == ("a@example.com", values)
    with pytest.raises(SealBroken):
        unsealed(secrets, "mai_2", content)
    with pytest.raises(SealBroken):
        unsealed(Secrets.generate(), "mai_1", content)


async def test_says_at_once_that_there_is_a_mail(tmp_path: Path, secrets: Secrets):
    database, woken = an_empty_database(tmp_path), []
    outbox = Outbox(secrets, wake=lambda: woken.append(True))
    async with database.transaction() as transaction:
        await outbox.send(transaction, Mail("test", "a@example.com"), at=AT)
        assert woken == [True]
    await database.close()


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("mooring.db*"))


@pytest.mark.parametrize("kind", VALUES)
def test_a_mail_tells_just_what_its_kind_says(kind: str):
    values = dict.fromkeys(VALUES[kind], "x")
    assert Mail(kind, "a@example.com", values=values).kind == kind
    with pytest.raises(ValueError, match=kind):
        Mail(kind, "a@example.com", values=values | {"more": "x"})
    for missing in values:
        with pytest.raises(ValueError, match=missing):
            Mail(kind, "a@example.com", values={name: "x" for name in values if name != missing})


def test_there_is_no_other_kind():
    with pytest.raises(ValueError, match="newsletter"):
        Mail("newsletter", "a@example.com")
