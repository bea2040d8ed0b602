"""What the queue of mails promises on each database: one sender for each mail, and none is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mooring.core import identifiers
from mooring.server.record.outbox.mail import Mail
from mooring.server.record.outbox.queue import CLAIM_LASTS, KEPT_FOR
from mooring.server.record.outbox.writing import TRIED_FOR, Outbox
from tests.support.databases import KINDS, a_database
from tests.support.outboxes import Post

SOON = timedelta(seconds=5)


@pytest.fixture(params=KINDS)
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Post]:
    async with a_database(request.param, tmp_path) as database:
        yield Post(database)


async def test_gives_each_mail_once_the_longest_due_first(post: Post):
    await post.write("one@example.com", "two@example.com")
    first, second = await post.queue.claim(), await post.queue.claim()
    assert (first.to, second.to) == ("one@example.com", "two@example.com")
    assert (first.kind, first.language, first.values) == ("passkey_added", "fr", {"name": "Desk"})
    assert first.attempts == 1
    assert await post.queue.claim() is None


async def test_many_who_claim_at_once_never_get_the_same(post: Post):
    await post.write(*(f"{number}@example.com" for number in range(20)))
    claimed = await asyncio.gather(*(post.queue.claim() for _ in range(30)))
    got = [mail.to for mail in claimed if mail]
    assert len(got) == len(set(got))
    while mail := await post.queue.claim():  # who met another's lock may have gone away with nothing
        got.append(mail.to)
    assert sorted(got) == sorted(f"{number}@example.com" for number in range(20))


async def test_what_is_undone_was_never_there(post: Post):
    with suppress(ZeroDivisionError):
        async with post.database.transaction() as transaction:
            await Outbox(post.secrets).send(transaction, Mail("test", "a@example.com"), at=datetime.now(UTC))
            raise ZeroDivisionError
    assert await post.queue.claim() is None


async def test_the_mail_of_a_sender_that_died_is_anothers_after_a_minute(post: Post):
    await post.write("one@example.com")
    dead = await post.queue.claim()
    await post.pass_time(CLAIM_LASTS - SOON)
    assert await post.queue.claim() is None
    await post.pass_time(2 * SOON)
    heir = await post.queue.claim()
    assert (heir.id, heir.attempts) == (dead.id, 2)
    assert not await post.queue.keep(dead)
    assert await post.queue.keep(heir)


async def test_a_claim_that_is_kept_up_lasts(post: Post):
    await post.write("one@example.com")
    mail = await post.queue.claim()
    for _ in range(3):
        await post.pass_time(CLAIM_LASTS - SOON)
        assert await post.queue.keep(mail)
    assert await post.queue.claim() is None


async def test_what_was_sent_is_never_given_again_and_its_secrets_are_gone(post: Post):
    await post.write("one@example.com")
    await post.queue.sent(await post.queue.claim())
    await post.pass_time(CLAIM_LASTS + SOON)
    assert await post.queue.claim() is None
    (row,) = await post.rows()
    assert (row.sealed_content, row.due_at, row.claim, row.why) == (None, None, None, None)
    assert row.sent_at is not None


async def test_what_was_sent_counts_as_sent_whoever_has_claimed_it_since(post: Post):
    await post.write("one@example.com")
    slow = await post.queue.claim()
    await post.pass_time(CLAIM_LASTS + SOON)
    heir = await post.queue.claim()
    await post.queue.sent(slow)
    assert not await post.queue.keep(heir)
    await post.queue.give_up(heir, "550 no")
    await post.queue.postpone(heir, SOON, "451 later")
    (row,) = await post.rows()
    assert (row.sent_at is not None, row.failed_at, row.due_at, row.why) == (True, None, None, None)


async def test_what_is_postponed_waits_and_says_why(post: Post):
    await post.write("one@example.com")
    await post.queue.postpone(await post.queue.claim(), timedelta(minutes=5), "451 greylisted")
    assert (await post.rows())[0].why == "451 greylisted"
    await post.pass_time(timedelta(minutes=5) - SOON)
    assert await post.queue.claim() is None
    await post.pass_time(2 * SOON)
    assert (await post.queue.claim()).attempts == 2


async def test_what_is_given_up_is_never_tried_again(post: Post):
    await post.write("one@example.com")
    await post.queue.give_up(await post.queue.claim(), "550 no such person " + "x" * 400)
    await post.pass_time(timedelta(days=1))
    assert await post.queue.claim() is None
    (row,) = await post.rows()
    assert (row.sealed_content, row.sent_at) == (None, None)
    assert row.failed_at is not None
    assert row.why == ("550 no such person " + "x" * 400)[:300]


@pytest.mark.parametrize("good_for", [timedelta(minutes=30), TRIED_FOR])
async def test_what_is_of_no_more_use_is_not_sent(post: Post, good_for: timedelta):
    await post.write("late@example.com", good_for=good_for)
    await post.pass_time(good_for - SOON)
    mail = await post.queue.claim()
    await post.queue.postpone(mail, timedelta(0), "451 later")
    await post.pass_time(2 * SOON)
    assert await post.queue.claim() is None
    (row,) = await post.rows()
    assert (row.sealed_content, row.why) == (None, "It could not be sent in time.")
    assert row.failed_at is not None


async def test_what_other_secrets_sealed_does_not_hold_up_the_rest(post: Post):
    await Post(post.database).write("other@example.com")
    await post.write("one@example.com")
    assert (await post.queue.claim()).to == "one@example.com"
    assert "It cannot be read" in (await post.rows())[0].why


async def test_tells_what_waits(post: Post):
    assert await post.queue.look() == (0, None, 0)
    await post.write("one@example.com", "two@example.com")
    await post.pass_time(timedelta(minutes=1))
    await post.queue.sent(await post.queue.claim())
    mails, oldest, due = await post.queue.look()
    assert (mails, due) == (1, 1)
    assert abs(datetime.now(UTC) - oldest - timedelta(minutes=1)) < SOON
    await post.queue.postpone(await post.queue.claim(), timedelta(minutes=5), "451")
    assert (await post.queue.look()).due == 0


async def test_tidying_up_gives_up_what_nobody_sends_and_forgets_the_old(post: Post):
    await post.write("sent@example.com")
    await post.queue.sent(await post.queue.claim())
    await post.write("unsent@example.com")
    assert await post.queue.tidy_up(at=datetime.now(UTC)) == 0
    await post.pass_time(TRIED_FOR + SOON)
    assert await post.queue.tidy_up(at=datetime.now(UTC)) == 1
    unsent = (await post.rows())[1]
    assert (unsent.sealed_content, unsent.why) == (None, "It could not be sent in time.")
    await post.pass_time(KEPT_FOR - TRIED_FOR - 2 * SOON)
    assert await post.queue.tidy_up(at=datetime.now(UTC)) == 0
    await post.pass_time(2 * SOON)
    assert await post.queue.tidy_up(at=datetime.now(UTC)) == 2
    assert await post.rows() == []


async def test_tidying_up_leaves_alone_what_is_being_sent(post: Post):
    await post.write("one@example.com", good_for=timedelta(minutes=30))
    await post.pass_time(timedelta(minutes=30) - SOON)
    mail = await post.queue.claim()
    await post.pass_time(2 * SOON)
    assert await post.queue.tidy_up(at=datetime.now(UTC)) == 0
    assert await post.queue.keep(mail)


async def test_of_one_second_what_was_written_first_goes_first_whichever_process_wrote_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    at = datetime.now(UTC).replace(microsecond=0)
    addresses = [f"{number}@example.com" for number in range(12)]
    for number, address in enumerate(addresses):
        monkeypatch.setattr(identifiers, "_latest", {})  # what another process made is not known to this one
        outbox = Outbox(post.secrets, now=lambda number=number: at + timedelta(milliseconds=number))
        async with post.database.transaction() as transaction:
            await outbox.send(transaction, Mail("test", address), at=at)
    claimed = [await post.queue.claim() for _ in addresses]
    assert [mail.to for mail in claimed if mail] == addresses
