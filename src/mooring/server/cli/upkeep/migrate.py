"""``mooring migrate``: brings the database to this release's tables, or fills it from another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.cli.upkeep.copying import copy_from
from mooring.server.cli.workplace import reporting
from mooring.server.foundation.database.address import place_of
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.settings import load_settings

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output


def run(arguments: argparse.Namespace) -> int:
    """Migrate the database that the settings name, or copy another into it."""
    if arguments.copy_from is not None:
        return copy_from(arguments)
    return reporting(arguments, _work)


def _work(output: Output) -> None:
    settings = load_settings()
    before, after = migrate(settings, output.warn)
    place = place_of(settings.database_url)
    if before is None:
        output.say(f"Made the database {place} (revision {after}).")
    elif before == after:
        output.say(f"The database {place} is up to date (revision {after}).")
    else:
        output.say(f"Brought the database {place} from revision {before} to {after}.")
    output.answer({"database": place, "before": before, "after": after})
