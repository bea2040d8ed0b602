"""What was acknowledged is kept: a server killed again and again, in the middle of its work."""

import asyncio
import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.support.clients import Reply
from tests.support.computers import a_computer
from tests.support.devices import SimulatedDevice
from tests.support.servers import Server

KILLS = 500 if os.environ.get("MOORING_TEST_LONG") else 50
SEATS = 12
COMPUTERS = 20
MOST_ANSWERS_BETWEEN_KILLS = 60


class Life:
    """One computer that activates, renews and leaves, and remembers what it was promised."""

    def __init__(self, device: SimulatedDevice, keys: list[str], fate: Random) -> None:
        self.device = device
        self.keys = keys
        self.fate = fate
        self.wish = "activate"
        self.key = fate.choice(keys)
        self.held = False
        self.under_way: str | None = None

    async def ask(self) -> Reply:
        """Ask for what is wished; a wish whose answer was lost is asked for once more."""
        self.under_way = self.wish
        match self.wish:
            case "activate":
                reply = await self.device.activate(self.key)
                self.held = self.held or reply.status in {200, 201}
            case "renew":
                reply = await self.device.renew()
            case _:
                reply = await self.device.deactivate()
                self.held = False
        self.under_way = None
        self.wish = self._next_wish()
        return reply

    def _next_wish(self) -> str:
        if not self.held:
            self.key = self.fate.choice(self.keys)
            return "activate"
        return "leave" if self.fate.random() < 0.1 else "renew"


class Fleet:
    """All computers, and how often they were answered."""

    def __init__(self, lives: list[Life]) -> None:
        self.lives = lives
        self.answers: Counter[tuple[str, int]] = Counter()
        self.lost = 0
        self.serving = asyncio.Event()
        self.generation = 0
        self.ending = False
        self._answered = asyncio.Condition()

    async def live(self, life: Life) -> None:
        while not self.ending:
            await self.serving.wait()
            generation, wish = self.generation, life.wish
            try:
                reply = await life.ask()
                refused = None if reply.status < 400 else reply.code
            except (OSError, IndexError, ValueError):  # no answer, or half of one
                assert generation != self.generation, "an answer was lost although nobody killed the server"
                self.lost += 1
                continue
            assert refused in {None, "seat_limit_reached"}, (wish, reply.body)
            async with self._answered:
                self.answers[wish, reply.status] += 1
                self._answered.notify_all()

    async def answered(self, further: int) -> None:
        """Wait until so many further answers have come."""
        goal = self.answers.total() + further
        async with self._answered:
            await self._answered.wait_for(lambda: self.answers.total() >= goal)


def check_kept(server: Server, lives: list[Life], *, settled: bool = False) -> None:
    """Hold the database to everything that was acknowledged, and to its own integrity."""
    with server.database() as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        held = dict(database.execute(
            "SELECT id, license_id FROM activations WHERE released_at IS NULL AND kind = 'seat'"
        ))  # fmt: skip
        counted = Counter(held.values())
        kept = dict(database.execute("SELECT id, held FROM licenses WHERE held > 0"))
        issued = {
            (activation, jkt): last
            for activation, jkt, last in database.execute(
                "SELECT activation_id, jkt, json_extract(sequence, '$.last') FROM installations"
                " WHERE removed_at IS NULL"
            )
        }
    assert counted == kept
    assert max(counted.values(), default=0) <= SEATS
    for life in lives:
        if life.held and life.under_way != "leave":
            assert life.device.activation_id in held
            assert issued[life.device.activation_id, life.device.jkt] >= life.device.sequence
        if settled:
            assert (life.device.activation_id in held) == life.held


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

    keys = await asyncio.to_thread(set_up)
    # More computers than the first license has seats: some are refused, and take what others leave.
    devices = [server.device(computer=a_computer(number)) for number in range(1, COMPUTERS + 1)]
    fleet = Fleet([Life(device, keys[:1] * 3 + keys[1:], Random(fate.random())) for device in devices])
    await asyncio.to_thread(server.start)
    fleet.serving.set()
    async with asyncio.TaskGroup() as living:
        for life in fleet.lives:
            living.create_task(fleet.live(life))
        for _ in range(KILLS):
            await fleet.answered(fate.randint(1, MOST_ANSWERS_BETWEEN_KILLS))
            fleet.serving.clear()
            fleet.generation += 1
            server.kill()
            check_kept(server, fleet.lives)
            await asyncio.to_thread(server.start)
            fleet.serving.set()
        await fleet.answered(COMPUTERS)
        fleet.ending = True
    check_kept(server, fleet.lives, settled=True)
    await asyncio.to_thread(server.stop)
    check_kept(server, fleet.lives, settled=True)
    assert fleet.lost >= KILLS  # they were killed in the middle of their work
    for answer in (("activate", 201), ("activate", 409), ("renew", 200), ("leave", 204)):
        assert fleet.answers[answer] > 0
