"""Computers elsewhere: what Mooring writes must not depend on the time zone of the one it runs on."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock


@contextmanager
def far_from_utc() -> Iterator[None]:
    """Put this computer ten hours east of Greenwich (POSIX counts westward)."""
    try:
        with mock.patch.dict(os.environ, {"TZ": "EAST-10"}):
            time.tzset()
            yield
    finally:
        time.tzset()
