"""``mooring migrate``: brings the database to the tables that this release expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.cli.workplace import reporting
from mooring.server.foundation.database.opening import embedded_file
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.settings import load_settings

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output


def run(arguments: argparse.Namespace) -> int:
    """Migrate the database that the settings name."""
    return reporting(arguments, _work)


def _work(output: Output) -> None:
    settings = load_settings()
    before, after = migrate(settings)
    file = embedded_file(settings.database_url)
    if before is None:
        output.say(f"Made the database {file} (revision {after}).")
    elif before == after:
        output.say(f"The database {file} is up to date (revision {after}).")
    else:
        output.say(f"Brought the database {file} from revision {before} to {after}.")
    output.answer({"database": str(file), "before": before, "after": after})
