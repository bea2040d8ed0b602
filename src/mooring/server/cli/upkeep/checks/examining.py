"""Everything that the doctor looks at, in the order in which one thing needs another."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.server.cli.upkeep.checks import computer, content, embedded, mail, postgresql, sign_in
from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.cli.upkeep.fingerprint import fingerprint_of
from mooring.server.cli.workplace import HERE
from mooring.server.foundation.database.address import is_embedded, place_of
from mooring.server.foundation.database.maintenance import examine as look_at
from mooring.server.foundation.database.opening import open_database
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.licensing.storage.signing import StoredPublisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from mooring.server.foundation.secrets import Secrets
    from mooring.server.foundation.settings import Settings
    from mooring.server.licensing.domain.signing import SigningKeyRecord


def examine(settings: Settings, *, at: datetime) -> list[Finding]:
    """Return what every check finds; those that need a sound database are left out where there is none."""
    return list(_examine(settings, at))


def _examine(settings: Settings, at: datetime) -> Iterator[Finding]:
    yield Finding("settings", "ok", f"The settings can be used; the data folder is {settings.data_dir}.")
    yield computer.check_public_url(settings.public_url)
    secret, secrets = computer.check_secret(settings.secret_file)
    yield secret
    yield computer.check_root_key(settings.root_key_file)
    yield mail.check_mail(settings, settings.public_url or HERE)
    yield from sign_in.check_providers(settings, HERE)
    database = list(_embedded(settings) if is_embedded(settings.database_url) else _postgresql(settings))
    yield from database
    if all(found.level == "ok" for found in database if found.check in {"server", "database"}):
        yield from _content(settings, secrets, at)


def _embedded(settings: Settings) -> Iterator[Finding]:
    file = Path(place_of(settings.database_url))
    yield computer.check_disk_space(file)
    schema = embedded.check_schema(file, settings)
    yield schema
    if schema.level != "problem":
        yield embedded.check_integrity(file)


def _postgresql(settings: Settings) -> Iterator[Finding]:
    url = settings.database_url
    yield computer.check_disk_space(settings.data_dir)
    try:
        facts = look_at(url, postgresql.facts_of)
    except DatabaseUnavailable as error:
        yield Finding(
            "server", "problem", str(error), "See to the database server, and to MOORING_DATABASE_URL."
        )
        return
    yield from postgresql.judge(facts, place_of(url), pooled=url.query.get("pgbouncer") == "true")


def _content(settings: Settings, secrets: Secrets | None, at: datetime) -> Iterator[Finding]:
    url = settings.database_url
    try:
        yield content.check_fingerprint(fingerprint_of(url), secrets)
        yield content.check_clock(look_at(url, content.newest_event), at)
        yield content.check_signing_keys(asyncio.run(_signing_keys(settings)), at)
        yield content.check_seats(look_at(url, content.miscounted_licenses))
        yield mail.check_outbox(look_at(url, mail.waiting_mails), at)
    except DatabaseUnavailable as error:
        yield Finding("database", "problem", str(error), "Try again; if it stays so, restore a backup.")


async def _signing_keys(settings: Settings) -> Sequence[SigningKeyRecord]:
    database = open_database(settings)
    try:
        async with StoredPublisher(database).reading() as reader:
            return await reader.signing_keys()
    finally:
        await database.close()
