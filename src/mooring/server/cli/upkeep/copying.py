"""``mooring migrate --copy-from``: a publisher moves to another kind of database, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.command_line.exit_codes import FAULT
from mooring.server.cli.output import Output
from mooring.server.cli.upkeep.fingerprint import fingerprint_of, require_fitting
from mooring.server.cli.upkeep.obstacles import ServerRunning, SourceOutdated, TransferImpossible
from mooring.server.cli.workplace import reporting
from mooring.server.foundation.backups.copying import DatabaseInUse, put_in_place
from mooring.server.foundation.database.address import is_embedded, parse_database_address, place_of
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.migrations.revisions import head_revision, schema_of
from mooring.server.foundation.settings import load_settings
from mooring.server.foundation.transfer.moving import copy_to_file, move_to_postgresql
from mooring.server.foundation.transfer.transferring import NotEqual, Proof, TargetFilled, TransferRefused
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere, ValueRefused

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import URL

    from mooring.server.foundation.settings import Settings
    from mooring.server.foundation.transfer.moving import Moved


def copy_from(arguments: argparse.Namespace) -> int:
    """Copy the database that the command line names into the one that the settings name."""
    different: list[NotEqual] = []

    def work(output: Output) -> None:
        try:
            _copy(output, arguments.copy_from)
        except NotEqual as error:
            different.append(error)

    code = reporting(arguments, work)
    return _refuse(Output.of(arguments), different[0]) if different else code


def _refuse(output: Output, error: NotEqual) -> int:
    _draw(output, error.proofs)
    label = "Nothing was kept. Look for what changes rows there, such as a trigger, then run this again."
    output.refuse_with(
        {
            "code": "not_equal",
            "title": "The copy was not the same",
            "detail": str(error),
            "next": {"action": "retry", "label": label},
            "tables": _documents(error.proofs),
        }
    )
    return FAULT


def _copy(output: Output, address: str) -> None:
    settings = load_settings()
    target = settings.database_url
    try:
        source = parse_database_address(address, Path.cwd())
    except ValueError as error:
        raise ValueRefused(f"The address after --copy-from {error}.", "Check it, and try again.") from error
    if is_embedded(source) == is_embedded(target):
        tool = "mooring backup and mooring restore" if is_embedded(source) else "pg_dump and pg_restore"
        raise ValueRefused("Both databases are of the same kind.", f"Use {tool}.")
    _require_current(source)
    has_secret = require_fitting(fingerprint_of(source), settings.secret_file, place_of(source))
    with explained():
        moved = _moved(output, source, settings)
    _tell(output, moved, source, target, has_secret=has_secret)


def _require_current(source: URL) -> None:
    place = place_of(source)
    if is_embedded(source) and not Path(place).exists():
        raise NotThere(f"There is no database at {place}.", "Check the address after --copy-from.")
    schema = examine(source, schema_of)
    schema.require_known()
    if schema.revision is None:
        raise NotThere(f"The database {place} has no tables yet.", "There is nothing to copy.")
    if not schema.is_current:
        address = source if is_embedded(source) else place
        raise SourceOutdated(
            f"The database {place} has the tables of another release "
            f"(revision {schema.revision}; this one has {head_revision()}).",
            f"Bring it up to date first: MOORING_DATABASE_URL={address} mooring migrate",
        )


def _moved(output: Output, source: URL, settings: Settings) -> Moved:
    target = settings.database_url

    def bar(total: int) -> AbstractContextManager[Callable[[int], None]]:
        return output.progress("copying", total)

    if not is_embedded(target):
        return asyncio.run(move_to_postgresql(Path(place_of(source)), target, say=output.warn, bar=bar))
    file = Path(place_of(target))
    if file.exists():
        raise AlreadyExists(f"There is a database at {file} already.", "Name a new one, or move it away.")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}.copying")
    try:
        moved = asyncio.run(copy_to_file(source, draft, bar=bar, unused=True))
        put_in_place(draft, file, keep_as=file)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)
    return moved


@contextmanager
def explained(*, unless_empty: str | None = None) -> Iterator[None]:
    """Say what keeps a database from being copied; ``unless_empty`` is the next step where it has rows.

    Raises:
        ServerRunning: a server uses it.
        AlreadyExists: it has rows.
        TransferImpossible: it cannot be taken from, or into.
    """
    try:
        yield
    except DatabaseInUse as error:
        raise ServerRunning(str(error), "Stop the server first.") from error
    except TargetFilled as error:
        raise AlreadyExists(str(error), unless_empty or error.next_step) from error
    except TransferRefused as error:
        raise TransferImpossible(str(error), error.next_step) from error


def _tell(output: Output, moved: Moved, source: URL, target: URL, *, has_secret: bool) -> None:
    rows = sum(proof.source.rows for proof in moved.proofs)
    _draw(output, moved.proofs)
    output.say(
        f"Copied {rows:,} rows from {place_of(source)} to {place_of(target)}: "
        "every table is the same on both sides."
    )
    if not has_secret:
        output.say("Bring the secret file, too: without it the database cannot be used.")
    output.say("From now on run the server on the copy only, and keep the other until you trust it.")
    if is_embedded(source):
        output.say(f"No server starts on {place_of(source)} any more.")
    output.answer(
        {
            "from": place_of(source),
            "to": place_of(target),
            "revision": moved.revision,
            "equal": True,
            "rows": rows,
            "tables": _documents(moved.proofs),
        }
    )


def _draw(output: Output, proofs: Sequence[Proof]) -> None:
    output.table(
        ("table", "rows sent", "rows arrived", "sent", "arrived", "the same"),
        [
            (
                proof.table,
                f"{proof.source.rows:,}",
                f"{proof.target.rows:,}",
                proof.source.digest[:16],
                proof.target.digest[:16],
                "yes" if proof.equal else "NO",
            )
            for proof in proofs
        ],
        empty="There are no tables.",
    )


def _documents(proofs: Sequence[Proof]) -> list[dict[str, object]]:
    return [
        {
            "table": proof.table,
            "sent": proof.source._asdict(),
            "arrived": proof.target._asdict(),
            "equal": proof.equal,
        }
        for proof in proofs
    ]
