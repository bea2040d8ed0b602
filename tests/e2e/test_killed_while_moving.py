"""Killed at any moment of linking, unlinking or reactivating, a server leaves each seat held exactly once."""

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from tests.support.fleets import Fleet, check_moved
from tests.support.servers import Server
from tests.support.travelers import Traveler

KILLS = 200 if os.environ.get("MOORING_TEST_LONG") else 12
TRAVELERS = 4
MOST_ANSWERS_BETWEEN_KILLS = 12


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_seat_is_held_exactly_once_whenever_the_server_is_killed(tmp_path: Path):
    server, fate = Server(tmp_path), Random(3)

    def set_up() -> list[str]:
        server.found("Harbor Notes")
        options = ("--channel", "retail", "--moves", "unlimited")
        server.run("admin", "policy", "create", "harbor-notes", "standard", "--name", "roaming", *options)
        return server.mint(TRAVELERS, policy="roaming")

    def check() -> None:
        with server.looking() as look:
            check_moved(look, travelers)

    keys = await asyncio.to_thread(set_up)
    await asyncio.to_thread(server.start)
    travelers = [Traveler(server, number, key, Random(fate.random())) for number, key in enumerate(keys)]
    for traveler in travelers:
        await traveler.set_out()
    journeys = Fleet(travelers)
    journeys.serving.set()
    async with asyncio.TaskGroup() as living:
        for traveler in travelers:
            living.create_task(journeys.live(traveler))
        for _ in range(KILLS):
            await journeys.answered(fate.randint(1, MOST_ANSWERS_BETWEEN_KILLS))
            journeys.serving.clear()
            journeys.generation += 1
            server.kill()
            check()
            await asyncio.to_thread(server.start)
            journeys.serving.set()
        await journeys.answered(3 * TRAVELERS)
        journeys.ending = True
    check()
    await asyncio.to_thread(server.stop)
    assert journeys.lost > 0
    assert min(map(journeys.times, ("move", "link", "unlink"))) > 0
