"""The embedded database: its file, its tables, its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.foundation.backups.copying import faults_of
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.migrations.migrating import current_schema
from mooring.server.foundation.migrations.revisions import SchemaUnknown
from mooring.server.foundation.transfer.leaving import DatabaseLeft, require_not_left

if TYPE_CHECKING:
    from pathlib import Path

    from mooring.server.foundation.settings import Settings


def check_schema(file: Path, settings: Settings) -> Finding:
    """The tables must be those of this release."""
    if not file.exists():
        return Finding(
            "database",
            "problem",
            f"There is no database at {file}.",
            "New server: mooring init NAME. Else say where it is with MOORING_DATA_DIR.",
        )
    try:
        require_not_left(file)
        schema = current_schema(settings)
        schema.require_known()
    except DatabaseUnavailable as error:
        return Finding("database", "problem", str(error), "Try again; if it stays so, restore a backup.")
    except DatabaseLeft as error:
        return Finding("database", "problem", str(error), "Name the copy in MOORING_DATABASE_URL.")
    except SchemaUnknown as error:
        return Finding("database", "problem", str(error), "Install the newer release.")
    if not schema.serves_this_release:
        return Finding(
            "database", "warning", "The database has the tables of an older release.", "Run: mooring migrate"
        )
    return Finding("database", "ok", f"The database {file} has this release's tables ({schema.revision}).")


def check_integrity(file: Path) -> Finding:
    """Every page and every reference must be whole."""
    try:
        faults = faults_of(file)
    except DatabaseUnavailable as error:
        faults = [str(error)]
    if faults:
        return Finding(
            "integrity", "problem", f"The database is damaged: {faults[0]}.", "Restore the newest backup."
        )
    return Finding("integrity", "ok", "Every page and reference of the database is whole.")
