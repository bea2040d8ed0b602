"""``mooring restore``: puts a backup in the place of the database, wholly or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.core.instants import format_instant
from mooring.server.cli.upkeep.fingerprint import fingerprint_of
from mooring.server.cli.upkeep.passphrase_input import read_passphrase
from mooring.server.cli.workplace import SecretMismatch, reporting
from mooring.server.foundation.backups import sealing
from mooring.server.foundation.backups.archive import BackupFile, BackupUnusable
from mooring.server.foundation.backups.copying import DatabaseInUse, put_in_place, require_sound
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.opening import embedded_file
from mooring.server.foundation.disk import sync_folder
from mooring.server.foundation.migrations.revisions import require_known
from mooring.server.foundation.passphrase import WrongPassphrase
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings, load_settings
from mooring.server.licensing.domain.obstacles import AlreadyExists, Obstacle, ValueRefused

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output


class ServerRunning(Obstacle):
    """A server has the database open."""

    code = "database_in_use"
    title = "The database is in use"


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup that the command line names."""
    return reporting(arguments, lambda output: _restore(output, arguments))


def _restore(output: Output, arguments: argparse.Namespace) -> None:
    settings = load_settings()
    target = embedded_file(settings.database_url)
    words = read_passphrase(new=False) if arguments.passphrase_stdin else None
    try:
        with BackupFile(Path(arguments.file)) as backup:
            if target.exists() and not arguments.force:
                raise AlreadyExists(
                    f"There is a database at {target} already.",
                    "Stop the server and add --force to replace it; the old one is kept beside it.",
                )
            require_known(backup.note.revision)
            lost = _lost_secrets(settings, backup, words)
            kept = _put_back(output, backup, target, settings, lost)
    except BackupUnusable as error:
        raise ValueRefused(str(error), "Choose another backup.") from error
    except DatabaseInUse as error:
        raise ServerRunning(str(error), "Stop the server first.") from error
    except OSError as error:
        raise ValueRefused(
            f"The database {target} cannot be written: {error.strerror}.",
            "See to the folder and its free space; the database was not changed.",
        ) from error
    made_at = format_instant(backup.note.made_at)
    output.say(f"Restored {target} as it was at {made_at}.")
    if kept is not None:
        output.say(f"What was there before is kept at {kept}.")
    output.answer(
        {
            "database": str(target),
            "made_at": made_at,
            "revision": backup.note.revision,
            "secrets": lost is not None,
            "kept": None if kept is None else str(kept),
        }
    )


def _lost_secrets(settings: Settings, backup: BackupFile, words: str | None) -> sealing.Keepsake | None:
    """Return the secrets that must be put back too; none where this computer has the right ones.

    Raises:
        SecretMismatch: the secrets here or in the backup are not those of its database.
        ValueRefused: the passphrase is wrong.
    """
    needed = backup.note.secret_fingerprint
    if settings.secret_file.exists():
        present = Secrets.load(settings.secret_file).fingerprint
        if needed not in {None, present}:
            raise SecretMismatch(
                f"The backup belongs to another secret ({needed}) than {settings.secret_file} ({present}).",
                "Put the secret file that belongs to the backup in its place.",
            )
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
    output: Output, backup: BackupFile, target: Path, settings: Settings, lost: sealing.Keepsake | None
) -> Path | None:
    """Put everything in place, the database last; return where the old one is kept, if there was one."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.restoring")
    keep_as = target.with_name(f"{target.name}.replaced-{SystemClock().now():%Y%m%dT%H%M%SZ}")
    try:
        with (
            open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream,
            output.progress("restoring", backup.note.database_bytes) as tell,
        ):
            backup.take_database(stream, tell)
        require_sound(draft)
        if fingerprint_of(draft) != backup.note.secret_fingerprint:
            raise BackupUnusable("The backup's note does not belong to its database.")
        if lost is not None:
            lost.secrets.save(settings.secret_file)
            _put_root_key_back(settings.root_key_file, lost.root_key)
        return keep_as if put_in_place(draft, target, keep_as=keep_as) else None
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def _put_root_key_back(file: Path, content: bytes | None) -> None:
    if content is None or file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(file.parent)
