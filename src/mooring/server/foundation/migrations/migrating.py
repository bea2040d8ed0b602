"""Migrating: brings the database to the tables that this release expects, or says that somebody must."""

import asyncio
from pathlib import Path
from typing import NamedTuple

from mooring.server.foundation.database.address import is_embedded, place_of
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.migrations.embedded import migrate_file
from mooring.server.foundation.migrations.postgresql import Say, migrate_postgresql
from mooring.server.foundation.migrations.revisions import Schema, head_revision, schema_of
from mooring.server.foundation.settings import Settings
from mooring.server.foundation.transfer.leaving import require_not_left


class MigrationNeeded(Exception):
    """The database has no tables yet, or an older release's, and is migrated only where that is asked for."""


class Migration(NamedTuple):
    """The revision that a database had (none where it was new) and the one it has now."""

    before: str | None
    after: str


def migrate(settings: Settings, say: Say = lambda _: None) -> Migration:
    """Bring the database to this release's tables, in one transaction; make it where there is none.

    Processes that do so at once wait for each other, and whoever comes later finds nothing to do. ``say`` is
    told in whole sentences what is waited for.

    Raises:
        SchemaUnknown: the database belongs to a newer release.
        DatabaseLeft: it was moved to another one.
        DatabaseUnavailable: it cannot be opened or written; nothing was changed.
        SettingInvalid: it is PostgreSQL, and its library is not installed.
    """
    url = settings.database_url
    if is_embedded(url):
        require_not_left(Path(str(url.database)))
        before = migrate_file(Path(str(url.database)))
    else:
        before = asyncio.run(migrate_postgresql(url, say))
    newer = not before.is_current and before.serves_this_release
    return Migration(before.revision, str(before.revision) if newer else head_revision())


def prepare(settings: Settings, *, found: bool = False) -> None:
    """See to it that this release's code can work on the database, as far as that needs no decision.

    The embedded database is migrated. PostgreSQL may serve others of another release at this moment, so it is
    migrated only by ``mooring migrate``; but with ``found`` an empty one gets its tables.

    Raises:
        MigrationNeeded: ``mooring migrate`` must be run first.
        SchemaUnknown: the database belongs to a newer release.
        DatabaseLeft: it was moved to another one.
        DatabaseUnavailable: it cannot be opened or written.
        SettingInvalid: it is PostgreSQL, and its library is not installed.
    """
    if is_embedded(settings.database_url):
        migrate(settings)
        return
    schema = current_schema(settings)
    schema.require_known()
    if schema.revision is None and found:
        migrate(settings)
    elif not schema.serves_this_release:
        place = place_of(settings.database_url)
        has = "has no tables yet" if schema.revision is None else "has the tables of an older release"
        raise MigrationNeeded(f"The database {place} {has}.")


def current_schema(settings: Settings) -> Schema:
    """Return what the database says of its tables.

    Raises:
        DatabaseUnavailable: it cannot be opened.
        SettingInvalid: it is PostgreSQL, and its library is not installed.
    """
    return examine(settings.database_url, schema_of)


def current_revision(settings: Settings) -> str | None:
    """Return the revision that the database has, none where it has no tables yet.

    Raises:
        DatabaseUnavailable: it cannot be opened.
        SettingInvalid: it is PostgreSQL, and its library is not installed.
    """
    return current_schema(settings).revision
