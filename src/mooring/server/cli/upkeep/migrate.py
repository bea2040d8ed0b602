"""``mooring migrate``: brings the database to this release's tables, or fills it from another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mooring.server.cli.upkeep.copying import copy_from
from mooring.server.cli.workplace import reporting
from mooring.server.foundation.database.address import is_embedded, place_of
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.settings import load_settings
from mooring.server.foundation.transfer.leaving import use_again
from mooring.server.licensing.domain.obstacles import NotThere

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output
    from mooring.server.foundation.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """Migrate the database that the settings name, or copy another into it."""
    if arguments.copy_from is not None:
        return copy_from(arguments)
    return reporting(arguments, lambda output: _work(output, uses_again=arguments.use_again))


def _work(output: Output, *, uses_again: bool) -> None:
    settings = load_settings()
    if uses_again:
        _use_again(output, settings)
    before, after = migrate(settings, output.warn)
    place = place_of(settings.database_url)
    if before is None:
        output.say(f"Made the database {place} (revision {after}).")
    elif before == after:
        output.say(f"The database {place} is up to date (revision {after}).")
    else:
        output.say(f"Brought the database {place} from revision {before} to {after}.")
    output.answer({"database": place, "before": before, "after": after})


def _use_again(output: Output, settings: Settings) -> None:
    url = settings.database_url
    file = Path(place_of(url))
    if not is_embedded(url) or not file.exists():
        raise NotThere(
            "Only a file of SQLite that was moved can be used again.", "Name it in MOORING_DATABASE_URL."
        )
    if use_again(file):
        output.warn(f"{file} is used again. Let no server run on the copy: neither would know of the other.")
