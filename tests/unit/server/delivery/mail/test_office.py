"""What becomes of mails, as the settings say; and how they look where they are printed."""

import io
from pathlib import Path

import pytest

from mooring.server.delivery.mail.office import mailing_of
from mooring.server.delivery.mail.printing import PrintingCarrier
from tests.support.databases import settings_in
from tests.support.letters import LINK, a_mail, a_writer

SMTP = {"MOORING_SMTP_URL": "smtps://mail.example.com?from=a@b.example"}


@pytest.mark.parametrize(
    ("environ", "site", "mailing"),
    [
        (SMTP, "https://licenses.example.com", "sent"),
        (SMTP, "http://127.0.0.1:8000", "sent"),
        ({}, "http://127.0.0.1:8000", "printed"),
        ({}, "http://localhost:8000", "printed"),
        ({}, "http://[::1]:8000", "printed"),
        ({}, "https://licenses.example.com", "kept"),
        ({}, "http://192.0.2.7", "kept"),
    ],
)
def test_only_where_nobody_else_comes_mails_are_printed(
    tmp_path: Path, environ: dict[str, str], site: str, mailing: str
):
    assert mailing_of(settings_in(tmp_path, **environ), site) == mailing


async def test_a_printed_mail_says_what_it_is_and_all_that_is_in_it():
    file = io.StringIO()
    async with PrintingCarrier(file).trip() as trip:
        assert trip.is_good
        message = a_writer().write(a_mail("verify_address"))
        await trip.deliver(message, "marin@example.com", is_ours=lambda: True)
    lines = file.getvalue().splitlines()
    assert "not sent, because MOORING_SMTP_URL is not set" in lines[0]
    assert lines[1:3] == ["To: marin@example.com", "Subject: Confirm your e-mail address"]
    assert "473281" in lines
    assert LINK in lines
    assert "End of the mail" in lines[-1]
    assert "\r" not in file.getvalue()
