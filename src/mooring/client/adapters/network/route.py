"""The route to a server: direct, or through the proxy that the system names."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from mooring.client.adapters.system.making import making
from mooring.client.domain.errors import ServerUnreachable
from mooring.core.descriptor import is_loopback_host

_PORTS = {"http": 80, "https": 443}


class Endpoint(NamedTuple):
    """A host and a port."""

    host: str
    port: int


class Proxy(NamedTuple):
    """A proxy and what it asks to be told, which may be a password."""

    endpoint: Endpoint
    authorization: str | None

    def __repr__(self) -> str:
        return f"<Proxy {self.endpoint.host}:{self.endpoint.port}>"


class Route(NamedTuple):
    """How a server is reached."""

    secure: bool
    server: Endpoint
    proxy: Proxy | None

    @property
    def first_hop(self) -> Endpoint:
        """Where the connection goes."""
        return self.proxy.endpoint if self.proxy else self.server


def route_to(url: str) -> Route:
    """Return the route to ``url`` by the system's settings (``urllib.request.getproxies``).

    This computer itself is never reached through a proxy.

    Raises:
        ServerUnreachable: the system names a proxy of a kind that is not spoken here.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    server = Endpoint(host, parts.port or _PORTS[parts.scheme])
    if is_loopback_host(host):
        return Route(secure, server, None)
    with making:
        from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - heavy, and a loopback needs none

    proxies = getproxies()
    named = proxies.get(parts.scheme) or proxies.get("all")
    if not named or proxy_bypass(parts.netloc):
        return Route(secure, server, None)
    return Route(secure, server, _read_proxy(named))


def _read_proxy(named: str) -> Proxy:
    parts = urlsplit(named if "://" in named else f"http://{named}")
    if parts.scheme != "http" or not parts.hostname:
        raise ServerUnreachable(f"the system's proxy is of a kind that is not supported ({parts.scheme})")
    authorization = None
    if parts.username is not None:
        from base64 import b64encode  # noqa: PLC0415 - rare

        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + b64encode(credentials.encode()).decode()
    return Proxy(Endpoint(parts.hostname, parts.port or 80), authorization)
