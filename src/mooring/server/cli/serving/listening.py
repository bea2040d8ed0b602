"""Listening: the sockets of one port, bound once, before anything else is done."""

import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final, Self, TypeAlias

_Address: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
_SPREADS: Final = sys.platform == "linux"
"""Does the system spread connections evenly over the sockets of one port?"""


class Listening:
    """One listening socket for each worker, all on one port.

    The system gives each new connection to one of the sockets. With a single one, whichever worker looked
    first would take most of what came at once. They belong to the process that started the workers: when a
    worker dies its successor finds the connections that wait at its socket.
    """

    def __init__(self, sockets: Sequence[socket.socket]) -> None:
        self.sockets = sockets

    @property
    def port(self) -> int:
        """The port that they listen on."""
        port: int = self.sockets[0].getsockname()[1]
        return port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening in this process."""
        for listener in self.sockets:
            listener.close()


def listen(host: str, port: int, workers: int = 1) -> Listening:
    """Listen on ``host`` and ``port``, with a socket for each of ``workers``.

    Raises:
        OSError: nothing can listen there.
    """
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    if workers == 1 or not _SPREADS:
        return Listening([_bound(family, address)] * workers)
    with _bound(family, address) as first:  # alone: so it is refused where another server listens
        address = (address[0], first.getsockname()[1], *address[2:])
    with ExitStack() as bound:
        sockets = [bound.enter_context(_bound(family, address, spread=True)) for _ in range(workers)]
        bound.pop_all()
    return Listening(sockets)


def _bound(family: int, address: _Address, *, spread: bool = False) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if spread:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        listener.listen(1)  # takes the port now: another server must not start on it, too
    except OSError:
        listener.close()
        raise
    return listener
