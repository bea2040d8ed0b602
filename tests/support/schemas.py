"""Schemas on either database: Alembic's commands run on them, and what they consist of, to compare."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, inspect
from sqlalchemy.engine import URL, Connection

from mooring.server.foundation.database.address import is_embedded
from mooring.server.foundation.database.maintenance import examine, postgresql_transaction
from mooring.server.foundation.migrations.embedded import alembic_on
from mooring.server.foundation.migrations.revisions import configuration
from mooring.server.foundation.settings import Settings, load_settings


def settings_at(url: URL, folder: Path) -> Settings:
    """Return the settings of a server in ``folder`` whose database is at ``url``."""
    address = url.render_as_string(hide_password=False)
    return load_settings({"MOORING_DATA_DIR": str(folder), "MOORING_DATABASE_URL": address}, folder)


def with_alembic(url: URL, work: Callable[[Config], None]) -> None:
    """Let ``work`` run Alembic's commands on the database at ``url``, in one transaction."""
    if is_embedded(url):
        with alembic_on(Path(url.database)) as config:
            work(config)
        return

    async def run() -> None:
        async with postgresql_transaction(url) as connection:
            await connection.run_sync(lambda connection: work(configuration(connection)))

    asyncio.run(run())


def change(url: URL, *statements: str) -> None:
    """Run SQL on the database at ``url``."""

    def work(config: Config) -> None:
        for statement in statements:
            config.attributes["connection"].exec_driver_sql(statement)

    with_alembic(url, work)


def upgrade_to(url: URL, revision: str) -> None:
    """Take the steps to ``revision``, which may be an old one; nothing is noted."""
    with_alembic(url, lambda config: command.upgrade(config, revision))


def step_down(url: URL) -> None:
    """Take the last step back."""
    with_alembic(url, lambda config: command.downgrade(config, "-1"))


def described(url: URL) -> dict[str, object]:
    """Return every table with its columns, keys and indexes, written so that two can be compared."""
    return examine(url, _described)


def tables_of(url: URL) -> MetaData:
    """Return the tables that the database at ``url`` has."""

    def reflect(connection: Connection) -> MetaData:
        found = MetaData()
        found.reflect(connection)
        return found

    return examine(url, reflect)


def _described(connection: Connection) -> dict[str, object]:
    inspector = inspect(connection)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ],
            "primary": inspector.get_pk_constraint(table),
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "indexes": sorted(
                (str(index["name"]), *map(str, index["column_names"]), *map(str, _options(index)))
                for index in inspector.get_indexes(table)
            ),
        }
        for table in inspector.get_table_names()
    }


def _options(index: Mapping[str, Any]) -> list[object]:
    return [index["unique"], *index.get("dialect_options", {}).values()]
