"""What may be set as the mail server, and how a mistake in it is told."""

import pytest

from mooring.server.foundation.settings import SettingInvalid, load_settings
from mooring.server.foundation.smtp_address import Sender, SmtpServer, parse_sender, parse_smtp_address

ALICE = Sender("Alice", "alice@example.com")


def parsed(text: str, sender: Sender | None = ALICE) -> SmtpServer:
    return parse_smtp_address(text, sender)


def test_reads_an_address_with_everything():
    server = parsed(
        "smtp://us%40er:p%2Fa%23ss@smtp.example.com:2587?from=Harbor%20Notes%20<a+b@example.com>&timeout=7",
        None,
    )
    assert server == SmtpServer(
        host="smtp.example.com",
        port=2587,
        security="starttls",
        sender=Sender("Harbor Notes", "a+b@example.com"),
        user="us@er",
        password="p/a#ss",
        seconds=7.0,
    )
    assert server.place == "smtp.example.com:2587"
    assert "p/a#ss" not in repr(server)


@pytest.mark.parametrize(
    ("text", "port", "security"),
    [
        ("smtp://mail.example.com", 587, "starttls"),
        ("smtps://mail.example.com", 465, "tls"),
        ("smtps://mail.example.com:2465/", 2465, "tls"),
        ("smtps://127.0.0.1", 465, "tls"),
        ("smtp://127.0.0.1:25", 25, "if_offered"),
        ("smtp://[::1]:25", 25, "if_offered"),
        ("smtp://localhost?starttls=off", 587, "none"),
        ("smtp://localhost?starttls=required", 587, "if_offered"),
    ],
)
def test_only_on_this_computer_is_encryption_a_choice(text: str, port: int, security: str):
    server = parsed(text)
    assert (server.port, server.security, server.user, server.password) == (port, security, None, None)
    assert server.seconds == 30.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mail.example.com", "must be an address such as smtp://"),
        ("https://mail.example.com", "must be an address such as smtp://"),
        ("smtp://", "must be an address such as smtp://"),
        ("smtp://u:secret\x07@h", "must be an address such as smtp://"),
        ("smtp://u:sec#ret@h", "has a # in it: write %23 for it"),
        ("smtp://u:secret@host@h", "has a @ in its user name or password: write %40 for it"),
        ("smtp://h/secret", "has a / in its user name or password: write %2F for it"),
        ("smtp://u:sec/ret@h", "must be an address such as smtp://"),
        ("smtp://u:se%0Acret@h", "has a user name or password that cannot be typed"),
        ("smtp://h:0", "has a port that does not exist, 0"),
        ("smtp://h:99999", "must be an address such as smtp://"),
        ("smtp://secret@h", "must have both a user and a password, or neither"),
        ("smtp://h?timeout=0", "has a timeout that is no number of seconds from 1 to 600"),
        ("smtp://h?timeout=soon", "has a timeout that is no number of seconds from 1 to 600"),
        ("smtp://h?form=a@b.example", "has an unknown parameter, form; it may have from, starttls, timeout"),
        ("smtp://h?timeout=1&timeout=2", "has the parameter timeout more than once"),
        ("smtp://h?starttls=off", "has starttls=off: mails leave this computer encrypted, or not at all"),
        ("smtp://h?starttls=maybe", "has a starttls that does not exist; it may be required or off"),
        ("smtps://localhost?starttls=off", "has starttls=off with smtps://"),
    ],
)
def test_tells_what_is_wrong_and_no_secret(text: str, told: str):
    with pytest.raises(ValueError, match="a") as refused:
        parsed(text)
    assert str(refused.value).startswith(told)
    assert "secret" not in str(refused.value)


def test_mails_come_from_somebody():
    with pytest.raises(ValueError, match=r"must say who mails come from.*MOORING_MAIL_FROM"):
        parsed("smtp://h", None)
    with pytest.raises(ValueError, match="has a from that must be an address such as"):
        parsed("smtp://h?from=nobody", None)
    assert parsed("smtps://h?from=x@y.example").sender == ALICE
    assert parsed("smtps://me%40example.com:secret@h", None).sender == Sender("example.com", "me@example.com")


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("a@b.example", Sender("b.example", "a@b.example")),
        ("<a@b.example>", Sender("b.example", "a@b.example")),
        (" Harbor Notes <a@b.example> ", Sender("Harbor Notes", "a@b.example")),
        ('"Müller, Söhne" <a@b.example>', Sender("Müller, Söhne", "a@b.example")),
    ],
)
def test_reads_who_mails_come_from(text: str, sender: Sender):
    assert parse_sender(text) == sender
    assert sender.domain == "b.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Alice",
        "a@",
        "@b",
        "a@b, c@d",
        "A <a@b> <c@d>",
        "A\nBcc: x@y <a@b.example>",
        "a@b\r\nBcc: c@d",
        "ä@b.example",
    ],
)
def test_a_sender_is_one_address_and_nothing_hidden_beside_it(text: str):
    with pytest.raises(ValueError, match=r"must be an address such as Example <licenses@example\.com>"):
        parse_sender(text)


def test_settings_say_where_the_mistake_is(tmp_path):
    with pytest.raises(SettingInvalid, match=r"^MOORING_SMTP_URL has a port that does not exist, 0\.$"):
        load_settings({"MOORING_SMTP_URL": "smtp://h:0?from=a@b.example"}, tmp_path)
    with pytest.raises(SettingInvalid, match=r"^MOORING_MAIL_FROM must be an address"):
        load_settings({"MOORING_MAIL_FROM": "nobody"}, tmp_path)
    settings = load_settings(
        {"MOORING_SMTP_URL": "smtp://h", "MOORING_MAIL_FROM": "Alice <alice@example.com>"}, tmp_path
    )
    assert settings.smtp_url.sender == settings.mail_from == ALICE
    assert load_settings({}, tmp_path).smtp_url is None
