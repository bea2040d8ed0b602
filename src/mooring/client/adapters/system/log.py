"""The logger `mooring`: silent unless the program sets logging up, loaded when there is something to say."""

from __future__ import annotations


def log(message: str) -> None:
    """Write ``message``, which holds no secret, to the logger `mooring`."""
    from logging import getLogger  # noqa: PLC0415 - see above

    getLogger("mooring").info(message)
