"""A worker: one process that serves, from its first byte to a graceful end."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvicorn

from mooring.server.bootstrap import build_app
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.opening import open_database
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings
from mooring.server.web.app import WebApp
from mooring.server.web.connections.patient import PatientConnection
from mooring.server.web.watch.metrics import Metrics

GRACE_SECONDS = 10
"""How long a request under way may still take once the server is asked to stop."""
BEAT_SECONDS = 1.0
"""How often a worker says that it still answers."""
IDLE_SECONDS = 30
"""How long a connection may stay open between two requests."""


@dataclass(frozen=True, slots=True)
class Served:
    """What the workers of one server serve."""

    settings: Settings
    secrets: Secrets
    addresses: tuple[str, ...]
    workers: int = 1
    """How many there are."""


def work(
    served: Served,
    listener: socket.socket,
    ready: Callable[[], None],
    *,
    metrics: Metrics | None = None,
    lifeline: int | None = None,
) -> bool:
    """Serve on ``listener`` until asked to stop, say when it is ``ready``; return whether it ever was.

    With a ``lifeline``, a pipe whose other end is held by the process that started this one, it is a worker
    among others: it ends with that process, leaves Ctrl+C to it, and says every second that it is ``ready``.
    """

    async def live() -> bool:
        database = open_database(served.settings)
        try:
            app = build_app(
                served.settings,
                served.secrets,
                database,
                SystemClock(),
                addresses=served.addresses,
                metrics=metrics,
                workers=served.workers,
            )
            server = _Server(configuration(app), ready, lifeline)
            await server.serve(sockets=[listener])
            return server.started
        finally:
            await database.close()

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(live())


class _Server(uvicorn.Server):
    """uvicorn, which tells when it listens, and for which a signal is a request to stop and no fault."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], lifeline: int | None) -> None:
        super().__init__(config)
        self._ready = ready
        self._lifeline = lifeline

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._lifeline is not None:
            asyncio.get_running_loop().add_reader(self._lifeline, self._orphaned, self._lifeline)
        if self.started:
            self._beat()

    def _beat(self) -> None:
        """Say that requests are answered: whatever keeps this from being done keeps them waiting, too."""
        self._ready()
        if self._lifeline is not None:
            asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def _orphaned(self, lifeline: int) -> None:
        """Stop: nobody is left who could start another worker, or stop this one."""
        asyncio.get_running_loop().remove_reader(lifeline)
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            if self._lifeline is not None:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all processes at once
            yield
            # uvicorn would raise them once more, and a clean end would look like a kill.
            self._captured_signals.clear()


def configuration(app: WebApp) -> uvicorn.Config:
    """Return how uvicorn serves ``app``."""
    return uvicorn.Config(
        app,
        http=PatientConnection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # judged by MOORING_TRUSTED_PROXIES instead
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not made for Windows

    return uvloop.new_event_loop
