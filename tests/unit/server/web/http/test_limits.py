"""Limits: guessing and floods end, honest devices never notice."""

from datetime import timedelta

import pytest

from mooring.core.refusals import KeyUnknown, RateLimited, ServiceUnavailable
from mooring.server.foundation.budgets.budget import BudgetSpent, Level
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.web.http.limits import Limits, limit_headers, retry_headers
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)


@pytest.fixture
def limits():
    return Limits(MemoryBudgets())


async def test_an_installation_is_held_down_only_when_it_asks_without_end(limits):
    for _ in range(600):
        await limits.admit("thumbprint", at=AT)
    with pytest.raises(RateLimited) as refused:
        await limits.admit("thumbprint", at=AT)
    assert refused.value.retry_after == 1
    assert await limits.admit("another thumbprint", at=AT) == Level("installation", 600, 60, 599, 0)
    await limits.admit("thumbprint", at=AT + SECOND)


@pytest.mark.parametrize(("workers", "share"), [(1, 600), (4, 150), (7, 85), (1000, 1)])
async def test_each_of_several_workers_counts_its_share(workers, share):
    limits = Limits(MemoryBudgets(), workers=workers)
    level = await limits.admit("thumbprint", at=AT)
    assert (level.capacity, level.left) == (share, share - 1)


async def test_an_address_may_try_thirty_unknown_keys_then_one_a_minute(limits):
    for _ in range(30):
        await limits.count_unknown_key("192.0.2.1", "harbor-notes", at=AT)
    with pytest.raises(RateLimited) as refused:
        await limits.count_unknown_key("192.0.2.1", "harbor-notes", at=AT)
    assert refused.value.retry_after == 60
    await limits.count_unknown_key("192.0.2.2", "harbor-notes", at=AT)
    await limits.count_unknown_key("192.0.2.1", "harbor-notes", at=AT + 60 * SECOND)


async def test_many_addresses_together_cannot_guess_at_one_product_without_end(limits):
    for number in range(600):
        await limits.count_unknown_key(f"198.51.{number // 250}.{number % 250}", "harbor-notes", at=AT)
    with pytest.raises(RateLimited) as refused:
        await limits.count_unknown_key("203.0.113.1", "harbor-notes", at=AT)
    assert refused.value.retry_after == 1
    level = await limits.count_unknown_key("203.0.113.1", "another-product", at=AT)
    assert level == Level("unknown-keys", 30, 1800, 29, 0)


async def test_what_one_worker_counts_another_knows():
    shared = MemoryBudgets()
    one, other = Limits(shared, workers=2), Limits(shared, workers=2)
    for number in range(30):
        await (one, other)[number % 2].count_unknown_key("192.0.2.1", "harbor-notes", at=AT)
    for limits in (one, other):
        with pytest.raises(RateLimited):
            await limits.count_unknown_key("192.0.2.1", "harbor-notes", at=AT)


def test_says_its_policy_and_what_is_left_in_headers():
    assert limit_headers(Level("tries", 2, 60, 1, 0)) == [
        (b"ratelimit-policy", b'"tries";q=2;w=60'),
        (b"ratelimit", b'"tries";r=1;t=0'),
    ]
    assert limit_headers(Level("attempts", 12, None, 0, 5)) == [
        (b"ratelimit-policy", b'"attempts";q=12;qu="concurrent-requests"'),
        (b"ratelimit", b'"attempts";r=0;t=5'),
    ]


def test_a_refusal_tells_when_to_ask_again_and_which_budget_is_spent():
    level = Level("tries", 2, 60, 0, 30)
    assert retry_headers(BudgetSpent(level)) == [(b"retry-after", b"30"), *limit_headers(level)]
    assert retry_headers(ServiceUnavailable(retry_after=5)) == [(b"retry-after", b"5")]
    assert retry_headers(ServiceUnavailable()) == []
    assert retry_headers(KeyUnknown()) == []


async def test_what_an_installation_asks_is_counted_without_asking_anybody():
    class Away(MemoryBudgets):
        async def take(self, *tries, at):
            raise DatabaseUnavailable

    limits = Limits(Away())
    assert (await limits.admit("thumbprint", at=AT)).left == 599
    with pytest.raises(DatabaseUnavailable):
        await limits.count_unknown_key("192.0.2.1", "harbor-notes", at=AT)
