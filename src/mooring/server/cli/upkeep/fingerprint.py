"""Which secret a database belongs to, and whether that is the one which is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from mooring.server.cli.workplace import SecretMismatch
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.secrets import Secrets
from mooring.server.licensing.storage.tables import publisher

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import URL


def fingerprint_of(database: URL) -> str | None:
    """Return the fingerprint of the secret that ``database`` was made with, none before it has a publisher.

    Raises:
        DatabaseUnavailable: it cannot be read.
    """
    return examine(
        database,
        lambda connection: connection.execute(select(publisher.c.secret_fingerprint)).scalar(),
    )


def require_fitting(needed: str | None, secret_file: Path, whose: str) -> bool:
    """Check that the secret here, if any, is that of ``whose`` database, and return whether there is one.

    Raises:
        SecretMismatch: it is another.
    """
    if not secret_file.exists():
        return False
    present = Secrets.load(secret_file).fingerprint
    if needed not in {None, present}:
        raise SecretMismatch(
            f"{whose} belongs to another secret ({needed}) than {secret_file} ({present}).",
            "Put the secret file that belongs to it in its place.",
        )
    return True
