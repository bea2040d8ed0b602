"""The usual renewal: the same computer, the next number, and nothing to keep but its new certificate.

It is decided by itself, without asking the ledger anything more, so that the ledger can read and keep many of
them at once. Every other renewal is none of its business: ``Renew`` goes through it step by step.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import InvalidRequest
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.activations.seats import can_holder_move, moves_matter
from mooring.server.licensing.domain.activations.sequence import Issue
from mooring.server.licensing.domain.channels import Channel
from mooring.server.licensing.ports.ledger import Exchanged
from mooring.server.licensing.use_cases.activations.issue import advice, certified, describe
from mooring.server.licensing.use_cases.activations.messages import Renewed

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.server.licensing.domain.activations.activation import Line
    from mooring.server.licensing.domain.activations.sequence import Decision, Sequence
    from mooring.server.licensing.ports.signing import SignCertificate

SEEN_AGAIN_AFTER = timedelta(days=1)
"""How exactly it is known when a device was last seen: writing it each time would cost one more row."""


class Presented(NamedTuple):
    """What an installation shows to renew: its number, its hardware (as sent, and protected), its version."""

    number: int
    hardware: HardwareProfile
    protected: HardwareProfile
    app_version: str | None


def exchange(
    line: Line, presented: Presented, sign: SignCertificate, *, at: datetime
) -> Exchanged[Renewed] | None:
    """Return the next certificate of ``line``; none where more must be weighed, kept or written down.

    Raises:
        DeviceUnknown: The installation no longer counts.
        LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
        InvalidRequest: No certificate can have this number.
    """
    line.check_held(at=at)
    line.license.check_renewable(at=at)
    if not _is_usual(line, presented):
        return None
    decision, sequence = presented_to(line, presented.number, at=at)
    if not isinstance(decision, Issue) or decision.rolled_back:
        return None
    can_move = can_holder_move(line.license, (), at=at)
    renewed = certified(
        line,
        sign,
        sequence=sequence,
        app_version=presented.app_version or line.installation.app_version,
        hardware=presented.hardware,
        can_move=can_move,
        license_ends_at=line.license.renewable_until,
        at=at,
    )
    return Exchanged(
        renewed.installation,
        Renewed(describe(renewed, can_move, advice(renewed, at=at), at=at), renewed.installation.certificate),
        is_seen_again=at - line.device.last_seen_at >= SEEN_AGAIN_AFTER,
    )


def presented_to(line: Line, number: int, *, at: datetime) -> tuple[Decision, Sequence]:
    """Return what to answer to the installation of ``line`` that presents ``number``, and what to remember.

    Raises:
        InvalidRequest: No certificate can have this number.
    """
    try:
        return line.installation.sequence.presented(number, at=at)
    except ValueError:
        raise InvalidRequest("sequence") from None


def _is_usual(line: Line, presented: Presented) -> bool:
    return (
        line.activation.kind == Kind.SEAT
        and line.license.offer.policy.channel != Channel.OEM  # its board is held against its certificate
        and line.device.hardware == presented.protected
        and not moves_matter(line.license)
    )
