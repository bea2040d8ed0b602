"""What was acknowledged is kept, whoever is killed: a worker, all of them, or PostgreSQL itself."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.e2e.workers.conftest import a_server_and_its_database
from tests.support.computers import a_computer
from tests.support.fleets import Fleet, Resident, check_kept, check_moved
from tests.support.postgresql import Cluster
from tests.support.servers import Server, end
from tests.support.travelers import Traveler

LONG = bool(os.environ.get("MOORING_TEST_LONG"))
SEATS = 12
COMPUTERS = 20
TRAVELERS = 4


class Killer:
    """Kills one of those that a fleet relies on, in the middle of their work."""

    def __init__(self, server: Server, cluster: Cluster, fleet: Fleet, fate: Random) -> None:
        self.server = server
        self.cluster = cluster
        self.fleet = fleet
        self.fate = fate
        self.lost: dict[str, int] = {}

    async def kill(self, whom: str) -> None:
        """Kill ``whom`` once some answers have come, and wait until it was noticed."""
        await self.fleet.answered(self.fate.randint(1, 20))
        lost = self.fleet.lost
        self.fleet.generation += 1
        match whom:
            case "a worker":
                end(*self.fate.sample(self.server.worker_ids(), 1))
            case "all workers":
                end(*self.server.worker_ids())
            case _:
                self.fleet.serving.clear()
                await asyncio.to_thread(self.cluster.kill)
                await asyncio.to_thread(self.cluster.start)
        self.fleet.generation += 1  # whatever begins from now on must be answered
        self.fleet.serving.set()
        await self.fleet.answered(COMPUTERS)
        self.lost[whom] = self.lost.get(whom, 0) + self.fleet.lost - lost


def a_story(kills: int, fate: Random) -> list[str]:
    """Return whom to kill, in which order: everybody at least a fifth of the time."""
    story = ["a worker", "all workers", "PostgreSQL"] * (kills // 5 + 1) + ["a worker"] * kills
    story = story[:kills]
    fate.shuffle(story)
    return story


async def killed_while(
    server: Server, cluster: Cluster, fleet: Fleet, kills: int, check: Callable[[], None]
) -> Killer:
    """Let ``fleet`` live while one after the other is killed, and ``check`` after each."""
    fate = Random(11)
    killer = Killer(server, cluster, fleet, fate)
    fleet.serving.set()
    async with asyncio.TaskGroup() as living:
        for life in fleet.lives:
            living.create_task(fleet.live(life))
        for whom in a_story(kills, fate):
            await killer.kill(whom)
            check()
        fleet.ending = True
    return killer


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_whoever_is_killed_nothing_is_lost_that_was_acknowledged(tmp_path: Path):
    fate = Random(50)

    def set_up() -> list[str]:
        server.found("Harbor Notes")
        options = ("--channel", "retail", "--seats", str(SEATS), "--moves", "unlimited")
        server.run("admin", "policy", "create", "harbor-notes", "standard", "--name", "crew", *options)
        keys = server.mint(2, policy="crew")
        server.start()
        return keys

    def check(*, settled: bool = False) -> None:
        with server.looking() as look:
            check_kept(look, residents, seats=SEATS, settled=settled)

    with a_server_and_its_database(tmp_path) as (server, cluster):
        keys = await asyncio.to_thread(set_up)
        devices = [server.device(computer=a_computer(number)) for number in range(1, COMPUTERS + 1)]
        residents = [Resident(device, keys[:1] * 3 + keys[1:], Random(fate.random())) for device in devices]
        fleet = Fleet(residents)
        killer = await killed_while(server, cluster, fleet, 50 if LONG else 10, check)
        check(settled=True)
        assert await asyncio.to_thread(server.stop) == 0
    assert min(killer.lost.values()) > 0, killer.lost  # each was killed in the middle of its work
    for answer in (("activate", 201), ("activate", 409), ("renew", 200), ("leave", 204)):
        assert fleet.answers[answer] > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_seat_is_held_exactly_once_whoever_is_killed_while_it_moves(tmp_path: Path):
    def set_up() -> list[str]:
        server.found("Harbor Notes")
        options = ("--channel", "retail", "--moves", "unlimited")
        server.run("admin", "policy", "create", "harbor-notes", "standard", "--name", "roaming", *options)
        keys = server.mint(TRAVELERS, policy="roaming")
        server.start()
        return keys

    def check() -> None:
        with server.looking() as look:
            check_moved(look, travelers)

    with a_server_and_its_database(tmp_path) as (server, cluster):
        keys = await asyncio.to_thread(set_up)
        travelers = [Traveler(server, number, key, Random(number)) for number, key in enumerate(keys)]
        for traveler in travelers:
            await traveler.set_out()
        journeys = Fleet(travelers)
        killer = await killed_while(server, cluster, journeys, 50 if LONG else 6, check)
        check()
        assert await asyncio.to_thread(server.stop) == 0
    assert sum(killer.lost.values()) > 0
    assert min(map(journeys.times, ("move", "link", "unlink"))) > 0
