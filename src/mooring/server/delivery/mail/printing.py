"""The carrier of a developer's computer: mails are printed, for whoever tries things out to read."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from email.message import EmailMessage

_WIDTH: Final = 76


class PrintingCarrier:
    """Implements :class:`~mooring.server.delivery.mail.carrier.Carrier`."""

    def __init__(self, file: TextIO | None = None) -> None:
        """Print to ``file``, standard error unless told otherwise."""
        self._file = file

    @asynccontextmanager
    async def trip(self) -> AsyncIterator[PrintingTrip]:
        """Give a trip that goes nowhere."""
        yield PrintingTrip(self._file or sys.stderr)


class PrintingTrip:
    """Implements :class:`~mooring.server.delivery.mail.carrier.Trip`."""

    is_good: Final = True

    def __init__(self, file: TextIO) -> None:
        self._file = file

    async def deliver(self, message: EmailMessage, to: str, *, is_ours: Callable[[], bool]) -> None:
        """Print the text of ``message`` in a frame."""
        text = message.get_body(("plain",))
        assert text is not None  # noqa: S101 (every mail has one)
        lines = (
            " Mail: not sent, because MOORING_SMTP_URL is not set ".center(_WIDTH, "="),
            f"To: {to}",
            f"Subject: {message['Subject']}",
            "",
            text.get_content().replace("\r\n", "\n").rstrip(),
            " End of the mail ".center(_WIDTH, "="),
        )
        self._file.write("\n".join(lines) + "\n")
        self._file.flush()

    def abort(self, *, in_doubt: bool = False) -> None:
        """Do nothing: it never takes long."""
