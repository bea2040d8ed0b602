"""What is sold, in memory: believed for a few seconds, then read again."""

import pytest

from mooring.server.licensing.storage.ledger.offers import KEPT_FOR, Offers
from tests.support.ledgers import a_ledger
from tests.support.licenses import a_license


class Counting:
    """A session that counts what it is asked."""

    def __init__(self, session):
        self._session = session
        self.asked = 0

    async def fetch(self, statement, **values):
        self.asked += 1
        return await self._session.fetch(statement, **values)


@pytest.fixture
async def database(tmp_path):
    async with a_ledger("sqlite", tmp_path) as ledger:
        yield ledger


async def test_reads_an_offer_once_and_again_when_it_is_a_few_seconds_old(database):
    sold, now = a_license(), [100.0]
    await database.sell(sold, b"k" * 32)
    offers = Offers(lambda: now[0])
    async with database.database.reading() as reading:
        session = Counting(reading)
        assert offers.known(sold.offer.policy.id) is None
        assert await offers.of(sold.offer.policy.id, session) == sold.offer
        now[0] += KEPT_FOR - 0.001
        assert offers.known(sold.offer.policy.id) == sold.offer
        assert await offers.of(sold.offer.policy.id, session) == sold.offer
        assert session.asked == 1
        now[0] += 0.001
        assert offers.known(sold.offer.policy.id) is None
        assert await offers.of(sold.offer.policy.id, session) == sold.offer
        assert session.asked == 2
