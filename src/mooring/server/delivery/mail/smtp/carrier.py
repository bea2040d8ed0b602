"""The carrier that is a mail server: each conversation in a thread, because it waits for the network."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from mooring.server.delivery.mail.smtp.conversation import SECONDS_AT_THE_END, Conversation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from email.message import EmailMessage

    from mooring.server.foundation.smtp_address import SmtpServer

T = TypeVar("T")


class SmtpCarrier:
    """Implements :class:`~mooring.server.delivery.mail.carrier.Carrier`."""

    def __init__(self, server: SmtpServer, *, seconds_at_the_end: float = SECONDS_AT_THE_END) -> None:
        self._server = server
        self._seconds_at_the_end = seconds_at_the_end

    @asynccontextmanager
    async def trip(self) -> AsyncIterator[SmtpTrip]:
        """Open a connection; see the port."""

        def begin() -> Conversation:
            return Conversation(self._server, seconds_at_the_end=self._seconds_at_the_end)

        conversation = await _in_a_thread(begin)
        try:
            yield SmtpTrip(conversation)
        finally:
            await _in_a_thread(conversation.close)


class SmtpTrip:
    """Implements :class:`~mooring.server.delivery.mail.carrier.Trip`."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    @property
    def is_good(self) -> bool:
        """Whether another mail can go along."""
        return self._conversation.is_open

    async def deliver(self, message: EmailMessage, to: str, *, is_ours: Callable[[], bool]) -> None:
        """Hand ``message`` over; see the port."""
        await _in_a_thread(lambda: self._conversation.hand_over(message, to, is_ours=is_ours))

    def abort(self, *, in_doubt: bool = False) -> None:
        """Stop what is under way; see the port."""
        self._conversation.abort(in_doubt=in_doubt)


async def _in_a_thread(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, from a thread that keeps nobody from ending the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as met:  # noqa: BLE001 - it is raised where the result is awaited
            error = met
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=run, name="mooring-mail", daemon=True).start()
    return await done
