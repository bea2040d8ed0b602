"""Judging what an installation holds: does its certificate count here and now, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.certificate.clock import ClockMark, require_clock
from mooring.core.certificate.verify import verify_certificate
from mooring.core.refusals import DeviceUnknown, LicenseRevoked, NoDigitalLicense, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.client.domain.stored_state import StoredState
    from mooring.core.certificate.chain import Trust
    from mooring.core.certificate.model import Certificate
    from mooring.core.certificate.status_list import StatusList
    from mooring.core.hardware.profile import HardwareProfile


class Judgement(NamedTuple):
    """The verdict on what is held.

    Attributes:
        certificate: the certificate, if it is genuine, even where it no longer counts.
        obstacle: why it does not count; None when it does.
    """

    certificate: Certificate | None
    obstacle: Refusal | None


def judge(
    state: StoredState, trust: Trust, *, jkt: str | None, hardware: HardwareProfile, at: datetime
) -> Judgement:
    """Return whether the certificate in ``state`` counts for this installation at ``at``.

    Args:
        state: what is stored.
        trust: the publisher of the descriptor; what ``state`` remembers of epochs is added.
        jkt: the thumbprint of the installation's key; None where there is no key, and so no proof.
        hardware: this computer.
        at: the local time.
    """
    if state.certificate is None:
        return Judgement(None, NoDigitalLicense())
    trust = remembering(trust, state)
    try:
        certificate = verify_certificate(
            state.certificate,
            trust,
            jkt=jkt or "none",
            status=held_status_list(state, trust),
            hardware=hardware,
            at=at,
        ).certificate
        require_clock(at, clock_mark(state, certificate).floor)
    except Refusal as refusal:
        return Judgement(genuine(state, trust), _as_it_was_told(refusal, state))
    return Judgement(certificate, None)


def _as_it_was_told(refusal: Refusal, state: StoredState) -> Refusal:
    """Return why the activation is gone: the list says only that it is, as of a license that was revoked.

    A seat that was freed, or taken along to other hardware, is no license that the publisher took back.
    """
    if isinstance(refusal, LicenseRevoked) and state.refused_with == DeviceUnknown.code:
        return DeviceUnknown()
    return refusal


def genuine(state: StoredState, trust: Trust) -> Certificate | None:
    """Return the certificate in ``state`` if the publisher made it, whether or not it still counts."""
    if state.certificate is None:
        return None
    try:
        return verify_certificate(
            state.certificate, remembering(trust, state), jkt=None, status=None, hardware=None, at=None
        ).certificate
    except Refusal:
        return None


def held_status_list(state: StoredState, trust: Trust) -> StatusList | None:
    """Return the status list in ``state``, if it is genuine; it is no refusal that there is none."""
    if state.status_list is None:
        return None
    from mooring.core.certificate.statement import Untrusted  # noqa: PLC0415 - most starts hold no list
    from mooring.core.certificate.status_list import verify_status_list  # noqa: PLC0415 - the same

    certificate = genuine(state, trust)
    if certificate is None:
        return None
    try:
        return verify_status_list(
            state.status_list, remembering(trust, state), uri=certificate.status_list.uri, at=None
        )
    except Untrusted:
        return None


def clock_mark(state: StoredState, certificate: Certificate) -> ClockMark:
    """Return what this computer remembers of time since ``certificate`` arrived."""
    issued_at = certificate.issued_at
    return ClockMark(certificate.activation, certificate.sequence, issued_at, state.high_water or issued_at)


def remembering(trust: Trust, state: StoredState) -> Trust:
    """Return ``trust`` with the highest ``min_epoch`` that this installation was ever told."""
    return trust._replace(min_epoch=max(trust.min_epoch, state.min_epoch))
