"""Opening the database that the settings name, and saying in words what it takes."""

import sys

import pytest

from mooring.server.foundation.database import opening
from mooring.server.foundation.database.opening import open_database
from mooring.server.foundation.settings import SettingInvalid, load_settings
from tests.support.databases import an_empty_database_file, settings_in

SERVER = "postgresql://mooring@db.example.com/mooring"


async def test_opens_the_embedded_database(tmp_path):
    an_empty_database_file(tmp_path)
    database = open_database(settings_in(tmp_path))
    assert database.dialect == "sqlite"
    await database.close()


async def test_opens_postgresql_without_asking_it_anything(tmp_path):
    database = open_database(settings_in(tmp_path, MOORING_DATABASE_URL=SERVER))
    assert database.dialect == "postgresql"
    await database.close()


def test_says_what_to_install_for_postgresql(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == "asyncpg" else sys)
    with pytest.raises(SettingInvalid, match=r"pip install 'mooring\[server,postgresql\]'"):
        open_database(settings_in(tmp_path, MOORING_DATABASE_URL=SERVER))


def test_refuses_a_copy_of_another_kind_of_database(tmp_path):
    settings = settings_in(tmp_path, MOORING_DATABASE_READ_URL=SERVER)
    with pytest.raises(SettingInvalid, match="MOORING_DATABASE_READ_URL names a copy of PostgreSQL"):
        open_database(settings)


@pytest.mark.parametrize("url", ["sqlite:///copy.db", "mysql://db/mooring", "postgresql://db"])
def test_refuses_an_address_of_no_copy(tmp_path, url):
    with pytest.raises(SettingInvalid, match=r"^MOORING_DATABASE_READ_URL "):
        load_settings({"MOORING_DATABASE_READ_URL": url}, tmp_path)


def test_needs_no_copy(tmp_path):
    assert load_settings({}, tmp_path).database_read_url is None
