"""What the doctor says of mails: of the mail server, and of those that wait."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mooring.server.cli.upkeep.checks.mail import Waiting, check_mail, check_outbox, waiting_mails
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.secrets import Secrets
from mooring.server.record.outbox.mail import Mail
from mooring.server.record.outbox.writing import Outbox
from tests.support.databases import an_empty_database, settings_in
from tests.support.mail_server import PASSWORD, MailServer

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
SITE, HERE = "https://licenses.example.com", "http://127.0.0.1:8000"


@pytest.fixture(params=["starttls", "tls"])
def mail_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer(request.param) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        yield server


def test_a_mail_server_that_takes_us_is_sound(tmp_path: Path, mail_server: MailServer):
    found = check_mail(settings_in(tmp_path, **mail_server.environ), SITE)
    assert found.level == "ok"
    place = f"localhost:{mail_server.port}"
    how = "encrypted, with a user name and a password"
    assert found.sentence == f"{place} takes mails from licenses@harbor.example, {how}."
    assert mail_server.mails == []


def test_says_where_nothing_is_encrypted(tmp_path: Path):
    with MailServer("none", password=False) as server:
        found = check_mail(settings_in(tmp_path, **server.environ), SITE)
    assert found.level == "ok"
    assert "unencrypted, on this computer." in found.sentence


def test_a_wrong_password_is_a_problem_and_is_not_shown(tmp_path: Path, mail_server: MailServer):
    url = mail_server.url.replace("with%23signs", "wrong")
    found = check_mail(settings_in(tmp_path, MOORING_SMTP_URL=url), SITE)
    assert found.level == "problem"
    assert "refuses the user name and password" in found.sentence
    assert "wrong" not in found.sentence.replace("password: 535", "")
    assert PASSWORD not in found.sentence
    assert "MOORING_SMTP_URL" in found.next_step


def test_a_mail_server_that_is_away_or_not_trusted_is_a_problem(tmp_path: Path, mail_server: MailServer):
    settings = settings_in(tmp_path, **mail_server.environ)
    mail_server.distrust()
    assert check_mail(settings, SITE).level == "problem"
    mail_server.stop()
    assert "cannot be reached" in check_mail(settings, SITE).sentence


@pytest.mark.parametrize(("site", "level"), [(HERE, "ok"), ("http://[::1]:1", "ok"), (SITE, "warning")])
def test_without_a_mail_server_it_says_what_becomes_of_mails(tmp_path: Path, site: str, level: str):
    found = check_mail(settings_in(tmp_path), site)
    assert found.level == level
    assert "MOORING_SMTP_URL is not set" in found.sentence
    assert ("printed" in found.sentence) is (level == "ok")
    assert ("MOORING_SMTP_URL" in found.next_step) is (level == "warning")


async def test_counts_the_mails_that_wait(tmp_path: Path):
    database = an_empty_database(tmp_path)
    url = settings_in(tmp_path).database_url
    assert await asyncio.to_thread(examine, url, waiting_mails) == (0, None)
    async with database.transaction() as transaction:
        await Outbox(Secrets.generate()).send(transaction, Mail("test", "a@example.com"), at=AT)
    await database.close()
    assert await asyncio.to_thread(examine, url, waiting_mails) == (1, AT)


@pytest.mark.parametrize(
    ("oldest", "level"),
    [
        (None, "ok"),
        (AT - timedelta(minutes=59), "ok"),
        (AT - timedelta(hours=1), "warning"),
    ],
)
def test_a_mail_that_waits_for_an_hour_is_worth_a_look(oldest: datetime | None, level: str):
    found = check_outbox(Waiting(0 if oldest is None else 1200, oldest), AT)
    assert found.level == level
    assert ("1,200" in found.sentence) is (oldest is not None)
    assert bool(found.next_step) is (level == "warning")
