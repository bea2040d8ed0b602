"""The revisions make the tables of the code, go down and up again, and bear many processes at once."""

import asyncio
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.database.opening import embedded_file, open_database
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations.embedded import alembic_on
from mooring.server.foundation.migrations.migrating import current_revision, migrate
from mooring.server.foundation.migrations.revisions import head_revision, known_revisions
from mooring.server.foundation.migrations.writing import every_table
from tests.support.databases import an_empty_database_file, settings_in
from tests.support.schemas import described, settings_at, step_down, with_alembic


def test_makes_a_new_database_for_its_owner_alone(tmp_path):
    settings = settings_in(tmp_path / "data")
    assert migrate(settings) == (None, head_revision())
    assert current_revision(settings) == head_revision()
    assert stat.S_IMODE(embedded_file(settings.database_url).stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_makes_all_tables_once(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    assert current_revision(settings) is None
    assert migrate(settings) == (None, head_revision())
    assert current_revision(settings) == head_revision()
    made = described(empty)
    assert migrate(settings) == (head_revision(), head_revision())
    assert described(empty) == made
    assert made.keys() == {*every_table().tables, "alembic_version"}


def test_the_revisions_make_exactly_the_tables_in_the_code(empty, tmp_path):
    migrate(settings_at(empty, tmp_path))

    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, every_table())

    assert examine(empty, differences) == []


def test_every_capability_has_its_tables():
    assert {"licenses", "events", "idempotent_answers"} <= every_table().tables.keys()


def test_the_last_step_goes_down_and_up_again(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    migrate(settings)
    before = described(empty)
    step_down(empty)
    assert current_revision(settings) == known_revisions()[-2]
    assert described(empty) != before
    assert migrate(settings) == (known_revisions()[-2], head_revision())
    assert described(empty) == before


def test_all_steps_go_down_and_up_again(empty, tmp_path):
    settings = settings_at(empty, tmp_path)
    migrate(settings)
    before = described(empty)
    for _ in known_revisions():
        step_down(empty)
    assert described(empty).keys() == {"alembic_version"}
    migrate(settings)
    assert described(empty) == before


def test_a_step_that_fails_changes_nothing(empty, tmp_path):
    migrate(settings_at(empty, tmp_path))
    before = described(empty)

    def fail_half_way(config):
        command.downgrade(config, "-1")
        raise LookupError

    with pytest.raises(LookupError):
        with_alembic(empty, fail_half_way)
    assert described(empty) == before
    assert current_revision(settings_at(empty, tmp_path)) == head_revision()


def test_refuses_to_leave_a_row_that_refers_to_nothing(tmp_path):
    file = an_empty_database_file(tmp_path)

    def lose_a_parent():
        with alembic_on(file) as config:
            config.attributes["connection"].exec_driver_sql(
                "INSERT INTO device_components (component_hash, device_id) VALUES (x'00', 'dev_none')"
            )

    with pytest.raises(DatabaseUnavailable, match="refers to rows that are not there"):
        lose_a_parent()
    with closing(connect(file)) as connection:
        assert connection.execute("SELECT * FROM device_components").fetchall() == []


def test_processes_that_start_at_once_make_one_database(empty, tmp_path):
    script = (
        "import sys; from pathlib import Path;"
        "from mooring.server.foundation.migrations.migrating import migrate;"
        "from mooring.server.foundation.settings import load_settings;"
        "settings = load_settings({'MOORING_DATABASE_URL': sys.argv[1]}, Path(sys.argv[2]));"
        "sys.stdin.read(); print(migrate(settings).before)"
    )
    address = empty.render_as_string(hide_password=False)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, address, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        process.stdin.close()  # the start signal
        process.stdin = None
    answers = [process.communicate()[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert sorted(answers) == sorted(["None"] + [head_revision()] * 3)


def test_a_migrated_database_opens(tmp_path):
    settings = settings_in(tmp_path)
    migrate(settings)
    database = open_database(settings)
    assert database.dialect == "sqlite"
    asyncio.run(database.close())


def test_says_when_the_database_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnavailable, match="cannot be made"):
        migrate(settings_in(tmp_path, MOORING_DATA_DIR=str(tmp_path / "file")))
