"""`mooring admin mail test`, and what `serve` says of mails."""

from collections.abc import Iterator

import pytest

from mooring.server.cli.output import Output
from mooring.server.cli.serve import _tell_of_mails
from tests.support.mail_server import MailServer
from tests.support.operators import Operator

ALICE = "alice@example.com"


@pytest.fixture
def operator(tmp_path, monkeypatch, capsys) -> Operator:
    monkeypatch.chdir(tmp_path)
    return Operator(capsys)


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        yield server


def test_sends_a_mail_at_once(operator: Operator, mail_server: MailServer):
    document = operator.json("admin", "mail", "test", ALICE)
    (mail,) = mail_server.mails
    assert (mail.to, mail.encrypted) == (ALICE, True)
    assert mail.subject == "A test mail from 127.0.0.1:8000"
    assert document == {
        "to": ALICE,
        "message_id": mail.message_id,
        "server": f"localhost:{mail_server.port}",
    }


def test_says_what_to_look_for(operator: Operator, mail_server: MailServer):
    assert "Look whether it arrives" in operator.run("admin", "mail", "test", ALICE).out


def test_tells_why_the_mail_server_does_not_take_it(operator: Operator, mail_server: MailServer):
    mail_server.manners.refuse[ALICE] = "550 5.7.1 relaying denied"
    refused = operator.refused("admin", "mail", "test", ALICE)
    assert (refused["code"], refused["detail"]) == ("mail_not_taken", "550 5.7.1 relaying denied")
    mail_server.stop()
    assert "cannot be reached" in operator.refused("admin", "mail", "test", ALICE)["detail"]


def test_without_a_mail_server_it_says_how_to_set_one(operator: Operator):
    refused = operator.refused("admin", "mail", "test", ALICE)
    assert refused["code"] == "mail_not_set"
    assert "MOORING_SMTP_URL" in refused["next"]["label"]


@pytest.mark.parametrize("address", ["alice", "a@b.example\r\nBcc: c@d.example"])
def test_takes_addresses_only(operator: Operator, mail_server: MailServer, address: str):
    operator.refused("admin", "mail", "test", address, code=2)
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("mailing", "said"), [("sent", ""), ("printed", "not sent but printed here"), ("kept", "they wait")]
)
def test_serve_says_what_becomes_of_mails(capsys, mailing: str, said: str):
    _tell_of_mails(Output(as_json=False), mailing)
    told = capsys.readouterr().out
    assert said in told
    assert bool(told) is bool(said)
