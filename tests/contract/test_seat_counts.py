"""The doctor counts seats alike on both databases: what is held is what is activated."""

from datetime import UTC, datetime

import pytest

from mooring.server.cli.upkeep.checks.content import Miscounted, miscounted_licenses, newest_event
from mooring.server.foundation.database.address import address_of
from mooring.server.foundation.database.maintenance import examine
from tests.support.databases import an_empty_database_file
from tests.support.filled import fill
from tests.support.postgresql import a_postgresql
from tests.support.schemas import change


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield address_of(an_empty_database_file(tmp_path))
    else:
        with a_postgresql() as url:
            yield url


def test_finds_the_licenses_whose_seats_do_not_add_up(url):
    fill(url)
    change(
        url,
        "UPDATE policies SET seats = 5",
        "UPDATE licenses SET held = 0, seats = NULL",
        "UPDATE activations SET kind = 'seat', released_at = 1",
    )
    assert examine(url, miscounted_licenses) == []
    held = "license_id = 'e0'"
    change(url, f"UPDATE activations SET released_at = NULL WHERE {held}")
    assert examine(url, miscounted_licenses) == [Miscounted("e0", 0, 1, 5)]
    change(url, "UPDATE licenses SET held = 1 WHERE id = 'e0'")
    assert examine(url, miscounted_licenses) == []
    change(url, f"UPDATE activations SET kind = 'lease' WHERE {held}")
    change(url, "UPDATE licenses SET seats = 2 WHERE id = 'e0'")
    assert examine(url, miscounted_licenses) == [Miscounted("e0", 1, 0, 2)]


def test_finds_when_something_last_happened(url):
    assert examine(url, newest_event) is None
    fill(url)
    change(
        url, "UPDATE events SET at = 1767225600 WHERE id = 'e0'", "UPDATE events SET at = 5 WHERE id <> 'e0'"
    )
    assert examine(url, newest_event) == datetime(2026, 1, 1, tzinfo=UTC)
