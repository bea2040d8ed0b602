"""``mooring restore``: puts a backup in the place of the database, wholly or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mooring.core.instants import format_instant
from mooring.server.cli.upkeep.copying import explained
from mooring.server.cli.upkeep.fingerprint import fingerprint_of, require_fitting
from mooring.server.cli.upkeep.passphrase_input import read_passphrase
from mooring.server.cli.workplace import SecretMismatch, reporting
from mooring.server.foundation.backups import sealing
from mooring.server.foundation.backups.archive import BackupFile, BackupUnusable
from mooring.server.foundation.backups.copying import put_in_place, require_sound
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.address import address_of, is_embedded, place_of
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.disk import sync_folder
from mooring.server.foundation.migrations.revisions import head_revision, require_known, schema_of
from mooring.server.foundation.passphrase import WrongPassphrase
from mooring.server.foundation.settings import Settings, load_settings
from mooring.server.foundation.transfer.moving import move_to_postgresql
from mooring.server.licensing.domain.obstacles import AlreadyExists, ValueRefused

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy.engine import URL

    from mooring.server.cli.output import Output
    from mooring.server.foundation.backups.archive import Note


_ADD_FORCE: Final = "Stop the server and add --force to replace it; the old one is kept beside it."


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup that the command line names."""
    return reporting(arguments, lambda output: _restore(output, arguments))


def _restore(output: Output, arguments: argparse.Namespace) -> None:
    settings = load_settings()
    url = settings.database_url
    target = place_of(url)
    words = read_passphrase(new=False) if arguments.passphrase_stdin else None
    try:
        with BackupFile(Path(arguments.file)) as backup:
            if is_embedded(url) and Path(target).exists() and not arguments.force:
                raise AlreadyExists(f"There is a database at {target} already.", _ADD_FORCE)
            require_known(backup.note.revision)
            lost = _lost_secrets(settings, backup, words)
            with explained(unless_empty=None if arguments.force else _ADD_FORCE):
                kept = _put_back(output, backup, settings, lost, replace=arguments.force)
    except BackupUnusable as error:
        raise ValueRefused(str(error), "Choose another backup.") from error
    except OSError as error:
        raise ValueRefused(
            f"The database {target} cannot be written: {error.strerror}.",
            "See to the folder and its free space; the database was not changed.",
        ) from error
    _tell(output, backup.note, url, kept, with_secrets=lost is not None)


def _tell(output: Output, note: Note, url: URL, kept: str | None, *, with_secrets: bool) -> None:
    made_at = format_instant(note.made_at)
    output.say(f"Restored {place_of(url)} as it was at {made_at}.")
    if kept is not None:
        where = kept if is_embedded(url) else f"in its schema {kept}; drop that when you need it no more"
        output.say(f"What was there before is kept {'at ' if is_embedded(url) else ''}{where}.")
    if not is_embedded(url) and note.revision != head_revision():
        output.say("It has the tables of an older release. Run: mooring migrate")
    output.answer(
        {
            "database": place_of(url),
            "made_at": made_at,
            "revision": note.revision,
            "secrets": with_secrets,
            "kept": kept,
        }
    )


def _lost_secrets(settings: Settings, backup: BackupFile, words: str | None) -> sealing.Keepsake | None:
    """Return the secrets that must be put back too; none where this computer has the right ones.

    Raises:
        SecretMismatch: the secrets here or in the backup are not those of its database.
        ValueRefused: the passphrase is wrong.
    """
    needed = backup.note.secret_fingerprint
    if require_fitting(needed, settings.secret_file, "The backup"):
        return None
    sealed = backup.sealed_secrets
    if needed is None and sealed is None:
        return None
    if sealed is None:
        raise SecretMismatch(
            f"There is no secret file at {settings.secret_file}, and none in the backup.",
            f"Put the secret file with the fingerprint {needed} in its place.",
        )
    if words is None:
        raise SecretMismatch(
            f"There is no secret file at {settings.secret_file}; the backup holds it sealed.",
            "Give the passphrase on standard input and add --passphrase-stdin.",
        )
    try:
        keepsake = sealing.unseal(sealed, words)
    except WrongPassphrase as error:
        raise ValueRefused("The passphrase does not open the backup.", "Check it, and try again.") from error
    if needed not in {None, keepsake.secrets.fingerprint}:
        raise SecretMismatch(
            "The secrets in the backup are not those of its database.", "Use another backup."
        )
    return keepsake


def _put_back(
    output: Output, backup: BackupFile, settings: Settings, lost: sealing.Keepsake | None, *, replace: bool
) -> str | None:
    """Put everything in place, the database last; return where the old one is kept, if there was one."""
    url = settings.database_url
    target = Path(place_of(url)) if is_embedded(url) else settings.data_dir / "restored"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.restoring")
    try:
        _take(output, backup, draft)
        if lost is not None:
            lost.secrets.save(settings.secret_file)
            _put_root_key_back(settings.root_key_file, lost.root_key)
        at = SystemClock().now()
        if not is_embedded(url):
            return _fill(output, draft, url, replace_at=at if replace else None)
        keep_as = target.with_name(f"{target.name}.replaced-{at:%Y%m%dT%H%M%SZ}")
        return str(keep_as) if put_in_place(draft, target, keep_as=keep_as) else None
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def _take(output: Output, backup: BackupFile, draft: Path) -> None:
    """Write the backup's database into ``draft``, and check all of it."""
    with (
        open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream,
        output.progress("restoring", backup.note.database_bytes) as tell,
    ):
        backup.take_database(stream, tell)
    require_sound(draft)
    address = address_of(draft)
    found = (examine(address, schema_of).revision, fingerprint_of(address))
    if found != (backup.note.revision, backup.note.secret_fingerprint):
        raise BackupUnusable("The backup's note does not belong to its database.")


def _fill(output: Output, draft: Path, url: URL, *, replace_at: datetime | None) -> str | None:
    def bar(total: int) -> AbstractContextManager[Callable[[int], None]]:
        return output.progress("filling", total)

    moving = move_to_postgresql(draft, url, say=output.warn, bar=bar, replace_at=replace_at)
    return asyncio.run(moving).kept


def _put_root_key_back(file: Path, content: bytes | None) -> None:
    if content is None or file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(file.parent)
