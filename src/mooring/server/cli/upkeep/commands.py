"""The upkeep commands, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.server.cli.registration import add_command

if TYPE_CHECKING:
    import argparse


def add_upkeep_commands(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    """Add ``migrate``, ``backup``, ``restore`` and ``doctor``."""
    _add_migrate(subparsers, shared)
    _add_backup(subparsers, shared)
    _add_restore(subparsers, shared)
    add_command(
        subparsers,
        "doctor",
        says="check that this server is sound, and say what to do where it is not",
        examples="""
            mooring doctor
            mooring doctor --json
        """,
        shared=shared,
        run="mooring.server.cli.upkeep.doctor:run",
    )


def _add_migrate(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    parser = add_command(
        subparsers,
        "migrate",
        says="bring the database to the tables that this release expects, or fill it from another",
        examples="""
            mooring migrate
            MOORING_DATABASE_URL=postgresql://mooring@db/mooring mooring migrate --copy-from sqlite:///mooring.db
        """,
        shared=shared,
        run="mooring.server.cli.upkeep.migrate:run",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--copy-from",
        metavar="ADDRESS",
        help="copy this database, of a server that is stopped, into the empty one that the settings name",
    )
    either.add_argument(
        "--use-again",
        action="store_true",
        help="use the file that the settings name although it was copied to another database: without what "
        "happened there since",
    )


def _add_backup(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    parser = add_command(
        subparsers,
        "backup",
        says="write a consistent copy of the database to a file, while the server runs",
        examples="""
            mooring backup /backups/mooring-2026-01-31.backup
            mooring backup FILE --passphrase-stdin < passphrase.txt
        """,
        shared=shared,
        run="mooring.server.cli.upkeep.backup:run",
    )
    parser.add_argument("file", metavar="FILE", help="the backup, which must not exist yet")
    parser.add_argument(
        "--passphrase-stdin",
        action="store_true",
        help="put the secrets in too, sealed by the passphrase on standard input",
    )


def _add_restore(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    parser = add_command(
        subparsers,
        "restore",
        says="put a backup in the place of the database, wholly or not at all",
        examples="""
            mooring restore /backups/mooring-2026-01-31.backup
            mooring restore FILE --force
            mooring restore FILE --passphrase-stdin < passphrase.txt
        """,
        shared=shared,
        run="mooring.server.cli.upkeep.restore:run",
    )
    parser.add_argument("file", metavar="FILE", help="the backup")
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace the database that is there; it is kept beside the new one",
    )
    parser.add_argument(
        "--passphrase-stdin",
        action="store_true",
        help="put back lost secrets, too, with the passphrase on standard input",
    )
