"""What every mail promises, whatever it says: plain headers, two forms, no stranger's word taken as ours."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import get_args

import pytest

from mooring.server.delivery.mail import writing
from mooring.server.delivery.mail.sentences import letter
from mooring.server.delivery.mail.sentences.composing import compose
from mooring.server.record.outbox.mail import VALUES, MailKind
from mooring.server.wording.languages import LANGUAGES
from tests.support.letters import HOSTILE, LINK, SITE, USUAL, a_mail, a_writer
from tests.support.translations import SITE as SITE_CATALOGUE

KINDS = get_args(MailKind)
TYPED = {"where", "browser", "name", "provider", "license", "product", "from", "to", "role"} | {
    "new_masked",
    "masked",
}


def sent(mail) -> EmailMessage:
    """Return the mail as its reader's program finds it."""
    message = message_from_bytes(a_writer().write(mail).as_bytes(), policy=default)
    assert not message.defects
    return message


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return plain.replace("\r\n", "\n"), html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_said_in_each_language(kind: str, language: str):
    message = sent(a_mail(kind, language))
    text, html = parts(message)
    told = compose(kind, language, {name: USUAL[name] for name in VALUES[kind]}, SITE)
    assert message["Subject"] == told.subject
    assert message["Content-Language"] == language
    assert f'<html lang="{language}">' in html
    assert told.title in text
    flowing = text.replace("\n", " ")  # lines are folded at spaces, never at those that do not break
    for sentence in (*told.paragraphs, told.because):
        assert sentence in flowing
    for name, value in told.facts:
        assert f"{name}: {value}" in text
    if told.button:
        assert html.count('<a class="button"') == 1
        assert f"\n{told.button.link}\n" in text
        assert told.button.link == LINK or told.button.link.startswith(f"{SITE}/account")
    for name in VALUES[kind]:  # nothing that a mail is to tell is left out
        assert str(USUAL[name]) in flowing or name in {"when", "until", "role"}
    assert "{" not in text


def test_has_the_headers_of_a_mail_that_nobody_answers():
    message = sent(a_mail("password_changed"))
    assert message["From"] == "Harbor Notes <licenses@harbor.example>"
    assert message["To"] == "marin@example.com"
    assert message["Message-ID"] == "<mai_01hzy8k3m5n7p9q1r3s5t7v9w1@harbor.example>"
    assert message["Date"] == "Sun, 01 Mar 2026 17:45:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert not [name for name in message if name.lower().startswith("list-")]


def test_a_second_writing_is_the_same_mail():
    mail = a_mail("new_sign_in", "ja")
    assert a_writer().write(mail).as_bytes() == a_writer().write(mail).as_bytes()


def test_its_source_is_ascii_so_that_every_mail_server_takes_it():
    assert a_writer().write(a_mail("identity_added", "ja", provider="大")).as_bytes().isascii()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if TYPED & set(VALUES[kind])])
def test_what_strangers_type_stays_one_harmless_line(kind: str):
    values = {name: HOSTILE for name in VALUES[kind] if name in TYPED}
    message = sent(a_mail(kind, **values))
    assert message["Bcc"] is None
    assert message["To"] == "marin@example.com"
    text, html = parts(message)
    assert "<b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    for shown in (text, html, str(message["Subject"])):
        assert "49" not in re.sub(r"#[0-9a-f]{6}", "", shown)
        assert "\u202e" not in shown
        assert "w" * 130 not in shown
        assert not re.search(r"^Bcc:", shown, re.MULTILINE)


@pytest.mark.parametrize("to", ["marin@example.com\r\nBcc: x@example.com", "a@b.example\nSubject: x"])
def test_an_address_adds_no_header(to: str):
    with pytest.raises(ValueError, match="cannot contain"):
        a_writer().write(a_mail("test", address=to))


@pytest.mark.parametrize("to", ["jörg@example.com", "o'neil+tag@example.com", "用户@例え.example"])
def test_writes_to_addresses_of_every_script(to: str):
    assert sent(a_mail("test", address=to))["To"] == to


def test_says_who_sent_it_and_what_nobody_will_ask():
    text = " ".join(parts(sent(a_mail("reset_password")))[0].split())
    assert "This mail was sent by Harbor Notes, licenses.harbor.example." in text
    assert "Nobody will ever ask you for your password" in text


def test_an_unknown_language_is_answered_in_english():
    assert sent(a_mail("test", "tlh"))["Content-Language"] == "en"


@pytest.mark.parametrize(("left", "said"), [(1, "You have 1 left: make new ones"), (3, "You have 3 left.")])
def test_counts_what_is_left(left: int, said: str):
    assert said in parts(sent(a_mail("recovery_code_used", left=left)))[0]


def test_a_mail_for_the_dark_has_dark_colors():
    html = parts(sent(a_mail("verify_address")))[1]
    light, dark = html.partition("@media (prefers-color-scheme: dark)")[::2]
    assert "#202020" in dark.partition("}")[0]
    assert "#202020" not in light
    assert 'content="light dark"' in light


class Pseudo:
    """A language in which every message stands in brackets."""

    def gettext(self, message: str, /) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        return f"⟦{singular if number == 1 else plural}⟧"


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_escapes_the_catalogue(kind: str, monkeypatch: pytest.MonkeyPatch):
    for module in (letter, writing):
        monkeypatch.setattr(module, "site_translator", lambda language: Pseudo())
    message = sent(a_mail(kind))
    text, html = parts(message)
    shown = re.sub(r"<(style|title)>.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    told = [str(USUAL[name]) for name in VALUES[kind]] + ["1 March 2026, 17:45 UTC"]
    told += [f"{SITE}/account/security#{section}" for section in ("passkeys", "authenticator", "identities")]
    told += [f"{SITE}/account"]
    for words in (text, shown, message["Subject"]):
        left = re.sub(r"⟦[^⟧]*⟧", " ", words.replace("&#39;", "'"))
        for value in told:
            left = left.replace(value, " ")
        assert re.findall(r"\w+", left) == []


def test_the_catalogue_knows_every_message_of_mails(monkeypatch: pytest.MonkeyPatch):
    said: set[str] = set()

    class Noting(Pseudo):
        def gettext(self, message: str, /) -> str:
            said.add(message)
            return message

        def ngettext(self, singular: str, plural: str, number: int, /) -> str:
            said.add(singular)
            return singular

    for module in (letter, writing):
        monkeypatch.setattr(module, "site_translator", lambda language: Noting())
    for kind in KINDS:
        sent(a_mail(kind))
    ids = (message.id for message in SITE_CATALOGUE.messages())
    assert said - {each[0] if isinstance(each, tuple) else each for each in ids} == set()
    assert len(said) > 60


def test_the_guide_tells_of_every_kind():
    guide = (Path(__file__).parents[5] / "docs" / "guide" / "mail.md").read_text()
    assert [kind for kind in KINDS if f"`{kind}`" not in guide] == []
