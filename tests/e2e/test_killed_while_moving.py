"""Killed at any moment of linking, unlinking or reactivating, a server leaves each seat held exactly once."""

import asyncio
import os
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.support.servers import Server
from tests.support.travelers import Traveler

KILLS = 200 if os.environ.get("MOORING_TEST_LONG") else 12
TRAVELERS = 4
MOST_ANSWERS_BETWEEN_KILLS = 12


class Journeys:
    """All travelers under way, and how often they were answered."""

    def __init__(self, travelers: list[Traveler]) -> None:
        self.travelers = travelers
        self.answers: dict[str, int] = {}
        self.lost = 0
        self.serving = asyncio.Event()
        self.generation = 0
        self.ending = False
        self._answered = asyncio.Condition()

    async def live(self, traveler: Traveler) -> None:
        while not self.ending:
            await self.serving.wait()
            generation, wish = self.generation, traveler.wish
            try:
                await traveler.ask()
            except (OSError, IndexError, ValueError):  # no answer, or half of one
                assert generation != self.generation, "an answer was lost although nobody killed the server"
                self.lost += 1
                continue
            async with self._answered:
                self.answers[wish] = self.answers.get(wish, 0) + 1
                self._answered.notify_all()

    async def answered(self, further: int) -> None:
        """Wait until so many further answers have come."""
        goal = sum(self.answers.values()) + further
        async with self._answered:
            await self._answered.wait_for(lambda: sum(self.answers.values()) >= goal)


def check_kept(server: Server, travelers: list[Traveler]) -> None:
    """Hold the database to one seat a license, to what was acknowledged, and to its own integrity."""
    with server.database() as database, closing(database.cursor()) as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        seats = cursor.execute(
            "SELECT l.id, l.held, l.holder_account IS NOT NULL, a.id FROM licenses l"
            " LEFT JOIN activations a ON a.license_id = l.id AND a.released_at IS NULL AND a.kind = 'seat'"
            " WHERE l.first_activated_at IS NOT NULL"
        ).fetchall()
        turned = dict(
            cursor.execute(
                "SELECT a.id, min(i.status) FROM activations a JOIN installations i ON i.activation_id = a.id"
                " GROUP BY a.id"
            ).fetchall()
        )
    assert len(seats) == len({license_id for license_id, *_ in seats}) == len(travelers)
    holding = {activation: linked for _, _, linked, activation in seats}
    assert all(held == 1 for _, held, _, _ in seats)
    for activation, status in turned.items():
        assert status == (0 if activation in holding else 1)  # the status lists say the same
    for traveler in travelers:
        activations = {each.activation_id for each in traveler.computers}
        assert len(activations & holding.keys()) <= 1
        if traveler.under_way is None:
            assert holding[traveler.here.activation_id] == traveler.linked


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_seat_is_held_exactly_once_whenever_the_server_is_killed(tmp_path: Path):
    server, fate = Server(tmp_path), Random(3)

    def set_up() -> list[str]:
        server.found("Harbor Notes")
        options = ("--channel", "retail", "--moves", "unlimited")
        server.run("admin", "policy", "create", "harbor-notes", "standard", "--name", "roaming", *options)
        return server.mint(TRAVELERS, policy="roaming")

    keys = await asyncio.to_thread(set_up)
    await asyncio.to_thread(server.start)
    travelers = [Traveler(server, number, key, Random(fate.random())) for number, key in enumerate(keys)]
    for traveler in travelers:
        await traveler.set_out()
    journeys = Journeys(travelers)
    journeys.serving.set()
    async with asyncio.TaskGroup() as living:
        for traveler in travelers:
            living.create_task(journeys.live(traveler))
        for _ in range(KILLS):
            await journeys.answered(fate.randint(1, MOST_ANSWERS_BETWEEN_KILLS))
            journeys.serving.clear()
            journeys.generation += 1
            server.kill()
            check_kept(server, travelers)
            await asyncio.to_thread(server.start)
            journeys.serving.set()
        await journeys.answered(3 * TRAVELERS)
        journeys.ending = True
    check_kept(server, travelers)
    await asyncio.to_thread(server.stop)
    assert journeys.lost > 0
    assert min(journeys.answers[wish] for wish in ("move", "link", "unlink")) > 0
