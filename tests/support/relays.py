"""A relay between a program and a server, which can fall silent: nothing is closed, nothing comes back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Relay:
    """Carries bytes both ways, until it falls silent for good."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self.listens_at = 0
        self.connections = 0
        self.is_silent = False

    def fall_silent(self) -> None:
        """Carry nothing any more; who connects is let in and told nothing."""
        self.is_silent = True

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what one connection says."""
        self.connections += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while said := await source.read(65536):
                if not self.is_silent:
                    target.write(said)
        target.close()


@contextlib.asynccontextmanager
async def a_relay(port: int) -> AsyncIterator[Relay]:
    """Relay to ``port`` of this computer while the block lasts."""
    relay = Relay(port)
    listening = await asyncio.start_server(relay.meet, "127.0.0.1", 0)
    relay.listens_at = listening.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        listening.close()
        for task in tuple(relay._tasks):
            task.cancel()
        await asyncio.gather(*relay._tasks, return_exceptions=True)
