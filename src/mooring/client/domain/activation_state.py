"""From a judgement to the Activation state that the program and the person see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import Refused
from mooring.client.domain.status import Account, CanMove, CertificateTimes, Device, License, Product, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mooring.client.domain.errors import Voice
    from mooring.client.domain.judgement import Judgement
    from mooring.core.certificate.model import Certificate, LicenseClaims
    from mooring.core.descriptor import Descriptor
    from mooring.core.refusals import Refusal

LINKABLE_CHANNELS = frozenset({"retail", "oem", "subscription", "trial"})


def activation_state(
    judgement: Judgement,
    descriptor: Descriptor,
    *,
    at: datetime,
    voice: Voice,
    signed_in: Account | None = None,
    rolled_back: bool = False,
    unwritable: bool = False,
) -> Status:
    """Return the Activation state.

    Args:
        judgement: whether the certificate counts.
        descriptor: the product and its editions.
        at: the instant of the judgement.
        voice: how to speak to the person.
        signed_in: the account that is signed in here.
        rolled_back: whether an older certificate came back here (a snapshot, a restored home).
        unwritable: whether changes live only as long as the program.
    """
    certificate, obstacle = judgement
    status = Status(
        at=at,
        product=Product(descriptor.product, descriptor.name),
        edition=None,
        state="not_activated",
        signed_in=signed_in,
        language=voice.language,
    )
    if certificate is not None:
        status = _telling(status, certificate)
    if certificate is not None and obstacle is None:
        return status._replace(
            state="grace" if at >= certificate.grace_at else "activated",
            method=certificate.license.method,
            advice=tuple(_advice(certificate, at, rolled_back=rolled_back, unwritable=unwritable)),
            entitlements=certificate.entitlements,
        )
    from mooring.client.domain.features import features_of, only_edition  # noqa: PLC0415 - only if it must be

    edition = status.edition or only_edition(descriptor)
    free, sold = features_of(edition, descriptor)
    return status._replace(
        edition=edition,
        obstacle=_told(obstacle, voice),
        advice=("storage_unwritable",) if unwritable else (),
        entitlements=free,
        locked=tuple(each for each in sold if each not in free),
    )


def _telling(status: Status, certificate: Certificate) -> Status:
    """Return ``status`` with what a genuine certificate tells, whether or not it still counts."""
    terms = certificate.license
    holder, can_move = terms.holder, terms.can_move
    return status._replace(
        edition=terms.edition,
        linked=terms.linked,
        holder=None if holder is None else Account(holder.masked, holder.provider),
        license=License(terms.id, terms.channel, terms.last_five, terms.expires_at),
        device=Device(certificate.device_id, certificate.device_name),
        installation=certificate.installation_id,
        activation=certificate.activation,
        can_move=None if can_move is None else CanMove(*can_move),
        certificate=CertificateTimes(certificate.sequence, *certificate[3:7]),
    )


def _told(obstacle: Refusal | None, voice: Voice) -> Refused:
    refused = Refused("no_digital_license") if obstacle is None else Refused(obstacle.code, obstacle.members)
    refused.voice = voice
    return refused


def _before_a_hardware_change(terms: LicenseClaims) -> Iterator[str]:
    can_move = terms.can_move
    moves = can_move is not None and (can_move.allowed or can_move.next_at is not None)
    if terms.channel == "oem" and not moves:  # linking would not take it along to a new mainboard
        yield "stays_with_this_device"
    elif not terms.linked and terms.channel in LINKABLE_CHANNELS:
        yield "link_before_hardware_change"


def _advice(certificate: Certificate, at: datetime, *, rolled_back: bool, unwritable: bool) -> Iterator[str]:
    terms = certificate.license
    if terms.method != "lease":
        yield from _before_a_hardware_change(terms)
    provisional_until = terms.holder.provisional_until if terms.holder else None
    if provisional_until is not None and at < provisional_until:
        yield "link_unconfirmed"
    if at >= certificate.renew_at:
        yield "renew_soon"
    if certificate.hardware.is_weak and terms.method != "lease":  # nothing of a lease is to come back
        yield "weak_hardware"
    if rolled_back:
        yield "certificate_rolled_back"
    if unwritable:
        yield "storage_unwritable"
