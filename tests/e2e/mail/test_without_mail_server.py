"""A server without a mail server: on a developer's computer it prints mails, elsewhere they wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.secrets import Secrets
from tests.support.outboxes import Post
from tests.support.servers import Server, a_server


def told_on_start(server: Server) -> str:
    """Return the line after the one that says that it listens."""
    assert server.process is not None
    assert server.process.stdout is not None
    return server.process.stdout.readline()


@pytest.fixture
def developers_server(tmp_path: Path) -> Iterator[Server]:
    with a_server(tmp_path) as server:
        yield server


async def test_on_a_developers_computer_mails_are_printed_and_that_is_said(developers_server: Server):
    server = developers_server
    assert "Mails are not sent but printed here" in told_on_start(server)
    data = server.folder / "data"
    database = SqliteDatabase(data / "mooring.db")
    post = Post(database, Secrets.load(data / "secret"))
    server.kill()
    await post.write("alice@example.com")
    server.start()
    with server.log.open() as log:
        printed = await_lines(log, "End of the mail")
    assert "To: alice@example.com\n" in printed
    assert any("ajoutée à votre compte" in line for line in printed)  # in its reader's language
    server.stop()
    assert (await post.rows())[0].sent_at is not None
    await database.close()


def await_lines(log, last: str) -> list[str]:
    """Return the log's lines up to one with ``last`` in it; the test's own time limit ends the waiting."""
    lines: list[str] = []
    while not (lines and last in lines[-1]):
        if line := log.readline():
            lines.append(line)
    return lines


async def test_elsewhere_mails_wait_and_that_is_said(tmp_path: Path):
    server = Server(tmp_path, MOORING_PUBLIC_URL="https://licenses.example.com")
    server.found()
    server.start()
    assert "they wait, three days at most" in told_on_start(server)
    data = server.folder / "data"
    database = SqliteDatabase(data / "mooring.db")
    post = Post(database, Secrets.load(data / "secret"))
    await post.write("alice@example.com")
    server.stop()
    assert [(row.attempts, row.due_at is not None) for row in await post.rows()] == [(0, True)]
    await database.close()
    findings = {found["check"]: found["level"] for found in server.run("doctor")["checks"]}
    assert (findings["mail"], findings["outbox"]) == ("warning", "ok")
    assert "alice" not in server.log.read_text()
