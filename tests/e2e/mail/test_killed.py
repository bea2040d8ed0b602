"""A running server that is killed while it sends mails, on its own database and with a real mail server."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.secrets import Secrets
from mooring.server.record.outbox.queue import CLAIM_LASTS
from tests.support.mail_server import MailServer
from tests.support.outboxes import Post
from tests.support.servers import Server, a_server

ALICE = "alice@example.com"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def server(tmp_path: Path, mail_server: MailServer) -> Iterator[Server]:
    with a_server(tmp_path, **mail_server.environ) as server:
        yield server


@pytest.fixture
async def post(server: Server) -> AsyncIterator[Post]:
    """The outbox of the server, beside it: as another process of it would write."""
    data = server.folder / "data"
    database = SqliteDatabase(data / "mooring.db")
    yield Post(database, Secrets.load(data / "secret"))
    await database.close()


def restart(mail_server: MailServer) -> None:
    """Forget every conversation, as a mail server does that is started anew."""
    mail_server.stop()
    mail_server.release()
    mail_server.start()


@pytest.mark.parametrize("moment", ["hold_data", "hold_end"])
async def test_a_mail_under_way_when_the_server_is_killed_arrives_once(
    server: Server, mail_server: MailServer, post: Post, moment: str
):
    setattr(mail_server.manners, moment, True)
    await post.write(ALICE)
    assert mail_server.held.wait(30)
    server.kill()
    restart(mail_server)
    assert mail_server.mails == []
    await post.pass_time(CLAIM_LASTS)
    server.start()
    mail_server.wait_for(1, seconds=30)
    server.stop()
    assert [mail.to for mail in mail_server.mails] == [ALICE]
    (row,) = await post.rows()
    assert (row.sent_at is not None, row.attempts, row.sealed_content) == (True, 2, None)


async def test_mails_written_while_no_server_runs_are_sent_when_one_does(
    server: Server, mail_server: MailServer, post: Post
):
    server.kill()
    await post.write(ALICE, "bob@example.com")
    server.start()
    assert sorted(mail.to for mail in mail_server.wait_for(2)) == [ALICE, "bob@example.com"]


async def test_only_a_kill_between_the_taking_and_the_noting_sends_twice_and_that_can_be_known(
    server: Server, mail_server: MailServer, post: Post
):
    def kill() -> None:
        mail_server.manners.after_data = None
        server.kill()

    mail_server.manners.after_data = kill
    await post.write(ALICE)
    mail_server.wait_for(1)
    await post.pass_time(CLAIM_LASTS)
    server.start()
    first, second = mail_server.wait_for(2)
    server.stop()
    assert first.message_id == second.message_id
    assert (first.text, first.html) == (second.text, second.html)
    assert (await post.rows())[0].sent_at is not None


async def test_through_kills_and_outages_every_mail_arrives(
    server: Server, mail_server: MailServer, post: Post
):
    people = sorted(f"{number}@example.com" for number in range(24))
    await post.write(*people)
    kills = 2
    for number in range(1, kills + 1):
        mail_server.wait_for(number * 8, seconds=60)
        server.kill()
        mail_server.stop()
        await post.pass_time(CLAIM_LASTS)
        server.start()
        mail_server.start()
    while any(row.sent_at is None for row in await post.rows()):
        mail_server.wait_for(len(mail_server.mails) + 1, seconds=90)
        server.stop()  # so that what has arrived is noted, too
        await post.pass_time(CLAIM_LASTS)
        server.start()
    arrived = Counter(mail.to for mail in mail_server.mails)
    assert sorted(arrived) == people
    assert sum(arrived.values()) - len(people) <= kills * 3  # at most what was under way, three at a time
    for person in people:
        assert len({mail.message_id for mail in mail_server.mails_to(person)}) == 1
