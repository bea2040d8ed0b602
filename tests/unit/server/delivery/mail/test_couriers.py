"""What the couriers promise: every mail arrives once it can, and none twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mooring.server.delivery.mail import couriers as couriers_module
from mooring.server.delivery.mail.bell import Bell
from mooring.server.delivery.mail.couriers import Couriers
from mooring.server.delivery.mail.patience import LONGEST_PAUSE, LONGEST_WAIT
from mooring.server.delivery.mail.smtp.carrier import SmtpCarrier
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.smtp_address import parse_smtp_address
from mooring.server.record.outbox.queue import CLAIM_LASTS, ClaimedMail, MailQueue
from mooring.server.wording.languages import site_translator
from tests.support.databases import a_database, an_empty_database
from tests.support.letters import a_writer
from tests.support.mail_server import MailServer
from tests.support.outboxes import Post

ALICE, BOB = "alice@example.com", "bob@example.com"


@dataclass
class Seen:
    """What the couriers say of themselves."""

    sent: int = 0
    failed: int = 0
    waiting: int = -1

    def mail_sent(self) -> None:
        self.sent += 1

    def mail_failed(self) -> None:
        self.failed += 1

    def mails_wait(self, mails: int, oldest: datetime | None) -> None:
        self.waiting = mails


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    database = an_empty_database(tmp_path)
    yield Post(database)
    await database.close()


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        yield server


@pytest.fixture
def seen() -> Seen:
    return Seen()


def carrier_to(server: MailServer, *, seconds: float = 20) -> SmtpCarrier:
    address = replace(parse_smtp_address(server.url, None), seconds=seconds)
    return SmtpCarrier(address, seconds_at_the_end=seconds)


def couriers_of(
    post: Post,
    server: MailServer,
    seen: Seen | None = None,
    *,
    queue: MailQueue | None = None,
    bell: Bell | None = None,
    write: Callable[[ClaimedMail], EmailMessage] | None = None,
    patience: float = 20,
    seconds: Callable[[], float] | None = None,
) -> Couriers:
    clock = {} if seconds is None else {"seconds": seconds}
    return Couriers(
        queue or post.queue,
        carrier_to(server, seconds=patience),
        write or a_writer().write,
        bell=bell or Bell(),
        watch=seen or Seen(),
        **clock,
    )


@asynccontextmanager
async def at_work(couriers: Couriers) -> AsyncIterator[None]:
    working = asyncio.create_task(couriers.run())
    yield
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def arrived(server: MailServer, count: int) -> list[str]:
    return [mail.to for mail in await asyncio.to_thread(server.wait_for, count)]


async def test_every_mail_arrives_once(post: Post, mail_server: MailServer, seen: Seen):
    people = [f"{number}@example.com" for number in range(20)]
    await post.write(*people)
    await couriers_of(post, mail_server, seen).send_due()
    assert sorted(mail.to for mail in mail_server.mails) == sorted(people)
    french = site_translator("fr").gettext("A passkey was added to your account")
    assert {mail.subject for mail in mail_server.mails} == {french}
    assert (seen.sent, seen.failed) == (20, 0)
    await couriers_of(post, mail_server, seen).send_due()
    assert len(mail_server.mails) == 20
    assert seen.waiting == 0


async def test_a_mail_server_that_is_down_loses_nothing(post: Post, mail_server: MailServer, seen: Seen):
    now = [0.0]
    couriers = couriers_of(post, mail_server, seen, seconds=lambda: now[0])
    mail_server.stop()
    await post.write(ALICE, BOB)
    for _ in range(10):
        await couriers.send_due()
        now[0] += 2 * LONGEST_PAUSE.total_seconds()
    assert all(row.attempts == 0 for row in await post.rows())
    mail_server.start()
    await couriers.send_due()
    assert sorted(mail.to for mail in mail_server.mails) == [ALICE, BOB]
    assert (seen.sent, seen.failed) == (2, 0)


async def test_a_mail_server_that_is_away_is_left_in_peace_for_a_while(post: Post, mail_server: MailServer):
    now = [0.0]
    couriers = couriers_of(post, mail_server, seconds=lambda: now[0])
    mail_server.stop()
    await post.write(ALICE)
    for _ in range(9):
        await couriers.send_due()
        now[0] += 2 * LONGEST_PAUSE.total_seconds()
    await couriers.send_due()
    mail_server.start()
    now[0] += LONGEST_PAUSE.total_seconds() / 2
    await couriers.send_due()
    assert mail_server.mails == []
    now[0] += LONGEST_PAUSE.total_seconds()
    await couriers.send_due()
    assert [mail.to for mail in mail_server.mails] == [ALICE]


async def test_what_is_refused_for_good_is_not_tried_again(post: Post, mail_server: MailServer, seen: Seen):
    mail_server.manners.refuse[ALICE] = f"550 5.1.1 <{ALICE}>: no such user"
    await post.write(ALICE, BOB)
    await couriers_of(post, mail_server, seen).send_due()
    mail_server.manners.refuse.clear()
    await post.pass_time(timedelta(days=2))
    await couriers_of(post, mail_server, seen).send_due()
    assert [mail.to for mail in mail_server.mails] == [BOB]
    assert (seen.sent, seen.failed) == (1, 1)
    refused = (await post.rows())[0]
    assert (refused.why, refused.sealed_content) == ("550 5.1.1 <(recipient)>: no such user", None)


async def test_greylisting_puts_off_and_nothing_more(post: Post, mail_server: MailServer, seen: Seen):
    mail_server.manners.greylist = True
    await post.write(ALICE, BOB)
    await couriers_of(post, mail_server, seen).send_due()
    assert sorted(mail_server.put_off) == [ALICE, BOB]
    assert mail_server.mails == []
    await couriers_of(post, mail_server, seen).send_due()
    assert mail_server.mails == []
    await post.pass_time(timedelta(seconds=40))
    await couriers_of(post, mail_server, seen).send_due()
    assert sorted(mail.to for mail in mail_server.mails) == [ALICE, BOB]
    assert (seen.sent, seen.failed) == (2, 0)


async def test_what_is_never_taken_is_tried_for_three_days_less_and_less_often(
    post: Post, mail_server: MailServer, seen: Seen
):
    mail_server.manners.refuse[ALICE] = "451 4.3.0 later"
    await post.write(ALICE)
    while (await post.rows())[0].due_at is not None:
        await couriers_of(post, mail_server, seen).send_due()
        await post.pass_time(LONGEST_WAIT * 1.25)
    (row,) = await post.rows()
    assert 50 < row.attempts < 70
    assert (row.sent_at, row.failed_at is not None, row.why) == (None, True, "It could not be sent in time.")


@pytest.mark.parametrize("moment", ["hold_data", "hold_end"])
async def test_a_mail_server_that_hangs_holds_up_one_mail_only_for_a_while(
    post: Post, mail_server: MailServer, moment: str
):
    setattr(mail_server.manners, moment, True)
    await post.write(ALICE)
    await couriers_of(post, mail_server, patience=0.5).send_due()
    assert mail_server.mails == []
    assert "was lost" in (await post.rows())[0].why
    mail_server.stop()
    mail_server.release()
    mail_server.start()
    await post.pass_time(timedelta(seconds=40))
    await couriers_of(post, mail_server).send_due()
    assert [mail.to for mail in mail_server.mails] == [ALICE]


async def test_a_new_mail_is_sent_at_once(
    post: Post, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(couriers_module, "LOOKS_EVERY", 3600)
    bell = Bell()
    async with at_work(couriers_of(post, mail_server, bell=bell)):
        for number, to in enumerate((ALICE, BOB), 1):
            bell.ring()  # before it is committed, as the outbox does
            await post.write(to)
            assert len(await arrived(mail_server, number)) == number


async def test_what_another_process_wrote_is_found_by_looking(
    post: Post, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(couriers_module, "LOOKS_EVERY", 0.02)
    async with at_work(couriers_of(post, mail_server)):
        await post.write(ALICE)
        assert await arrived(mail_server, 1) == [ALICE]


async def test_at_the_end_what_has_not_been_sent_is_stopped_and_waits(
    post: Post, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(couriers_module, "GRACE_SECONDS", 0.05)
    mail_server.manners.hold_data = True
    await post.write(ALICE)
    async with at_work(couriers_of(post, mail_server)):
        await asyncio.to_thread(mail_server.held.wait, 10)
    assert (await post.queue.look()).due == 1  # at once: the claim was given back
    mail_server.stop()
    mail_server.release()
    mail_server.start()
    await couriers_of(post, mail_server).send_due()
    assert [mail.to for mail in mail_server.mails] == [ALICE]


async def test_at_the_end_what_has_been_sent_is_waited_for(
    post: Post, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(couriers_module, "GRACE_SECONDS", 0.05)
    mail_server.manners.hold_end = True
    await post.write(ALICE)
    async with at_work(couriers_of(post, mail_server)):
        await asyncio.to_thread(mail_server.held.wait, 10)
        asyncio.get_running_loop().call_later(0.3, mail_server.release)
    assert [mail.to for mail in mail_server.mails] == [ALICE]
    assert (await post.rows())[0].sent_at is not None


class ForgetfulQueue(MailQueue):
    """A queue whose database goes away just when something was sent."""

    away = 3

    async def sent(self, mail: ClaimedMail) -> None:
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable
        await super().sent(mail)


async def test_a_database_that_goes_away_after_the_sending_makes_no_second_mail(
    post: Post, mail_server: MailServer
):
    queue = ForgetfulQueue(post.database, post.secrets, SystemClock())
    await post.write(ALICE)
    await couriers_of(post, mail_server, queue=queue).send_due()
    assert queue.away == 0
    await post.pass_time(CLAIM_LASTS * 2)
    await couriers_of(post, mail_server).send_due()
    assert [mail.to for mail in mail_server.mails] == [ALICE]


class TellingQueue(MailQueue):
    """A queue that tells when a claim was kept up."""

    def __init__(self, post: Post) -> None:
        super().__init__(post.database, post.secrets, SystemClock())
        self.kept = asyncio.Event()

    async def keep(self, mail: ClaimedMail) -> bool:
        is_ours = await super().keep(mail)
        self.kept.set()
        return is_ours


async def test_a_slow_delivery_keeps_its_claim(
    post: Post, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(couriers_module, "KEPT_UP_EVERY", 0.02)
    mail_server.manners.hold_end = True
    queue = TellingQueue(post)
    await post.write(ALICE)
    sending = asyncio.create_task(couriers_of(post, mail_server, queue=queue).send_due())
    await asyncio.to_thread(mail_server.held.wait, 10)
    for _ in range(3):
        await post.pass_time(CLAIM_LASTS * 0.6)
        queue.kept.clear()
        await queue.kept.wait()
    assert await post.queue.claim() is None
    mail_server.release()
    await sending
    assert [mail.to for mail in mail_server.mails] == [ALICE]


async def test_a_delivery_that_lost_its_claim_does_not_arrive(post: Post, mail_server: MailServer):
    now = [0.0]

    def write(mail: ClaimedMail) -> EmailMessage:
        now[0] += CLAIM_LASTS.total_seconds()  # as if the process had been stopped for so long
        return a_writer().write(mail)

    await post.write(ALICE)
    await couriers_of(post, mail_server, write=write, seconds=lambda: now[0]).send_due()
    mail_server.stop()
    assert mail_server.mails == []
    assert (await post.rows())[0].why == "It was stopped before its end."


async def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(post: Post, mail_server: MailServer):
    def write(mail: ClaimedMail) -> EmailMessage:
        if mail.to == ALICE:
            raise KeyError("product")
        return a_writer().write(mail)

    await post.write(ALICE, BOB)
    await couriers_of(post, mail_server, write=write).send_due()
    assert [mail.to for mail in mail_server.mails] == [BOB]
    await post.pass_time(LONGEST_WAIT)
    await couriers_of(post, mail_server).send_due()
    assert [mail.to for mail in mail_server.mails] == [BOB, ALICE]


async def test_nothing_is_told_a_mail_server_whose_certificate_is_not_trusted(
    post: Post, mail_server: MailServer
):
    mail_server.distrust()
    await post.write(ALICE)
    await couriers_of(post, mail_server).send_due()
    assert mail_server.mails == []
    assert (await post.queue.look()).due == 1


async def test_without_a_carrier_mails_wait_and_are_counted(post: Post, seen: Seen):
    await post.write(ALICE, BOB)
    await Couriers(post.queue, None, a_writer().write, bell=Bell(), watch=seen).send_due()
    assert seen.waiting == 2
    assert [row.attempts for row in await post.rows()] == [0, 0]


async def test_several_servers_on_one_database_send_each_mail_once(tmp_path: Path, mail_server: MailServer):
    async with a_database("postgresql", tmp_path) as database:
        post, seen = Post(database), Seen()
        people = sorted(f"{number}@example.com" for number in range(40))
        await post.write(*people)
        await asyncio.gather(*(couriers_of(post, mail_server, seen).send_due() for _ in range(4)))
        await couriers_of(post, mail_server, seen).send_due()
        assert sorted(mail.to for mail in mail_server.mails) == people
        assert all(row.sent_at for row in await post.rows())


class SlowCarrier:
    """Takes a while for each mail, and sees which are under way at once."""

    is_good = True

    def __init__(self) -> None:
        self.under_way: list[str] = []
        self.most: dict[str, int] = {}
        self.at_once = 0

    @asynccontextmanager
    async def trip(self) -> AsyncIterator["SlowCarrier"]:
        yield self

    async def deliver(self, message: EmailMessage, to: str, *, is_ours: Callable[[], bool]) -> None:
        self.under_way.append(to)
        self.at_once = max(self.at_once, len(self.under_way))
        self.most[to] = max(self.most.get(to, 0), self.under_way.count(to))
        for _ in range(50):
            await asyncio.sleep(0)
        self.under_way.remove(to)

    def abort(self, *, in_doubt: bool = False) -> None:
        raise AssertionError(in_doubt)


async def test_mails_to_one_address_go_one_after_the_other(post: Post, seen: Seen):
    await post.write(ALICE, ALICE, BOB, ALICE, BOB, ALICE)
    carrier = SlowCarrier()
    await Couriers(post.queue, carrier, a_writer().write, bell=Bell(), watch=seen).send_due()
    assert seen.sent == 6
    assert carrier.most == {ALICE: 1, BOB: 1}
    assert carrier.at_once > 1
