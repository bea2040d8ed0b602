"""PostgreSQL: whether it is reached, keeps what it promised, and agrees with this computer about the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.foundation.migrations.postgresql import OLDEST_SERVER
from mooring.server.foundation.migrations.revisions import Schema, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

_SKEW_DOUBTFUL: Final = timedelta(seconds=5)
_SKEW_WRONG: Final = timedelta(minutes=1)
_LAG_DOUBTFUL: Final = timedelta(minutes=1)
_FACTS: Final = text("""
    SELECT current_setting('server_version') AS version,
           current_setting('server_version_num')::int / 10000 AS major,
           clock_timestamp() AS now,
           pg_backend_pid() AS backend,
           pg_is_in_recovery() AS is_copy,
           current_setting('fsync') = 'on' AS fsync,
           current_setting('full_page_writes') = 'on' AS whole_pages,
           current_setting('synchronous_commit') AS commits,
           current_setting('synchronous_standby_names') <> '' AS waits_for_copies,
           pg_database_size(current_database()) AS size,
           (SELECT count(*) FROM pg_stat_replication) AS copies,
           (SELECT max(replay_lag) FROM pg_stat_replication) AS lag,
           (SELECT string_agg(DISTINCT tgrelid::regclass::text, ', ')
              FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
             WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace) AS triggered
""")


class Facts(NamedTuple):
    """What a PostgreSQL says of itself."""

    schema: Schema
    version: str
    major: int
    skew: timedelta
    """How far its clock is ahead of this computer's."""
    is_pooled: bool
    """Whether a PgBouncer stands in between."""
    is_copy: bool
    fsync: bool
    whole_pages: bool
    commits: str
    """What a commit waits for, where a program does not say so itself: ``synchronous_commit``."""
    waits_for_copies: bool
    copies: int
    lag: timedelta | None
    size: int
    triggered: str | None
    """Tables with a trigger of somebody else's."""


def facts_of(connection: Connection) -> Facts:
    """Ask the PostgreSQL behind ``connection`` about itself."""
    began = datetime.now(UTC)
    row = connection.execute(_FACTS).one()
    middle = began + (datetime.now(UTC) - began) / 2
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 (tells the type checker: the connection was just used)
    return Facts(
        schema=schema_of(connection),
        version=row.version.split()[0],
        major=row.major,
        skew=row.now - middle,
        # A pooler answers with a number of its own, by which it knows whom a cancellation is for.
        is_pooled=driver.get_server_pid() != row.backend,
        is_copy=row.is_copy,
        fsync=row.fsync,
        whole_pages=row.whole_pages,
        commits=row.commits,
        waits_for_copies=row.waits_for_copies,
        copies=row.copies,
        lag=row.lag,
        size=row.size,
        triggered=row.triggered,
    )


def judge(facts: Facts, place: str, *, pooled: bool) -> Iterator[Finding]:
    """Judge ``facts`` of the database at ``place``; ``pooled`` is what its address says of PgBouncer."""
    yield judge_version(facts, place)
    yield judge_schema(facts.schema, place)
    yield judge_skew(facts.skew)
    yield judge_durability(facts)
    yield judge_copies(facts)
    yield judge_pooling(is_pooled=facts.is_pooled, said=pooled)
    yield judge_triggers(facts.triggered)


def judge_version(facts: Facts, place: str) -> Finding:
    """It must be one that Mooring knows, and one that takes changes."""
    said = f"PostgreSQL {facts.version} answers at {place}; the database has {facts.size >> 20:,} MiB."
    if facts.major < OLDEST_SERVER:
        return Finding("server", "problem", said, f"Install PostgreSQL {OLDEST_SERVER} or newer.")
    if facts.is_copy:
        return Finding(
            "server", "problem", f"{said} It is a copy, and takes no changes.", "Name the primary."
        )
    return Finding("server", "ok", said)


