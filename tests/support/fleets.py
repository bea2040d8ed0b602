"""A fleet of computers that live at a server while it is killed, and hold it to what it promised them."""

import asyncio
from collections import Counter
from random import Random
from typing import Protocol

from tests.support.clients import Reply, told
from tests.support.devices import SimulatedDevice
from tests.support.looking import Look
from tests.support.travelers import Traveler

HELD = (
    "SELECT license_id, count(*) FROM activations"
    " WHERE released_at IS NULL AND kind = 'seat' GROUP BY license_id"
)
"""How many seats each license holds, counted from its activations."""
_LAST = {"sqlite": "json_extract(sequence, '$.last')", "postgresql": "CAST(sequence ->> 'last' AS integer)"}


class Life(Protocol):
    """What one of the fleet does next, and whether an answer is being waited for."""

    wish: str
    under_way: str | None

    async def ask(self) -> Reply:
        """Ask for what is wished; a wish whose answer was lost is asked for once more."""
        ...


class Resident:
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
        self.under_way = self.wish
        match self.wish:
            case "activate":
                reply = told(await self.device.activate(self.key))
                self.held = self.held or reply.status in {200, 201}
            case "renew":
                reply = told(await self.device.renew())
            case _:
                reply = told(await self.device.deactivate())
                self.held = False
        assert reply.status < 400 or reply.code == "seat_limit_reached", (self.wish, reply.body)
        self.under_way = None
        self.wish = self._next_wish()
        return reply

    def _next_wish(self) -> str:
        if not self.held:
            self.key = self.fate.choice(self.keys)
            return "activate"
        return "leave" if self.fate.random() < 0.1 else "renew"


class Fleet:
    """All of them, and how often they were answered."""

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
            except (OSError, IndexError, ValueError):  # no answer, or half of one
                assert generation != self.generation, "an answer was lost although nobody was killed"
                self.lost += 1
                continue
            async with self._answered:
                self.answers[wish, reply.status] += 1
                self._answered.notify_all()

    async def answered(self, further: int) -> None:
        """Wait until so many further answers have come."""
        goal = self.answers.total() + further
        async with self._answered:
            await self._answered.wait_for(lambda: self.answers.total() >= goal)

    def times(self, wish: str) -> int:
        """Return how often ``wish`` was answered, whatever the answer."""
        return sum(count for (wished, _), count in self.answers.items() if wished == wish)


def check_whole(look: Look) -> None:
    """Hold an embedded database to its own integrity; PostgreSQL judges its own when it starts."""
    if look.dialect == "sqlite":
        assert look.query("PRAGMA integrity_check") == [("ok",)]


def check_kept(look: Look, residents: list[Resident], *, seats: int, settled: bool = False) -> None:
    """Hold the database to everything that was acknowledged."""
    check_whole(look)
    look.hold_still()
    held = dict(
        look.query("SELECT id, license_id FROM activations WHERE released_at IS NULL AND kind = 'seat'")
    )
    counted = Counter(held.values())
    kept = dict(look.query("SELECT id, held FROM licenses WHERE held > 0"))
    issued = {
        (activation, jkt): last
        for activation, jkt, last in look.query(
            f"SELECT activation_id, jkt, {_LAST[look.dialect]} FROM installations WHERE removed_at IS NULL"
        )
    }
    assert counted == kept
    assert max(counted.values(), default=0) <= seats
    for resident in residents:
        if resident.held and resident.under_way != "leave":
            assert resident.device.activation_id in held
            assert issued[resident.device.activation_id, resident.device.jkt] >= resident.device.sequence
        if settled:
            assert (resident.device.activation_id in held) == resident.held


def check_moved(look: Look, travelers: list[Traveler]) -> None:
    """Hold the database to one seat a license, and to what was acknowledged."""
    check_whole(look)
    look.hold_still()
    seats = look.query(
        "SELECT l.id, l.held, l.holder_account IS NOT NULL, a.id FROM licenses l"
        " LEFT JOIN activations a ON a.license_id = l.id AND a.released_at IS NULL AND a.kind = 'seat'"
        " WHERE l.first_activated_at IS NOT NULL"
    )
    turned = dict(
        look.query(
            "SELECT a.id, min(i.status) FROM activations a JOIN installations i ON i.activation_id = a.id"
            " GROUP BY a.id"
        )
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
