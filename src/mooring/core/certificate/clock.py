"""What a computer's clock may show: never much earlier than a time already proven.

The *floor* is the later of the held certificate's ``issued_at`` and the latest time this computer itself
has shown since that certificate arrived. A certificate with a higher sequence starts both anew, so a clock
that once showed 2099 harms nobody for longer than the next renewal. Unsigned ``Date`` headers never count.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import ClockWrong

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.certificate.model import Certificate
    from mooring.core.identifiers import ActivationId

TOLERANCE = timedelta(hours=24)
"""How far a clock may be off: a wrong time zone, and daylight saving on top."""


class ClockMark(NamedTuple):
    """What a computer remembers of time, beside the certificate it holds.

    ``latest`` is the highest time it has shown since the certificate ``sequence`` of ``activation``
    arrived: the high-water mark.
    """

    activation: ActivationId
    sequence: int
    issued_at: datetime
    latest: datetime

    @property
    def floor(self) -> datetime:
        """The time that has certainly come."""
        return max(self.issued_at, self.latest)

    def advanced(self, at: datetime) -> ClockMark:
        """Return this mark after the clock has shown ``at``; it never goes back."""
        return self._replace(latest=max(self.latest, at))


def require_clock(at: datetime, floor: datetime) -> None:
    """Return if a clock that shows ``at`` may be right, given that ``floor`` has come.

    Raises:
        ClockWrong: it is more than 24 hours behind.
    """
    if floor - at > TOLERANCE:
        raise ClockWrong


def require_arrival(certificate: Certificate, at: datetime) -> None:
    """Return if a certificate that arrives from the server at ``at``, freshly issued, agrees with the clock.

    Raises:
        ClockWrong: they differ by more than 24 hours; one of the two clocks is wrong, and a certificate
            must not be taken on such a clock's word.
    """
    if abs(at - certificate.issued_at) > TOLERANCE:
        raise ClockWrong


def taken(mark: ClockMark | None, certificate: Certificate, at: datetime) -> ClockMark:
    """Return the mark after ``certificate`` was taken at ``at``.

    A higher sequence, or another activation, starts anew. The same certificate again, or an older one,
    proves no new time and takes none back.
    """
    if (
        mark is not None
        and mark.activation == certificate.activation
        and certificate.sequence <= mark.sequence
    ):
        return mark.advanced(at)
    return ClockMark(certificate.activation, certificate.sequence, certificate.issued_at, at)
