"""Couriers: they take mails out of the outbox and bring them to the carrier, as long as the process lives."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakValueDictionary

import structlog

from mooring.server.delivery.mail.carrier import CarrierAway, NotNow, RefusedForGood
from mooring.server.delivery.mail.patience import LONGEST_WAIT, pause_after, wait_after
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.record.outbox.queue import CLAIM_LASTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.message import EmailMessage

    from mooring.server.delivery.mail.bell import Bell
    from mooring.server.delivery.mail.carrier import Carrier, Trip
    from mooring.server.record.outbox.queue import ClaimedMail, MailQueue

AT_A_TIME: Final = 3
"""How many connections one process has to the mail server: one slow mail does not hold up the others."""
LOOKS_EVERY: Final = 5.0
"""Seconds between two looks into the outbox, for what other processes wrote and what is due again."""
_LOOKS_AGAIN_AFTER: Final = (0.05, 0.2, 1.0)
"""Seconds after the bell: it may be rung a little before the mail is committed."""
KEPT_UP_EVERY: Final = CLAIM_LASTS.total_seconds() / 3
_LOST_AFTER: Final = CLAIM_LASTS.total_seconds() * 5 / 6
LONGEST_DELIVERY: Final = 900.0
"""Seconds after which a delivery is stopped, whatever it waits for."""
GRACE_SECONDS: Final = 1.0
"""At the end of the process: how long a mail may still take before it is stopped, to be sent another time."""
DOUBT_SECONDS: Final = 3.0
"""And how long then the last answer, without which nobody knows whether it was taken."""


class Watch(Protocol):
    """Is told what becomes of mails."""

    def mail_sent(self) -> None:
        """One was sent."""
        ...

    def mail_failed(self) -> None:
        """One was given up."""
        ...

    def mails_wait(self, mails: int, oldest: datetime | None) -> None:
        """So many wait; the one that waits longest was written then."""
        ...


class Couriers:
    """Bring mails to the carrier. Without a carrier they wait in the outbox, and are only counted."""

    def __init__(
        self,
        queue: MailQueue,
        carrier: Carrier | None,
        write: Callable[[ClaimedMail], EmailMessage],
        *,
        bell: Bell,
        watch: Watch,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take mails from ``queue``, ``write`` out what they say, and hand them to ``carrier``."""
        self._seconds = seconds
        self._queue = queue
        self._carrier = carrier
        self._write = write
        self._bell = bell
        self._watch = watch
        self._log: Any = structlog.get_logger()
        self._under_way: set[asyncio.Task[None]] = set()
        self._trips: set[Trip] = set()
        self._mailboxes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._failures = 0
        self._paused_until = 0.0
        self._is_ending = False

    async def run(self) -> None:
        """Send what there is to send until cancelled; then finish or stop what is under way."""
        try:
            while True:
                await self._look()
                if not await self._bell.heard(within=LOOKS_EVERY):
                    continue
                for seconds in _LOOKS_AGAIN_AFTER:
                    await self._look()
                    await asyncio.sleep(seconds)
        finally:
            await self._end()

    async def send_due(self) -> None:
        """Send what is due now; done once nothing is under way any more."""
        await self._look()
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _look(self) -> None:
        """Send a courier for each mail that is due, as far as there are any."""
        try:
            waiting = await self._queue.look()
        except DatabaseUnavailable:
            return  # whoever else asks it something says so
        except Exception:  # noqa: BLE001 - the next look must be taken all the same
            self._log.exception("outbox_not_read")
            return
        self._watch.mails_wait(waiting.mails, waiting.oldest)
        if self._carrier is None or self._seconds() < self._paused_until:
            return
        most = AT_A_TIME if self._failures == 0 else 1  # one tries whether the mail server is back
        for _ in range(min(waiting.due, most) - len(self._under_way)):
            courier = asyncio.create_task(self._go(self._carrier))
            self._under_way.add(courier)
            courier.add_done_callback(self._under_way.discard)

    async def _go(self, carrier: Carrier) -> None:
        """Bring one mail after the other until none is due."""
        try:
            async with carrier.trip() as trip:
                self._failures = 0
                self._trips.add(trip)
                try:
                    await self._carry_all(trip)
                finally:
                    self._trips.discard(trip)
        except CarrierAway as away:
            pause = self._pause()
            self._log.warning("mail_server_away", why=away.why, again_in=round(pause.total_seconds(), 1))
        except DatabaseUnavailable:
            self._pause()
            self._log.warning("mails_postponed")
        except Exception:  # noqa: BLE001 - the next courier must be able to go
            self._pause()
            self._log.exception("mail_courier_failed")

    def _pause(self) -> timedelta:
        self._failures += 1
        pause = pause_after(self._failures)
        self._paused_until = self._seconds() + pause.total_seconds()
        return pause

    async def _carry_all(self, trip: Trip) -> None:
        while trip.is_good and not self._is_ending:
            since = self._seconds()
            mail = await self._queue.claim()
            if mail is None:
                return
            # One after the other to one address: a link in a later mail often ends the one before it.
            async with self._mailboxes.setdefault(mail.to.casefold(), asyncio.Lock()):
                await self._carry(trip, mail, since)
        self._bell.ring()  # for what is due still

    async def _carry(self, trip: Trip, mail: ClaimedMail, since: float) -> None:
        try:
            message = self._write(mail)
        except Exception:  # noqa: BLE001 - a mail that cannot be written must not keep the others from going
            self._log.exception("mail_not_written", mail=mail.id, kind=mail.kind)
            await self._queue.postpone(mail, LONGEST_WAIT, "It could not be written.")
            return
        try:
            await _Delivery(self._queue, mail, since, self._seconds).by(trip, message)
        except RefusedForGood as refused:
            self._watch.mail_failed()
            self._log.warning("mail_refused", mail=mail.id, kind=mail.kind, why=refused.why)
            await self._queue.give_up(mail, refused.why)
        except NotNow as later:
            wait = timedelta(0) if self._is_ending else wait_after(mail.attempts)
            self._log.info("mail_postponed", mail=mail.id, kind=mail.kind, why=later.why)
            await self._queue.postpone(mail, wait, later.why)
        else:
            self._watch.mail_sent()
            self._log.info("mail_sent", mail=mail.id, kind=mail.kind, tries=mail.attempts)
            await self._note_sent(mail)

    async def _note_sent(self, mail: ClaimedMail) -> None:
        """Note it before all else, however long that takes: who does not know of it sends it again."""
        while True:
            try:
                await self._queue.sent(mail)
            except DatabaseUnavailable:
                await asyncio.sleep(0.25)
            else:
                return

    async def _end(self) -> None:
        self._is_ending = True
        await self._wait_for_all(GRACE_SECONDS)
        for trip in self._trips:
            trip.abort()
        await self._wait_for_all(DOUBT_SECONDS)
        for courier in self._under_way:
            courier.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _wait_for_all(self, seconds: float) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)


class _Delivery:
    """One mail on its way: its claim is kept up, and without the claim it does not arrive."""

    def __init__(
        self, queue: MailQueue, mail: ClaimedMail, since: float, seconds: Callable[[], float]
    ) -> None:
        self._queue = queue
        self._seconds = seconds
        self._mail = mail
        self._kept_at = since

    async def by(self, trip: Trip, message: EmailMessage) -> None:
        begun = self._seconds()
        delivering = asyncio.ensure_future(trip.deliver(message, self._mail.to, is_ours=self._is_ours))
        while not (await asyncio.wait({delivering}, timeout=KEPT_UP_EVERY))[0]:
            if self._seconds() - begun > LONGEST_DELIVERY:
                trip.abort(in_doubt=True)
            elif not await self._keep():
                trip.abort()
        await delivering

    def _is_ours(self) -> bool:
        """Return whether nobody else can have claimed the mail by now."""
        return self._seconds() - self._kept_at < _LOST_AFTER

    async def _keep(self) -> bool:
        since = self._seconds()
        try:
            is_ours = await self._queue.keep(self._mail)
        except DatabaseUnavailable:
            return self._is_ours()
        if is_ours:
            self._kept_at = since
        return is_ours
