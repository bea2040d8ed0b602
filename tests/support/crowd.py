"""A crowd of customers who activate at the same time, and ask until they are told; in processes of their own.

Each has a computer, an installation's key and a product key; all of it is made before the first one asks.
"""

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.support.clients import Reply, SocketClient, Unanswered, told
from tests.support.computers import a_computer
from tests.support.devices import SimulatedDevice

PROCESSES = 2
AT_ONCE = 24
"""Customers who wait for an answer at the same time, in each process."""
IMPATIENCE = 1.0
"""Seconds after which a customer who was refused asks again: much sooner than the server says."""


class Customer(NamedTuple):
    """Who wants what."""

    number: int
    key: str


@dataclass
class Told:
    """What customers were told, and when: by a clock that all processes share."""

    activations: dict[int, str] = field(default_factory=dict)
    """By the customer's number; who is missing was told that no seat is free."""
    answers: Counter[int] = field(default_factory=Counter)
    answered_at: list[float] = field(default_factory=list)
    refused_at: list[float] = field(default_factory=list)
    repeated: int = 0
    """How many of those who had been refused were given the same activation once more."""
    slowest: float = 0.0

    def add(self, other: "Told") -> None:
        """Take in what other customers were told."""
        self.activations |= other.activations
        self.answers += other.answers
        self.answered_at += other.answered_at
        self.refused_at += other.refused_at
        self.repeated += other.repeated
        self.slowest = max(self.slowest, other.slowest)


class Crowd:
    """Customers who are at it."""

    def __init__(self, parts: list[Future[Told]], answered: Any) -> None:
        self._parts = parts
        self._answered = answered

    async def answered(self, number: int) -> None:
        """Wait until so many were answered."""
        while self._answered.value < number:
            for part in self._parts:
                assert not part.done() or part.result(), "some were done before so many were answered"
            await asyncio.sleep(0.01)

    async def told(self) -> Told:
        """Wait until everybody was answered, and return what."""
        everything = Told()
        for part in self._parts:
            everything.add(await asyncio.wrap_future(part))
        return everything


@contextmanager
def a_crowd(address: str, salt: bytes, customers: list[Customer]) -> Iterator[Crowd]:
    """Let ``customers`` activate at a server; whoever was refused asks for the same once more."""
    context = multiprocessing.get_context("spawn")
    answered, ready = context.Value("i", 0), context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, context, _share, (answered, ready)) as pool:
        parts = [customers[first::PROCESSES] for first in range(PROCESSES)]
        yield Crowd([pool.submit(_activate, address, salt, part) for part in parts], answered)


_shared: tuple[Any, Any]


def _share(*shared: Any) -> None:
    global _shared  # noqa: PLW0603 - how a process of a pool is told what it cannot be sent
    _shared = shared


def _activate(address: str, salt: bytes, customers: list[Customer]) -> Told:
    return asyncio.run(_Part(address, salt, customers).live())


class _Part:
    """The customers of one process."""

    def __init__(self, address: str, salt: bytes, customers: list[Customer]) -> None:
        self.told = Told()
        self._answered, self._ready = _shared
        self._nonce: str | None = None  # the server's, the same for everybody
        self._waiting = [
            (
                customer,
                SimulatedDevice(
                    SocketClient(address, patience=90),
                    address=address,
                    salt=salt,
                    computer=a_computer(customer.number),
                ),
            )
            for customer in customers
        ]

    async def live(self) -> Told:
        await asyncio.to_thread(self._ready.wait)
        waiting = iter(self._waiting)

        async def serve() -> None:
            for customer, device in waiting:
                await self._activate(customer, device)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(serve())
        return self.told

    async def _activate(self, customer: Customer, device: SimulatedDevice) -> None:
        reply, refused = await self._asked(customer, device)
        self.told.answers[reply.status] += 1
        self.told.answered_at.append(time.monotonic())
        with self._answered.get_lock():
            self._answered.value += 1
        if reply.status == 409:
            assert reply.code == "seat_limit_reached", reply.body
            return
        assert reply.status in {200, 201}, reply
        self.told.activations[customer.number] = held = device.activation_id
        if (
            refused
        ):  # what came of it nobody knew: it may have been activated at the first try, or at the last
            again, _ = await self._asked(customer, device)
            assert (again.status, device.activation_id) == (200, held), "another activation"
            self.told.repeated += 1

    async def _asked(self, customer: Customer, device: SimulatedDevice) -> tuple[Reply, bool]:
        """Return the answer to a customer who asks until there is one, and whether it took several tries."""
        refused = False
        while True:
            begun, device.nonce = time.monotonic(), self._nonce
            try:
                return told(await device.activate(customer.key)), refused
            except Unanswered:
                refused = True
                self.told.refused_at.append(time.monotonic())
                await asyncio.sleep(IMPATIENCE)
            finally:
                self._nonce = device.nonce
                self.told.slowest = max(self.told.slowest, time.monotonic() - begun)
