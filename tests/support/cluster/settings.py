"""What Patroni and HAProxy are told, as docs/guide/postgresql.md shows it to operators."""

from collections.abc import Sequence
from typing import Final, NamedTuple


class Place(NamedTuple):
    """Where one PostgreSQL listens, and the Patroni that watches over it."""

    name: str
    host: str
    port: int
    patroni_port: int


RULES: Final = """\
    ttl: 20
    loop_wait: 3
    retry_timeout: 5
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 100
"""
"""What all of a cluster's members go by. A leader that is silent for `ttl` seconds is one no longer."""

_HAPROXY: Final = """\
defaults
    mode tcp
    timeout connect 2s
    timeout check 2s
    timeout client 30m
    timeout server 30m

listen primary
    bind 127.0.0.1:{primary}
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}

listen replicas
    bind 127.0.0.1:{replicas}
    option httpchk OPTIONS /replica?lag=16MB
    http-check expect status 200
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""

_PATRONI: Final = """\
scope: mooring
name: {place.name}
restapi:
  listen: {place.host}:{place.patroni_port}
  connect_address: {place.host}:{place.patroni_port}
etcd:
  host: {etcd}
bootstrap:
  dcs:
{rules}  initdb:
    - encoding: UTF8
    - locale: C.UTF-8
    - data-checksums
    - no-sync
postgresql:
  listen: {place.host}:{place.port}
  connect_address: {place.host}:{place.port}
  data_dir: {folder}/data
  bin_dir: {programs}
  pgpass: {folder}/pgpass
  authentication:
    superuser:
      username: {user}
    replication:
      username: replicator
    rewind:
      username: {user}
  parameters:
    unix_socket_directories: {folder}
    fsync: {fsync}
  basebackup:
    - checkpoint: fast
    - no-sync
  pg_hba:
    - local all all trust
    - host all all 127.0.0.1/32 trust
    - host replication all 127.0.0.1/32 trust
"""


def haproxy_settings(places: Sequence[Place], *, primary: int, replicas: int) -> str:
    """Return the settings by which one port leads to the primary, and another to those that follow it."""
    servers = "\n".join(
        f"    server {name} {host}:{port} check port {patroni}" for name, host, port, patroni in places
    )
    return _HAPROXY.format(primary=primary, replicas=replicas, servers=servers)


def patroni_settings(place: Place, **values: str) -> str:
    """Return the settings of one member; who connects from this computer is trusted.

    ``values`` are the address of ``etcd``, the member's ``folder``, the folder of PostgreSQL's ``programs``,
    the ``user`` that may do everything, and whether to ``fsync``: ``on`` or ``off``.
    """
    return _PATRONI.format(place=place, rules=RULES, **values)
