"""The system clock tells whole seconds in UTC."""

import time
from datetime import UTC, datetime

from mooring.server.foundation.clock import SystemClock


def test_tells_whole_seconds_in_utc():
    before = int(time.time())
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond == 0
    assert before <= now.timestamp() <= int(time.time())


def test_cuts_the_second_short_rather_than_rounding_up(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_767_323_045.999)
    assert SystemClock().now() == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
