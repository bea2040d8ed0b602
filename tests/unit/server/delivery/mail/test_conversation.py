"""What a conversation with a real mail server promises: TLS, passwords, refusals told apart."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mooring.server.delivery.mail.carrier import CarrierAway, NotNow, RefusedForGood
from mooring.server.delivery.mail.smtp.conversation import Conversation
from mooring.server.foundation.smtp_address import SmtpServer, parse_smtp_address
from tests.support.mail_server import PASSWORD, USER, MailServer

ALICE = "alice@example.com"


@pytest.fixture(params=["starttls", "tls"])
def mail_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer(request.param) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        yield server


@pytest.fixture
def plain_server() -> Iterator[MailServer]:
    with MailServer("none", password=False) as server:
        yield server


def a_message(text: str = "Hello\n") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Your code"
    message.set_content(text)
    return message


def address_of(server: MailServer, *, seconds: float = 5.0) -> SmtpServer:
    return replace(parse_smtp_address(server.url, None), seconds=seconds)


def hand_over(conversation: Conversation, to: str = ALICE, message: EmailMessage | None = None) -> None:
    conversation.hand_over(message or a_message(), to, is_ours=lambda: True)


def refusal(server: SmtpServer) -> str:
    with pytest.raises(CarrierAway) as away:
        Conversation(server)
    return away.value.why


def test_hands_mails_over_encrypted_and_signed_in(mail_server: MailServer):
    conversation = Conversation(address_of(mail_server))
    conversation.check()
    hand_over(conversation)
    hand_over(conversation, "bob@example.com", a_message(".one dot\n..two\n.\nend"))
    conversation.close()
    first, second = mail_server.mails
    assert (first.sender, first.to) == ("licenses@harbor.example", ALICE)
    assert (first.signed_in_as, first.encrypted) == (USER, True)
    assert first.subject == "Your code"
    assert second.text.splitlines() == [".one dot", "..two", ".", "end"]
    assert conversation.is_open is False


def test_refuses_a_certificate_that_nobody_trusts(mail_server: MailServer):
    mail_server.distrust()
    assert "The certificate of localhost:" in refusal(address_of(mail_server))
    assert mail_server.mails == []


def test_refuses_the_certificate_of_another_name(mail_server: MailServer):
    why = refusal(replace(address_of(mail_server), host="127.0.0.2"))
    assert "127.0.0.2" in why
    assert "not good" in why or "cannot be reached" in why


def test_tells_a_wrong_password_and_does_not_repeat_it(mail_server: MailServer):
    why = refusal(replace(address_of(mail_server), password="wrong-password"))
    assert "refuses the user name and password: 535" in why
    assert "wrong-password" not in why
    assert PASSWORD not in why


def test_sends_nothing_unencrypted_to_another_computer(plain_server: MailServer):
    server = replace(address_of(plain_server), security="starttls")
    assert "offers no encryption (STARTTLS)" in refusal(server)


def test_on_this_computer_mails_may_go_unencrypted(plain_server: MailServer):
    conversation = Conversation(address_of(plain_server))
    assert not conversation.is_encrypted
    hand_over(conversation)
    conversation.close()
    assert plain_server.mails[0].encrypted is False


def test_a_password_needs_somebody_who_takes_it(plain_server: MailServer):
    server = replace(address_of(plain_server), user="me", password="secret")
    assert "lets nobody sign in" in refusal(server)


def test_tells_when_nobody_listens(plain_server: MailServer):
    plain_server.stop()
    assert refusal(address_of(plain_server)) == (
        f"localhost:{plain_server.port} cannot be reached: Connection refused."
    )


def test_tells_when_nobody_answers():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = parse_smtp_address(f"smtp://127.0.0.1:{listener.getsockname()[1]}?from=a@b.example", None)
        assert refusal(replace(server, seconds=0.2)) == f"{server.place} does not answer."


def test_tells_when_tls_begins_where_there_is_none(plain_server: MailServer):
    server = replace(address_of(plain_server), security="tls")
    assert refusal(server).endswith("Use smtp:// where the server begins without TLS.")


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 5.1.1 <alice@example.com> unknown", RefusedForGood), ("451 4.7.1 later", NotNow)],
)
def test_tells_for_good_from_not_now_and_goes_on_with_others(
    plain_server: MailServer, answer: str, error: type[Exception]
):
    plain_server.manners.refuse[ALICE] = answer
    conversation = Conversation(address_of(plain_server))
    with pytest.raises(error) as refused:
        hand_over(conversation)
    assert refused.value.why == answer.replace("alice@example.com", "(recipient)")
    hand_over(conversation, "bob@example.com")
    conversation.close()
    assert [mail.to for mail in plain_server.mails] == ["bob@example.com"]


@pytest.mark.parametrize(("answer", "error"), [("554 spam", RefusedForGood), ("452 full", NotNow)])
def test_tells_them_apart_for_what_the_mail_says(
    plain_server: MailServer, answer: str, error: type[Exception]
):
    plain_server.manners.refuse_content = answer
    with closing(Conversation(address_of(plain_server))) as conversation:
        with pytest.raises(error, match=answer):
            hand_over(conversation)
        assert conversation.is_open


@pytest.mark.parametrize("answer", ["550 5.7.1 not you", "451 later"])
def test_a_refused_sender_can_be_set_right(plain_server: MailServer, answer: str):
    plain_server.manners.refuse_sender = answer
    refused = pytest.raises(NotNow, match=f"refuses the sender: {answer}")
    with closing(Conversation(address_of(plain_server))) as conversation, refused:
        hand_over(conversation)


@pytest.mark.parametrize("moment", ["hold_data", "hold_end"])
def test_does_not_wait_for_ever(plain_server: MailServer, moment: str):
    setattr(plain_server.manners, moment, True)
    server = address_of(plain_server, seconds=0.3)
    conversation = Conversation(server, seconds_at_the_end=0.3)
    with pytest.raises(NotNow, match=r"The connection to localhost:\d+ was lost"):
        hand_over(conversation)
    assert not conversation.is_open


def test_can_be_stopped_from_outside_before_the_end(plain_server: MailServer):
    plain_server.manners.hold_data = True
    conversation = Conversation(address_of(plain_server, seconds=60))
    stopping = threading.Thread(
        target=lambda: plain_server.held.wait() and conversation.abort(in_doubt=False)
    )
    stopping.start()
    with pytest.raises(NotNow):
        hand_over(conversation)
    stopping.join()


def test_once_sent_it_is_stopped_only_in_doubt(plain_server: MailServer):
    plain_server.manners.hold_end = True
    conversation = Conversation(address_of(plain_server, seconds=60))
    met: list[Exception] = []

    def send() -> None:
        try:
            hand_over(conversation)
        except NotNow as error:
            met.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    assert plain_server.held.wait(10)
    conversation.abort(in_doubt=False)
    sending.join(0.3)
    assert sending.is_alive()
    conversation.abort(in_doubt=True)
    sending.join(10)
    assert len(met) == 1


def test_a_mail_that_is_no_longer_ours_does_not_arrive(plain_server: MailServer):
    conversation = Conversation(address_of(plain_server))
    with pytest.raises(NotNow, match="It was stopped before its end"):
        conversation.hand_over(a_message(), ALICE, is_ours=lambda: False)
    assert not conversation.is_open
    plain_server.stop()
    assert plain_server.mails == []


def test_addresses_beyond_ascii_go_along_where_the_server_takes_them(plain_server: MailServer):
    conversation = Conversation(address_of(plain_server))
    hand_over(conversation, "jörg@example.com")
    hand_over(conversation, "joerg@bücher.example")
    conversation.close()
    assert [mail.to for mail in plain_server.mails] == ["jörg@example.com", "joerg@xn--bcher-kva.example"]


@pytest.mark.parametrize("to", ["a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com\nDATA"])
def test_an_address_gives_no_commands(plain_server: MailServer, to: str):
    refused = pytest.raises(RefusedForGood, match="This is no address")
    with closing(Conversation(address_of(plain_server))) as conversation, refused:
        hand_over(conversation, to)
    assert plain_server.mails == []