def judge_schema(schema: Schema, place: str) -> Finding:
    """The tables must be such as this release can work on."""
    if schema.revision is None:
        return Finding(
            "database", "problem", f"The database {place} has no tables yet.", "Run: mooring migrate"
        )
    if schema.is_current:
        return Finding("database", "ok", f"It has this release's tables ({schema.revision}).")
    if schema.serves_this_release:
        return Finding(
            "database", "ok", f"It has a newer release's tables ({schema.revision}), which serve this one."
        )
    return Finding(
        "database",
        "problem",
        f"It has the tables of another release ({schema.revision}).",
        "Run: mooring migrate. Where that is refused, install the newer release.",
    )


def judge_skew(skew: timedelta) -> Finding:
    """Both clocks must agree: whoever shares the database goes by either."""
    seconds = round(abs(skew).total_seconds(), 1)
    said = f"The database's clock and this computer's differ by {seconds:g} seconds."
    step = "Let both be kept by a time server."
    if abs(skew) > _SKEW_WRONG:
        return Finding("clock_skew", "problem", said, step)
    if abs(skew) > _SKEW_DOUBTFUL:
        return Finding("clock_skew", "warning", said, step)
    return Finding("clock_skew", "ok", said)


def judge_durability(facts: Facts) -> Finding:
    """What was acknowledged must outlive a crash of the database's computer."""
    off = [name for name, on in (("fsync", facts.fsync), ("full_page_writes", facts.whole_pages)) if not on]
    if off:
        return Finding(
            "durability",
            "problem",
            f"A power cut may lose what was acknowledged, or all of it: {' and '.join(off)} is off.",
            f"Set {' and '.join(f'{name} = on' for name in off)} in postgresql.conf, and restart PostgreSQL.",
        )
    if lost := _lost_by_others(facts):
        return Finding(
            "durability",
            "warning",
            f"synchronous_commit is {facts.commits}; Mooring turns it on for itself, other programs {lost}.",
            "Set synchronous_commit = on in postgresql.conf.",
        )
    return Finding("durability", "ok", "What is acknowledged outlives a crash (fsync, synchronous_commit).")


def _lost_by_others(facts: Facts) -> str:
    """Return what programs lose that leave it to the server how long a commit waits; often nothing."""
    if facts.commits == "off":
        return "lose commits in a crash"
    if facts.waits_for_copies and facts.commits in {"local", "remote_write"}:
        return "lose commits when a copy takes over"
    return ""


def judge_copies(facts: Facts) -> Finding:
    """Copies must follow; a commit that waits for one that is away waits for good."""
    if facts.waits_for_copies and not facts.copies:
        return Finding(
            "replication",
            "problem",
            "Every commit waits for a copy (synchronous_standby_names), and none is connected.",
            "Start the copy, or empty synchronous_standby_names.",
        )
    if not facts.copies:
        return Finding("replication", "ok", "No copy follows this database; backups are all there is.")
    said = f"Copies that follow this database: {facts.copies}."
    if facts.lag is not None and facts.lag > _LAG_DOUBTFUL:
        seconds = round(facts.lag.total_seconds())
        return Finding(
            "replication", "warning", f"{said} One is {seconds:,} seconds behind.", "See what holds it up."
        )
    return Finding("replication", "ok", said)


def judge_pooling(*, is_pooled: bool, said: bool) -> Finding:
    """The address must say whether a PgBouncer stands in between: it forgets what a session was told."""
    if is_pooled and not said:
        return Finding(
            "pooling",
            "problem",
            "A PgBouncer stands before the database, and the address does not say so.",
            "Add ?pgbouncer=true to MOORING_DATABASE_URL.",
        )
    if said and not is_pooled:
        return Finding(
            "pooling",
            "warning",
            "The address says pgbouncer=true, but the database itself answers: that costs speed.",
            "Leave it away, or name the PgBouncer.",
        )
    return Finding(
        "pooling", "ok", "A PgBouncer stands in between." if is_pooled else "Nothing stands in between."
    )


def judge_triggers(triggered: str | None) -> Finding:
    """A trigger would go on changing what the server writes; our tables have none."""
    if triggered:
        return Finding(
            "integrity",
            "problem",
            f"There are triggers on {triggered}.",
            "Drop them: Mooring has none of its own.",
        )
    return Finding("integrity", "ok", "Nothing else changes what the server writes.")
