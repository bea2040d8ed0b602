"""One's share of a transaction: what it answers, what it gathers, and when it must go alone."""

import pytest
from sqlalchemy import bindparam, select, update

from mooring.server.foundation.database.sharing import GoAlone, Share, write
from mooring.server.foundation.database.statement import Statement
from tests.support.boats import ADD, ALL, GET, LOCK, a_boat, boats

RENAME = Statement(update(boats).where(boats.c.id == bindparam("boat")).values(name=bindparam("new")))
OF_BOATS = Statement(select(boats.c.name).where(boats.c.id == bindparam("boat")))
ELSEWHERE = Statement(update(boats.alias("others")).values(name=bindparam("new")))


class Written:
    def __init__(self):
        self.asked = []

    async def later(self, statement, /, *rows):
        self.asked.append((statement, rows))


async def test_answers_once_what_was_read_for_all():
    share = Share({GET: ("a row",)})
    assert await share.fetch_one(GET, boat=1) == ("a row",)
    with pytest.raises(GoAlone):
        await share.fetch_one(GET, boat=1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda share: share.fetch(ALL),
        lambda share: share.fetch_one(OF_BOATS, boat=1),
        lambda share: share.lock(LOCK, boat=1),
        lambda share: share.look_up(None, 1),
        lambda share: share.execute(RENAME, boat=1, new="Tern"),
        lambda share: share.execute_many(RENAME, [{"boat": 1, "new": "Tern"}]),
        lambda share: share.later(RENAME, {"boat": 1, "new": "Tern"}, {"boat": 2, "new": "Gull"}),
    ],
)
async def test_goes_alone_for_whatever_was_not_read_and_may_meet_others(ask):
    share = Share({GET: ("a row",)})
    with pytest.raises(GoAlone):
        await ask(share)
    assert share.writes == []


async def test_adds_rows_and_changes_each_table_at_most_once():
    share = Share({})
    assert await share.execute(ADD, **a_boat(1)) == 1
    await share.execute_many(ADD, [a_boat(2), a_boat(3)])
    assert [row["id"] for _, row in share.writes] == [1, 2, 3]
    with pytest.raises(GoAlone):
        await share.later(RENAME, {"boat": 1, "new": "Tern"})
    other = Share({})
    await other.later(RENAME, {"boat": 1, "new": "Tern"})
    for again in ((RENAME, {"boat": 1, "new": "Gull"}), (ADD, a_boat(4))):
        with pytest.raises(GoAlone):
            await other.later(*again)
    assert other.writes == [(RENAME, {"boat": 1, "new": "Tern"})]


async def test_what_all_of_them_write_is_written_statement_by_statement():
    one, other, written = Share({}), Share({}), Written()
    await one.later(ADD, a_boat(1))
    await other.later(ADD, a_boat(2), a_boat(3))
    await write(written, [one, Share({}), other])
    assert written.asked == [(ADD, (a_boat(1), a_boat(2), a_boat(3)))]
