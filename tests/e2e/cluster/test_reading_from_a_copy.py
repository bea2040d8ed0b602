"""What may be a moment old is read from the copy; when that is away, from the primary, and nobody notices."""

import asyncio
import time

import pytest

from tests.e2e.cluster.conftest import LONG
from tests.support.clients import Unanswered, told
from tests.support.cluster.member import Member
from tests.support.cluster.patroni import PatroniCluster
from tests.support.computers import a_computer
from tests.support.devices import SimulatedDevice
from tests.support.looking import ServedLook
from tests.support.postgresql import USER
from tests.support.servers import Server

OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mooring' AND datname = 'mooring'"
READERS = 4


class Readers:
    """Somebody's programs, which ask all the time whether a certificate is good."""

    def __init__(self, device: SimulatedDevice) -> None:
        self.device = device
        self.answers = 0
        self.slowest = 0.0
        self._ending = False
        self._answered = asyncio.Condition()

    async def read(self) -> None:
        """Ask, and hold each answer to what is so."""
        while not self._ending:
            begun = time.monotonic()
            document = {"product": "harbor-notes", "certificate": self.device.certificate}
            reply = await self.device.post("/v1/validations", document)
            assert (reply.status, reply.json()) == (200, {"valid": True, "code": None}), reply
            self.slowest = max(self.slowest, time.monotonic() - begun)
            async with self._answered:
                self.answers += 1
                self._answered.notify_all()

    async def answered(self, further: int = 50) -> None:
        """Wait until so many further answers have come."""
        goal = self.answers + further
        async with self._answered:
            await self._answered.wait_for(lambda: self.answers >= goal)

    def end(self) -> None:
        self._ending = True


def read_from(member: Member) -> bool:
    """Tell whether our server is connected to ``member`` to read."""
    with ServedLook(f"postgresql://{USER}@{member.place.host}:{member.place.port}/mooring") as look:
        return bool(look.query(OURS)[0][0])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["killed", "silent"] if LONG else ["killed"])
async def test_reading_goes_on_when_the_copy_is_away(cluster: PatroniCluster, server: Server, how: str):
    copy = cluster.follower()
    first, second = await asyncio.to_thread(server.mint, 2)
    device, late = (server.device(computer=a_computer(1_000_000 + number)) for number in range(2))
    assert (await device.activate(first)).status == 201
    readers = Readers(device)
    async with asyncio.TaskGroup() as reading:
        for _ in range(READERS):
            reading.create_task(readers.read())
        await readers.answered()
        assert await asyncio.to_thread(read_from, copy)
        await asyncio.to_thread(copy.kill if how == "killed" else copy.freeze)
        away_since = time.monotonic()
        await readers.answered()
        await activated(late, second)
        print(f"\n{how}: changes after {time.monotonic() - away_since:.1f} s")
        await asyncio.to_thread(copy.start if how == "killed" else copy.thaw)
        await asyncio.to_thread(cluster.wait_until_both_keep_what_is_written)
        while not await asyncio.to_thread(read_from, copy):
            await readers.answered()
        readers.end()
    print(f"the slowest of {readers.answers} answers took {readers.slowest:.1f} s")


async def activated(device: SimulatedDevice, key: str) -> None:
    """Activate; whoever is refused because the database is away asks again."""
    while True:
        try:
            assert told(await device.activate(key)).status in {200, 201}
        except Unanswered:
            continue
        return
