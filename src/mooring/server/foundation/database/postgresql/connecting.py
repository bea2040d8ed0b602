"""Connecting to the server that an address names, with the limits that every session has."""

import ssl
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.engine import URL

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql.errors import MET, translated

Connection: TypeAlias = asyncpg.Connection
Place: TypeAlias = Mapping[str, str | int]

CONNECT_PATIENCE: Final = 5.0
"""Seconds until a server that does not answer counts as away."""

PLANS: Final = {
    "jit": "off",  # compiling takes longer than any of our statements runs
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""How statements are planned: once, and by indexes.

A plan is kept as long as its connection. One that was made while a table was nearly empty would go on reading
all of it after a day on which thousands of computers were activated; and to plan takes longer than to run.
"""

PATIENCE: Final = 15.0
"""Seconds until a connection on which nothing comes back counts as lost: longer than its server's limits."""

LIMITS: Final = {
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "10s",
}
"""After how long the server gives a statement or a transaction up, and with it what others wait for."""

HURRY: Final = ";SET LOCAL lock_timeout = '50ms'"
"""Begins a transaction that waits for a row no longer than others take to use it: see ``lanes``."""

_DURABLE = (  # remote_apply promises even more
    "SELECT set_config('synchronous_commit', 'on', {local})"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')"
)
_LIMITS_HERE = "".join(f"SET LOCAL {name} = '{limit}';" for name, limit in LIMITS.items())
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"

TURNS: Final = ";SELECT pg_advisory_xact_lock(turn) FROM unnest('{{{turns}}}'::bigint[]) AS turn"
"""Begins a transaction that waits for its turns, in the order of the list: sent along, it costs no trip."""

TRIED_TURNS: Final = (
    ";SELECT set_config('mooring.missed', coalesce(string_agg(turn::text, ','), ''), true)"
    " FROM unnest('{{{turns}}}'::bigint[]) AS turn WHERE NOT pg_try_advisory_xact_lock(turn)"
)
"""Begins a transaction that takes the turns which are free, and notes the others for ``missed_turns``."""

_PGBOUNCER_UNSAID: Final = (
    "The database cannot be used now: a PgBouncer stands before it, and its address does not say so."
    " Add ?pgbouncer=true."
)


class Begin(NamedTuple):
    """How transactions begin on a kind of connection: one that must be durable, and one that need not."""

    durable: str
    quick: str
    patience: float
    """Seconds until a connection on which none begins counts as lost.

    The server has nothing to do for that, so it may be asked for as quickly as a connection. Behind PgBouncer
    it may wait for a connection of the server.
    """


class Server:
    """A PostgreSQL server, or several of which one takes changes.

    Behind PgBouncer (``?pgbouncer=true``) each transaction may run on another connection of the server: then
    nothing is kept on a connection, neither settings nor prepared statements.
    """

    def __init__(self, url: URL, *, replica: bool = False) -> None:
        query = dict(url.query)
        self.pooled = query.pop("pgbouncer", "false") == "true"
        self._replica = replica
        self._places = _places(str(query.pop("host", "")), url.port)
        self._dsn = url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)
        self.begin = _shared() if self.pooled else _own()

    async def connect(self, *, read_only: bool) -> Connection:
        """Return a new connection.

        Raises:
            DatabaseUnavailable: no server answers, or none that takes changes where one is needed.
        """
        met: DatabaseUnavailable | None = None
        for place in tuple(self._places):
            try:
                connection = await self._connect_to(place, read_only=read_only)
            except DatabaseUnavailable as error:
                met = error
            else:
                # To ask one that is silent costs patience: who answered is asked first from now on.
                self._places.sort(key=place.__ne__)
                return connection
        raise met or AssertionError("an address leads somewhere")

    async def _connect_to(self, place: Place, *, read_only: bool) -> Connection:
        try:
            connection: Connection = await asyncpg.connect(
                self._dsn,
                **place,
                timeout=CONNECT_PATIENCE,
                command_timeout=PATIENCE,
                statement_cache_size=0 if self.pooled else 1000,
                max_cached_statement_lifetime=0,
                server_settings=self._settings(read_only=read_only),
                target_session_attrs="any" if self.pooled or self._replica else "primary",
            )
            if not (self.pooled or read_only):
                await _make_durable(connection)
        except (*MET, ssl.SSLError, asyncpg.exceptions.TargetServerAttributeNotMatched) as error:
            raise _away(error) from error
        return connection

    def _settings(self, *, read_only: bool) -> Mapping[str, str]:
        settings = {"application_name": "mooring"}
        if self.pooled:
            return settings  # PgBouncer refuses most of the others
        settings |= LIMITS
        settings |= PLANS
        if read_only:
            settings["default_transaction_read_only"] = "on"
        return settings


def _own() -> Begin:
    return Begin(_BEGIN, f"{_BEGIN};SET LOCAL synchronous_commit = 'off'", CONNECT_PATIENCE)


def _shared() -> Begin:
    return Begin(
        f"{_BEGIN};{_LIMITS_HERE}{_DURABLE.format(local='true')}",
        f"{_BEGIN};{_LIMITS_HERE}SET LOCAL synchronous_commit = 'off'",
        PATIENCE,
    )


async def _make_durable(connection: Connection) -> None:
    """Let commits wait for the disk, even where the operator of the server set otherwise."""
    try:
        await connection.execute(_DURABLE.format(local="false"))
    except BaseException:
        connection.terminate()
        raise


def _places(several: str, port: int | None) -> list[Place]:
    """Return asyncpg's arguments for each of ``host=first:5432,second``; none where the address has no such.

    It is given one at a time, because it would share its patience among all: where the first is silent, none
    would be left for the second.
    """
    if not several:
        return [{}]
    if several.startswith("/"):
        return [{"host": several, "port": port or 5432}]
    pairs = [each.rpartition(":") if each.count(":") == 1 else (each, "", "") for each in several.split(",")]
    return [{"host": pair[0], "port": int(pair[2] or port or 5432)} for pair in pairs]


def _away(error: BaseException) -> BaseException:
    """Return what is said of a server that cannot be reached; never the address, which holds a password."""
    known = translated(error)
    if isinstance(error, asyncpg.ProtocolViolationError) and "startup parameter" in str(error):
        return DatabaseUnavailable(_PGBOUNCER_UNSAID)
    if isinstance(error, asyncpg.PostgresError) and type(known) is DatabaseUnavailable:
        return known
    return DatabaseUnavailable("The database cannot be used now: its server cannot be reached.")
