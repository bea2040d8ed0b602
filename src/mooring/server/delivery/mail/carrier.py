"""The port to whoever carries mails: a mail server, or the console of a developer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from email.message import EmailMessage


class NotCarried(Exception):
    """The mail was not taken.

    Attributes:
        why: What was met, in words that name neither the recipient nor a secret.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RefusedForGood(NotCarried):
    """It will never be taken: there is no such mailbox, or what it says is not wanted."""


class NotNow(NotCarried):
    """It may be taken later."""


class CarrierAway(NotCarried):
    """No mail can be carried now, this one or another."""


class Trip(Protocol):
    """One connection, for one mail after the other."""

    @property
    def is_good(self) -> bool:
        """Whether another mail can go along."""
        ...

    async def deliver(self, message: EmailMessage, to: str, *, is_ours: Callable[[], bool]) -> None:
        """Hand ``message`` over; done once it is somebody else's to keep.

        ``is_ours`` is asked at the last moment at which it can still be stopped.

        Raises:
            RefusedForGood: it will never be taken.
            NotNow: it may be taken later. In rare cases it was taken, and nobody can tell.
        """
        ...

    def abort(self, *, in_doubt: bool = False) -> None:
        """Stop what is under way: ``deliver`` raises soon.

        Where the mail was sent and only the answer is awaited, it is stopped only ``in_doubt``, because the
        mail may have been taken already.
        """
        ...


class Carrier(Protocol):
    """Carries mails."""

    def trip(self) -> AbstractAsyncContextManager[Trip]:
        """Open a connection; it is closed at the end.

        Raises:
            CarrierAway: there is none to be had.
        """
        ...
