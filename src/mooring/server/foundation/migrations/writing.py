"""Writing a revision: ``python -m mooring.server.foundation.migrations.writing "What changes"``.

Compares the tables in the code with those that the revisions make, and writes the step between them. Read it
before it is committed, formatted with ruff: a renamed column, for one, looks like a lost and a new one.
"""

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import MetaData

import mooring.server
from mooring.server.foundation.database.schema import metadata
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations.embedded import alembic_on


def every_table() -> MetaData:
    """Return the metadata with the tables of every capability.

    They are found by their modules' name, ``tables``, because the foundation knows no capability.
    """
    for module in pkgutil.walk_packages(mooring.server.__path__, "mooring.server."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    return metadata


def write_revision(message: str) -> None:
    """Write the step from the newest revision to the tables in the code."""
    every_table()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "empty.db")
        connect(file, create=True).close()
        with alembic_on(file) as config:
            number = 1 + sum(1 for _ in ScriptDirectory.from_config(config).walk_revisions())
            command.upgrade(config, "head")
            step = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    assert isinstance(step, Script)  # noqa: S101 (one step was asked for)
    written = Path(step.path)
    lines = written.read_text("utf-8").splitlines(keepends=True)
    written.write_text("".join(line for line in lines if "# ###" not in line), "utf-8")  # Alembic's remarks


if __name__ == "__main__":
    write_revision(" ".join(sys.argv[1:]))
