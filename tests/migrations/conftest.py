"""Each test of a migration runs on both databases unless it is about one of them."""

import pytest

from mooring.server.foundation.database.address import address_of
from mooring.server.foundation.database.sqlite_file import connect
from tests.support.postgresql import a_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The address of a database without tables."""
    if request.param == "sqlite":
        connect(tmp_path / "mooring.db", create=True).close()
        yield address_of(tmp_path / "mooring.db")
    else:
        with a_postgresql(empty=True) as url:
            yield url


@pytest.fixture
def postgresql():
    """The address of a PostgreSQL without tables."""
    with a_postgresql(empty=True) as url:
        yield url
