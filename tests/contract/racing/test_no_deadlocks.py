"""Whatever happens at once on PostgreSQL, no two wait for each other, and seats stay exact.

A few thousand mixed operations; a million with ``MOORING_TEST_LONG=1``, which takes hours.
"""

import asyncio
import os
from contextlib import AsyncExitStack
from random import Random

import pytest

from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from tests.support.postgresql import a_postgresql, cluster
from tests.support.towns import Town, Worker

LONG = bool(os.environ.get("MOORING_TEST_LONG"))
ACTS = 1_000_000 if LONG else 3_000
LIVES, WORKERS = 40, 3
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


@pytest.mark.timeout(0 if LONG else 300)
async def test_nobody_waits_for_whoever_waits_for_them():
    with a_postgresql() as url:
        async with AsyncExitStack() as stack:
            databases = [PostgresqlDatabase(url) for _ in range(WORKERS)]
            for database in databases:
                stack.push_async_callback(database.close)
            town = Town([Worker(database) for database in databases])
            await town.settle()
            lives = [town.live(Random(seed), ACTS // LIVES) for seed in range(LIVES)]
            await asyncio.gather(*lives)
        assert sum(town.outcomes.values()) == ACTS
        # Whoever was turned away was so by waiting, on a busy machine, and never for good.
        turned_away = sum(many for what, many in town.outcomes.items() if what.startswith("conflict"))
        assert turned_away < ACTS / 100, town.outcomes
        assert all(town.outcomes[name] for name in COMMON), town.outcomes
        [stored] = cluster().sql(DEADLOCKS.format(url.database))
        assert stored["deadlocks"] == 0
        for row in cluster().sql(HELD, database=url.database):
            assert row["held"] == row["counted"] <= row["seats"], row
        for question in (WRONG_STATUS, TWICE):
            assert cluster().sql(question, database=url.database)[0]["many"] == 0, question
