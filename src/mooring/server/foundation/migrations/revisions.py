"""The revisions that this release knows, and whether its code can work on the tables of a database.

Each revision says in ``serves_from`` the oldest revision whose code works on its tables, too: its own, or an
older one where the step only adds what older code does not have to know. That is noted in the database, so
that a release which never heard of the step can tell whether it may go on: several servers are upgraded one
after the other, and none has to stop.
"""

from pathlib import Path
from typing import Final, NamedTuple

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine import Connection

from mooring.server.foundation.migrations.tables import schema_reach

OF_MIGRATING: Final = ("alembic_version", schema_reach.name)
"""The tables that migrating keeps for itself."""


class SchemaUnknown(Exception):
    """The database was made by a newer release of Mooring, whose tables this one's code cannot use."""


class Schema(NamedTuple):
    """What a database says of its tables."""

    revision: str | None
    """None where it has no tables yet."""
    oldest_revision: str | None = None
    """The oldest revision whose code works on them, too; none where that was not noted."""

    @property
    def is_current(self) -> bool:
        """Whether these are exactly this release's tables."""
        return self.revision == head_revision()

    @property
    def serves_this_release(self) -> bool:
        """Whether this release's code works on them: they are its own, or a newer release's that only add."""
        return self.is_current or (
            self.revision not in {None, *known_revisions()} and self.oldest_revision in known_revisions()
        )

    def require_known(self) -> None:
        """Check that this release can migrate or use these tables.

        Raises:
            SchemaUnknown: they come from a newer release, and older code cannot work on them.
        """
        if not self.serves_this_release:
            require_known(self.revision)


def configuration(connection: Connection | None = None) -> Config:
    """Return what Alembic's commands take, to run on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def known_revisions() -> tuple[str, ...]:
    """Return the revisions of this release, oldest first."""
    steps = ScriptDirectory.from_config(configuration()).walk_revisions()
    return tuple(step.revision for step in steps)[::-1]


def head_revision() -> str:
    """Return the revision that this release expects."""
    return known_revisions()[-1]


def require_known(revision: str | None) -> None:
    """Check that this release knows ``revision``, or that there is none yet.

    Raises:
        SchemaUnknown: it comes from a newer release.
    """
    if revision is not None and revision not in known_revisions():
        raise SchemaUnknown(
            f"The database was made by a newer release of Mooring (revision {revision}). "
            "Install that release, or restore a backup that this one made."
        )


def schema_of(connection: Connection) -> Schema:
    """Return what the database behind ``connection`` says of its tables."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or not inspect(connection).has_table(schema_reach.name):
        return Schema(revision)
    return Schema(revision, connection.execute(select(schema_reach.c.oldest_revision)).scalar())


def note_reach(connection: Connection) -> None:
    """Write into the database the oldest revision whose code works on its tables."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or not inspect(connection).has_table(schema_reach.name):
        return
    connection.execute(delete(schema_reach))
    connection.execute(insert(schema_reach).values(oldest_revision=oldest_served(revision)))


def oldest_served(revision: str) -> str:
    """Return the oldest revision whose code works on the tables of ``revision``.

    That is one which every step after it says to serve.
    """
    script = ScriptDirectory.from_config(configuration())
    known = known_revisions()
    oldest = known.index(revision)
    reaches = [known.index(_serves_from(script, step)) for step in known]
    while oldest > 0 and all(reach < oldest for reach in reaches[oldest : known.index(revision) + 1]):
        oldest -= 1
    return known[oldest]


def _serves_from(script: ScriptDirectory, revision: str) -> str:
    step = script.get_revision(revision)
    return str(getattr(step.module, "serves_from", revision))
