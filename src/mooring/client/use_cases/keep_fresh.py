"""Keeping the certificate fresh: one look at whether a renewal is due, to be repeated in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.due import LONGEST_SLEEP, pause_after_failure, renewal_due_at
from mooring.client.domain.errors import MooringError, Refused, ServerUnreachable
from mooring.core.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.status import Status
    from mooring.client.use_cases.ports import Clock
    from mooring.client.use_cases.read_status import ReadStatus
    from mooring.client.use_cases.renew import Renew


class KeepFresh:
    """Renews when it is time, and says when to look again.

    Args:
        read_status: tells when the certificate is due.
        renew: renews it.
        clock: the local time.
        jitter: draws a number from 0 to 1.
        timeout: seconds that one renewal may take.
        tell: receives the status at each look.
        log: receives why a renewal failed.
    """

    def __init__(
        self,
        *,
        read_status: ReadStatus,
        renew: Callable[[], Renew],
        clock: Clock,
        jitter: Callable[[], float],
        timeout: float,
        tell: Callable[[Status], None],
        log: Callable[[str], None],
    ) -> None:
        self._read_status = read_status
        self._renew = renew
        self._clock = clock
        self._jitter = jitter
        self._timeout = timeout
        self._tell = tell
        self._log = log
        self._certificate: tuple[str | None, int] | None = None
        self._spread = 0.0
        self._failures = 0
        self._pause: Deadline | None = None

    def __call__(self) -> float:
        """Renew if that is due; return the seconds after which to look again. Never raises `MooringError`."""
        status = self._read_status()
        self._tell(status)
        self._notice(status)
        seconds = self._seconds_left(status)
        if seconds > 0:
            return min(seconds, LONGEST_SLEEP)
        if self._try_to_renew():
            self._failures, self._pause = 0, None
            self._tell(self._read_status())
            return 0.0
        return min(self._pause.remaining if self._pause else 0.0, LONGEST_SLEEP)

    def _notice(self, status: Status) -> None:
        """Begin anew with a certificate that was not here before, whoever fetched it."""
        held = status.certificate and (status.activation, status.certificate.sequence)
        if held != self._certificate:
            self._certificate, self._spread = held, self._jitter()
            self._failures, self._pause = 0, None

    def _seconds_left(self, status: Status) -> float:
        if status.certificate is None:
            return LONGEST_SLEEP
        if self._pause is not None and not self._pause.passed:
            return self._pause.remaining
        if not status.activated:  # what ended may have been lifted or paid: the server knows
            return 0.0
        return (renewal_due_at(status.certificate, self._spread) - self._clock.now()).total_seconds()

    def _try_to_renew(self) -> bool:
        try:
            self._renew()(deadline=self._clock.deadline(self._timeout))
        except (MooringError, Refusal) as error:
            self._failures += 1
            self._pause = self._clock.deadline(
                pause_after_failure(
                    self._failures,
                    self._jitter(),
                    refused=not isinstance(error, ServerUnreachable),
                    retry_after=error.retry_after
                    if isinstance(error, (Refused, ServerUnreachable))
                    else None,
                )
            )
            self._log(f"renewal failed ({getattr(error, 'code', type(error).__name__)})")
            return False
        return True
