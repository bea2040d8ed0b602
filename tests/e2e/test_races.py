"""Seats are exact over HTTP: however many computers race, a license never holds more than it has.

On the embedded database, and on PostgreSQL with several workers.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from tests.support.clients import Reply
from tests.support.computers import a_computer, after_reinstall
from tests.support.devices import SimulatedDevice
from tests.support.fleets import HELD
from tests.support.looking import Look
from tests.support.servers import Server

COMPUTERS, SEATS = 200, 3
AT_ONCE = 60
"""Connections at the same time: more only wait in the system's queue instead of in the server's."""


pytestmark = pytest.mark.parametrize(
    "server", [1, 2, 4], ids=["embedded", "two workers", "four workers"], indirect=True, scope="module"
)


@pytest.fixture(scope="module")
def triples(server: Server) -> list[str]:
    """Four keys with three seats each, and no limit to moves."""
    options = ("--name", "three", "--channel", "retail", "--seats", str(SEATS), "--moves", "unlimited")
    server.run("admin", "policy", "create", "harbor-notes", "pro", *options)
    return server.mint(4, edition="pro", policy="three")


def most_held(server: Server) -> int:
    """Return how many seats the fullest license holds, counted from its activations."""
    with server.looking() as look:
        return max((held for _, held in look.query(HELD)), default=0)


@asynccontextmanager
async def watched(server: Server) -> AsyncIterator[list[int]]:
    """Look at the committed database again and again while the block runs; give what was seen."""
    seen: list[int] = []
    ended = asyncio.Event()

    def watch(look: Look) -> None:
        while not ended.is_set():
            counted = [held for _, held in look.query(HELD)]
            kept = [held for (held,) in look.query("SELECT held FROM licenses WHERE held > 0")]
            seen.append(max(counted + kept, default=0))

    with server.looking() as look:
        watching = asyncio.create_task(asyncio.to_thread(watch, look))
        try:
            yield seen
        finally:
            ended.set()
            await watching


async def race(*runs) -> list[Reply]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(run):
        async with gate:
            return await run

    return await asyncio.gather(*(one(run) for run in runs))


def computers(server: Server, count: int, first: int) -> list[SimulatedDevice]:
    return [server.device(computer=a_computer(first + number)) for number in range(count)]


async def test_two_hundred_computers_race_for_three_seats(server: Server, triples: list[str]):
    devices = computers(server, COMPUTERS, 1000)
    async with watched(server) as seen:
        replies = await race(*(device.activate(triples[0]) for device in devices))
    assert Counter(reply.status for reply in replies) == {201: SEATS, 409: COMPUTERS - SEATS}
    refusals = [reply for reply in replies if reply.status == 409]
    assert {reply.code for reply in refusals} == {"seat_limit_reached"}
    assert {reply.json()["seats"] for reply in refusals} == {SEATS}
    assert max(seen) == SEATS
    holders = [device for device, reply in zip(devices, replies, strict=True) if reply.status == 201]
    assert [(await device.renew()).status for device in holders] == [200] * SEATS
    with server.looking() as look:
        ids = {device.activation_id for device in holders}
        held = look.query("SELECT id FROM activations WHERE released_at IS NULL")
        assert ids <= {activation for (activation,) in held}


async def test_one_computer_that_asks_fifty_times_at_once_takes_one_seat(server: Server, triples: list[str]):
    devices = [server.device(computer=a_computer(2000)) for _ in range(50)]
    for device in devices[1:]:
        device.key = devices[0].key
    replies = await race(*(device.activate(triples[1]) for device in devices))
    assert Counter(reply.status for reply in replies) == {201: 1, 200: 49}
    assert len({reply.json()["activation"]["id"] for reply in replies}) == 1
    shown = await asyncio.to_thread(server.run, "admin", "license", "show", triples[1][-5:])
    assert shown["held"] == 1


async def test_seats_stay_exact_while_computers_replace_come_back_and_leave(
    server: Server, triples: list[str]
):
    """Each of 60 computers lives a random life over two licenses of three seats: nothing is ever oversold."""
    first, second = triples[2:]
    random = Random(7)
    statuses: Counter[int] = Counter()
    codes: Counter[str | None] = Counter()
    done: Counter[str] = Counter()

    async def live(device: SimulatedDevice, seed: int) -> None:
        fate = Random(seed)
        for _ in range(8):
            name, reply = await step(device, fate)
            statuses[reply.status] += 1
            if reply.status >= 400:
                codes[reply.code] += 1
            else:
                done[name] += 1

    async def step(device: SimulatedDevice, fate: Random) -> tuple[str, Reply]:
        if not device.activation_id:
            return "activated", await device.activate(fate.choice((first, second)))
        match fate.choice(("replace", "return", "leave", "renew")):
            case "replace":
                key = fate.choice((first, second))
                return "replaced", await device.activate(key, replaces=device.activation_id)
            case "return":  # reinstalled: another key pair, another system, the same hardware
                fresh = server.device(computer=after_reinstall(device.computer, fate.randrange(10**6)))
                reply = await fresh.activate()
                if reply.status in {200, 201}:
                    device.__dict__.update(fresh.__dict__)
                else:
                    device.activation_id = ""
                return "returned", reply
            case "leave":
                reply = await device.deactivate()
                device.activation_id = ""
                return "left", reply
            case _:
                return "renewed", await device.renew()

    devices = computers(server, 60, 3000)
    async with watched(server) as seen:
        await race(*(live(device, random.randrange(10**9)) for device in devices))
    assert not [status for status in statuses if status >= 500]
    assert set(codes) <= {"seat_limit_reached", "no_digital_license", "device_unknown"}, codes
    assert min(done[name] for name in ("activated", "replaced", "returned", "left", "renewed")) > 0, done
    assert codes["seat_limit_reached"] > 0
    assert max(seen) == SEATS
    assert most_held(server) <= SEATS
    with server.looking() as look:
        wrong = look.query(
            "SELECT id, held FROM licenses WHERE held != (SELECT count(*) FROM activations"
            " WHERE license_id = licenses.id AND released_at IS NULL AND kind = 'seat')"
        )
    assert wrong == []
