"""``mooring backup``: a consistent copy of the database in one file, while the server runs."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.core.instants import format_instant
from mooring.server.cli.upkeep.copying import explained
from mooring.server.cli.upkeep.fingerprint import fingerprint_of
from mooring.server.cli.upkeep.passphrase_input import read_passphrase
from mooring.server.cli.workplace import SecretMismatch, reporting
from mooring.server.foundation.backups import archive, sealing
from mooring.server.foundation.backups.copying import copy_database
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.address import address_of, is_embedded, place_of
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.migrations.revisions import schema_of
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings, load_settings
from mooring.server.foundation.transfer.leaving import require_not_left
from mooring.server.foundation.transfer.moving import copy_to_file
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere, ValueRefused

if TYPE_CHECKING:
    import argparse

    from sqlalchemy.engine import URL

    from mooring.server.cli.output import Output


def run(arguments: argparse.Namespace) -> int:
    """Write the backup that the command line names."""
    return reporting(
        arguments,
        lambda output: _work(output, Path(arguments.file).absolute(), arguments.passphrase_stdin),
    )


def _work(output: Output, target: Path, with_secrets: bool) -> None:
    settings = load_settings()
    url = settings.database_url
    if is_embedded(url) and not Path(place_of(url)).exists():
        raise NotThere(f"There is no database at {place_of(url)}.", "Say where it is with MOORING_DATA_DIR.")
    if is_embedded(url):
        require_not_left(Path(place_of(url)))
    if target.exists():
        raise AlreadyExists(f"There is a file at {target} already.", "Choose another name.")
    words = read_passphrase(new=True) if with_secrets else None
    copy = target.with_name(f".{target.name}.{os.urandom(4).hex()}.copy")
    try:
        _copy(output, url, copy)
        note = _note(copy)
        sealed = None if words is None else _sealed(settings, note, words)
        with output.progress("writing", note.database_bytes) as tell:
            archive.write(target, note, copy, sealed, tell)
    except archive.BackupExists as error:
        raise AlreadyExists(str(error), "Choose another name.") from error
    except OSError as error:
        raise ValueRefused(
            f"The backup {target} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
    _tell(output, target, note, with_secrets=with_secrets)


def _copy(output: Output, url: URL, copy: Path) -> None:
    """Put the database as it is at one instant into the file ``copy``, while the server goes on."""
    if is_embedded(url):
        with output.progress("copying", 100) as tell:
            copy_database(Path(place_of(url)), copy, lambda done, total: tell(100 * done // total))
        return
    with explained():
        asyncio.run(copy_to_file(url, copy, bar=lambda total: output.progress("copying", total)))


def _note(copy: Path) -> archive.Note:
    address = address_of(copy)
    revision = examine(address, schema_of).revision
    if revision is None:
        raise NotThere("The database has no tables yet.", "Run: mooring init NAME")
    return archive.Note(
        made_at=SystemClock().now(),
        revision=revision,
        secret_fingerprint=fingerprint_of(address),
        database_bytes=copy.stat().st_size,
    )


def _sealed(settings: Settings, note: archive.Note, words: str) -> bytes:
    secrets = Secrets.load(settings.secret_file)
    if note.secret_fingerprint not in {None, secrets.fingerprint}:
        raise SecretMismatch(
            f"The secret file {settings.secret_file} is not this database's.",
            "Put the right one back, or leave the secrets out of the backup.",
        )
    root_key = settings.root_key_file.read_bytes() if settings.root_key_file.exists() else None
    return sealing.seal(sealing.Keepsake(secrets, root_key), words)


def _tell(output: Output, target: Path, note: archive.Note, *, with_secrets: bool) -> None:
    output.say(f"Wrote {target} ({target.stat().st_size:,} bytes).")
    if with_secrets:
        output.say("It holds the database and, sealed by your passphrase, the secrets.")
    else:
        output.say(
            "It holds the database but not the secrets: without the secret file it cannot be used. "
            "Keep a copy of that file elsewhere."
        )
    output.answer(
        {
            "file": str(target),
            "made_at": format_instant(note.made_at),
            "revision": note.revision,
            "secret_fingerprint": note.secret_fingerprint,
            "database_bytes": note.database_bytes,
            "secrets": with_secrets,
        }
    )
