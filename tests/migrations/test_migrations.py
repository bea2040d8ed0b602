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

from mooring.server.foundation.database.opening import embedded_file, open_database
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations.migrating import (
    SchemaUnknown,
    alembic_on,
    current_revision,
    head_revision,
    migrate,
)
from mooring.server.foundation.migrations.writing import every_table
from mooring.server.foundation.settings import SettingInvalid
from tests.support.databases import an_empty_database_file, settings_in


def test_makes_a_new_database_for_its_owner_alone(tmp_path):
    settings = settings_in(tmp_path / "data")
    assert migrate(settings) == (None, head_revision())
    assert current_revision(settings) == head_revision()
    assert stat.S_IMODE(embedded_file(settings.database_url).stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_finds_nothing_to_do_the_second_time(tmp_path):
    settings = settings_in(tmp_path)
    migrate(settings)
    assert migrate(settings) == (head_revision(), head_revision())


def test_the_revisions_make_exactly_the_tables_in_the_code(tmp_path):
    with alembic_on(an_empty_database_file(tmp_path)) as config:
        context = MigrationContext.configure(config.attributes["connection"], opts={"compare_type": True})
        assert compare_metadata(context, every_table()) == []


def test_every_capability_has_its_tables():
    assert {"licenses", "events", "idempotent_answers"} <= every_table().tables.keys()


def test_the_last_step_goes_down_and_up_again(tmp_path):
    file = an_empty_database_file(tmp_path)
    before = _schema(file)
    with alembic_on(file) as config:
        command.downgrade(config, "-1")
    assert current_revision(settings_in(tmp_path)) != head_revision()
    assert _schema(file) != before
    migrate(settings_in(tmp_path))
    assert _schema(file) == before


def test_a_step_that_fails_changes_nothing(tmp_path):
    file = an_empty_database_file(tmp_path)
    before = _schema(file)

    def fail_half_way():
        with alembic_on(file) as config:
            command.downgrade(config, "-1")
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    assert _schema(file) == before
    assert current_revision(settings_in(tmp_path)) == head_revision()


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


def test_refuses_a_database_of_a_newer_release(tmp_path):
    with closing(connect(an_empty_database_file(tmp_path))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaUnknown, match=r"newer release of Mooring \(revision 9999\)"):
        migrate(settings_in(tmp_path))


def test_processes_that_start_at_once_make_one_database(tmp_path):
    script = (
        "import sys; from pathlib import Path;"
        "from mooring.server.foundation.migrations.migrating import migrate;"
        "from mooring.server.foundation.settings import load_settings;"
        "sys.stdin.read(); print(migrate(load_settings({}, Path(sys.argv[1]))).before)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
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


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://db/mooring", "names PostgreSQL, which this release cannot use yet"),
        ("mysql://db/mooring", "names mysql; Mooring uses SQLite"),
    ],
)
def test_refuses_a_kind_of_database_it_cannot_use(tmp_path, url, sentence):
    with pytest.raises(SettingInvalid, match=sentence):
        open_database(settings_in(tmp_path, MOORING_DATABASE_URL=url))


def test_says_when_the_database_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnavailable, match="cannot be made"):
        migrate(settings_in(tmp_path, MOORING_DATA_DIR=str(tmp_path / "file")))


def _schema(file):
    with closing(connect(file)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
