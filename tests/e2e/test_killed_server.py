"""What was acknowledged is kept: a server killed again and again, in the middle of its work."""

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from tests.support.computers import a_computer
from tests.support.fleets import Fleet, Resident, check_kept
from tests.support.servers import Server

KILLS = 500 if os.environ.get("MOORING_TEST_LONG") else 50
SEATS = 12
COMPUTERS = 20
MOST_ANSWERS_BETWEEN_KILLS = 60


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_fifty_kills_lose_nothing_that_was_acknowledged(tmp_path: Path):
    server = Server(tmp_path)
    fate = Random(50)

    def set_up() -> list[str]:
        server.found("Harbor Notes")
        options = ("--channel", "retail", "--seats", str(SEATS), "--moves", "unlimited")
        server.run("admin", "policy", "create", "harbor-notes", "standard", "--name", "crew", *options)
        return server.mint(2, policy="crew")

    def check(*, settled: bool = False) -> None:
        with server.looking() as look:
            check_kept(look, lives, seats=SEATS, settled=settled)

    keys = await asyncio.to_thread(set_up)
    # More computers than the first license has seats: some are refused, and take what others leave.
    devices = [server.device(computer=a_computer(number)) for number in range(1, COMPUTERS + 1)]
    lives = [Resident(device, keys[:1] * 3 + keys[1:], Random(fate.random())) for device in devices]
    fleet = Fleet(lives)
    await asyncio.to_thread(server.start)
    fleet.serving.set()
    async with asyncio.TaskGroup() as living:
        for life in lives:
            living.create_task(fleet.live(life))
        for _ in range(KILLS):
            await fleet.answered(fate.randint(1, MOST_ANSWERS_BETWEEN_KILLS))
            fleet.serving.clear()
            fleet.generation += 1
            server.kill()
            check()
            await asyncio.to_thread(server.start)
            fleet.serving.set()
        await fleet.answered(COMPUTERS)
        fleet.ending = True
    check(settled=True)
    await asyncio.to_thread(server.stop)
    check(settled=True)
    assert fleet.lost >= KILLS  # they were killed in the middle of their work
    for answer in (("activate", 201), ("activate", 409), ("renew", 200), ("leave", 204)):
        assert fleet.answers[answer] > 0
