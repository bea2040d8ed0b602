"""Whatever happens at once on PostgreSQL, no two wait for each other, and seats stay exact.

A few thousand mixed operations; a million with ``MOORING_TEST_LONG=1``, or as many as it says when it is a
larger number. That takes hours; ``pytest -s`` prints how far it is:

MOORING_TEST_LONG=200000 nice pytest -s tests/contract/racing/test_no_deadlocks.py
"""

import asyncio
import os
import time
from collections import Counter
from contextlib import AsyncExitStack
from random import Random

import pytest

from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from tests.support.postgresql import a_postgresql, cluster
from tests.support.towns import OWN_NAME, Town, Worker

LONG = os.environ.get("MOORING_TEST_LONG", "")
LIVES, WORKERS = 40, 3
ROUND = 3_000
"""Operations in one town: its licenses do not end before it does, and whatever goes wrong is found soon."""
ROUNDS = 1 if not LONG else (int(LONG) if LONG.isdecimal() and int(LONG) > 1 else 1_000_000) // ROUND + 1
COMMON = ("activate", "renew", "deactivate", "link", "reactivate", "free", "suspend", "mint")

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = '{0}'"
HELD = """
SELECT l.id, l.held, coalesce(l.seats, p.seats) AS seats, l.takings, l.moved,
    (SELECT count(*) FROM activations a
     WHERE a.license_id = l.id AND a.kind = 'seat' AND a.released_at IS NULL) AS counted
FROM licenses l JOIN policies p ON p.id = l.policy_id
"""
WRONG_STATUS = """
SELECT count(*) AS many FROM installations i
JOIN activations a ON a.id = i.activation_id JOIN licenses l ON l.id = a.license_id
WHERE i.status <> CASE
    WHEN a.released_at IS NOT NULL OR i.removed_at IS NOT NULL THEN 1
    WHEN l.standing = 'suspended' THEN 2
    ELSE 0 END
"""
TWICE = """
SELECT count(*) AS many FROM (
    SELECT a.device_id FROM activations a JOIN licenses l ON l.id = a.license_id
    JOIN policies p ON p.id = l.policy_id WHERE p.channel = 'trial'
    GROUP BY a.device_id HAVING count(*) > 1) twice
"""
NAMED_WITHOUT_CONSENT = f"""
SELECT count(*) AS many FROM devices d
LEFT JOIN device_names n ON n.device_id = d.id
LEFT JOIN consents c ON c.id = n.consent_id AND c.withdrawn_at IS NULL
WHERE (d.name LIKE '{OWN_NAME.replace("'", "''")}%') <> (c.id IS NOT NULL)
"""


@pytest.mark.timeout(0 if LONG else 300)
async def test_nobody_waits_for_whoever_waits_for_them():
    outcomes, began = Counter(), time.monotonic()
    for number in range(1, ROUNDS + 1):
        outcomes += await one_town(number)
        # Whoever was turned away was so by waiting, on a busy machine, and never for good.
        turned_away = sum(many for what, many in outcomes.items() if what.startswith("conflict"))
        seconds = time.monotonic() - began
        print(
            f"{number * ROUND:,} of {ROUNDS * ROUND:,} in {seconds:,.0f} s, {turned_away} turned away",
            flush=True,
        )
        assert turned_away < number * ROUND / 100, outcomes
    assert sum(outcomes.values()) == ROUNDS * ROUND
    assert all(outcomes[name] for name in COMMON), outcomes


async def one_town(number):
    """Let a town live in a database of its own, look at what is left, and return what came of it."""
    with a_postgresql() as url:
        async with AsyncExitStack() as stack:
            databases = [PostgresqlDatabase(url) for _ in range(WORKERS)]
            for database in databases:
                stack.push_async_callback(database.close)
            town = Town([Worker(database) for database in databases])
            await town.settle()
            seeds = range(number * LIVES, (number + 1) * LIVES)
            await asyncio.gather(*(town.live(Random(seed), ROUND // LIVES) for seed in seeds))
        [stored] = cluster().sql(DEADLOCKS.format(url.database))
        assert stored["deadlocks"] == 0
        for row in cluster().sql(HELD, database=url.database):
            assert row["held"] == row["counted"] <= row["seats"], row
        for question in (WRONG_STATUS, TWICE, NAMED_WITHOUT_CONSENT):
            assert cluster().sql(question, database=url.database)[0]["many"] == 0, question
    return town.outcomes
