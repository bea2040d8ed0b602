"""The addresses of a server."""

from mooring.core.descriptor import is_loopback_host
from mooring.server.foundation.settings import Settings

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def own_addresses(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a server that listens on ``host`` and ``port``, the one it is known by first.

    Without ``MOORING_PUBLIC_URL`` only a server that this computer alone can reach has an address of its own.

    Raises:
        ValueError: it can be reached from elsewhere, and nobody said under which address.
    """
    if settings.public_url is not None:
        return (settings.public_url,)
    if not is_loopback_host(host):
        raise ValueError("a server that others can reach needs MOORING_PUBLIC_URL")
    names = sorted(LOOPBACK_NAMES, key=lambda name: name.strip("[]") != host)
    return tuple(f"http://{name}:{port}" for name in names)
