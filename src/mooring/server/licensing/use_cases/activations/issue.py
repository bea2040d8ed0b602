"""Issue a certificate to an installation, and say in the answer what it stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.instants import format_instant
from mooring.server.licensing.domain.activations.activation import Kind, Line
from mooring.server.licensing.domain.activations.certificates import (
    certificate_for,
    hardware_in,
    holder_claim,
)
from mooring.server.licensing.domain.activations.seats import (
    can_holder_move,
    move_window_start,
    moves_matter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence as Many
    from datetime import datetime

    from mooring.core.certificate.model import MoveAllowance
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.server.licensing.domain.activations.sequence import Sequence
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerReader, LedgerWriter
    from mooring.server.licensing.ports.signing import CertificateSigner, SignCertificate

WEAK_HARDWARE = "weak_hardware"
ROLLED_BACK = "certificate_rolled_back"
LINK_UNCONFIRMED = "link_unconfirmed"


class Issued(NamedTuple):
    """A line with its new certificate, not yet kept; and what the answer tells about it."""

    line: Line
    can_move: MoveAllowance | None


async def moves_within_window(reader: LedgerReader, license_: License, *, at: datetime) -> Many[datetime]:
    """Return when the license moved, as far back as it matters, earliest first."""
    if not moves_matter(license_):
        return ()
    return await reader.moves_after(license_.id, move_window_start(license_, at=at))


async def movable(reader: LedgerReader, license_: License, *, at: datetime) -> MoveAllowance:
    """Return whether the license can be taken to another computer at ``at``, as its holder stands then."""
    return can_holder_move(license_, await moves_within_window(reader, license_, at=at), at=at)


async def seat_movable(reader: LedgerReader, line: Line, *, at: datetime) -> MoveAllowance | None:
    """Return the same of the seat that ``line`` is on; none of a lease, which nobody takes anywhere."""
    return await movable(reader, line.license, at=at) if line.activation.kind == Kind.SEAT else None


async def issue(
    reader: LedgerReader,
    signer: CertificateSigner,
    line: Line,
    *,
    hardware: HardwareProfile,
    license_ends_at: datetime | None,
    at: datetime,
) -> Issued:
    """Return ``line`` with the certificate of its sequence's last number issued to its installation.

    Raises:
        ServiceUnavailable: There is no key that may sign.
    """
    can_move = await seat_movable(reader, line, at=at)
    issued = certified(
        line,
        await signer.ready(at=at),
        sequence=line.installation.sequence,
        app_version=line.installation.app_version,
        hardware=hardware,
        can_move=can_move,
        license_ends_at=license_ends_at,
        at=at,
    )
    return Issued(issued, can_move)


def certified(
    line: Line,
    sign: SignCertificate,
    *,
    sequence: Sequence,
    app_version: str | None,
    hardware: HardwareProfile,
    can_move: MoveAllowance | None,
    license_ends_at: datetime | None,
    at: datetime,
) -> Line:
    """Return ``line`` with the certificate of the last number of ``sequence`` issued to its installation."""
    installation = line.installation
    certificate = certificate_for(
        line.license,
        line.activation,
        line.device,
        installation_id=installation.id,
        jkt=installation.jkt,
        number=sequence.last,
        status=(installation.status_list, installation.status_index),
        hardware=hardware,
        can_move=can_move,
        license_ends_at=license_ends_at,
        at=at,
    )
    issued = replace(
        installation,
        sequence=sequence,
        app_version=app_version,
        certificate=sign(certificate),
        certificate_issued_at=at,
        certificate_ends_at=certificate.expires_at,
    )
    return line._replace(installation=issued)


async def issue_once_more(
    writer: LedgerWriter, signer: CertificateSigner, line: Line, *, by_owner: bool, at: datetime
) -> Issued:
    """Return ``line`` with a new certificate, kept: what it says of the license has changed.

    Raises:
        PossibleClone: Copies of this installation renew, and their owner does not ask.
        ServiceUnavailable: There is no key that may sign.
    """
    sequence = line.installation.sequence.continued(by_owner=by_owner)
    hardware = hardware_in(line.installation.certificate)
    issued = await issue(
        writer,
        signer,
        line._replace(installation=replace(line.installation, sequence=sequence)),
        hardware=hardware,
        license_ends_at=line.license.renewable_until,
        at=at,
    )
    await writer.save_installation(issued.line.installation)
    return issued


def advice(line: Line, *, rolled_back: bool = False, at: datetime) -> list[str]:
    """Return the codes of what the person should be told beside the answer."""
    codes = []
    holder = line.license.holder
    if holder is not None and not holder.is_confirmed(at=at):
        codes.append(LINK_UNCONFIRMED)
    if line.device.hardware.is_weak and line.activation.kind == Kind.SEAT:
        codes.append(WEAK_HARDWARE)
    if rolled_back:
        codes.append(ROLLED_BACK)
    return codes


def describe(
    line: Line, can_move: MoveAllowance | None, advice: Many[str], *, at: datetime
) -> dict[str, object]:
    """Return the activation as answers tell of it, ready for JSON."""
    license_, activation = line.license, line.activation
    holder = holder_claim(license_.holder, at=at)
    told = None
    if can_move is not None:
        told = {"allowed": can_move.allowed, "left": can_move.left, "next_at": _text(can_move.next_at)}
    return {
        "id": activation.id,
        "product": license_.offer.product_slug,
        "edition": license_.offer.edition_slug,
        "method": activation.method,
        "linked": holder is not None,
        "holder": None if holder is None else holder.to_claim(),
        "license": {
            "id": license_.id,
            "channel": license_.offer.policy.channel.value,
            "last_five": license_.last_five,
            "expires_at": _text(license_.expires_at),
        },
        "device": {"id": line.device.id, "name": line.device.name},
        "installation": {"id": line.installation.id},
        "can_move": told,
        "ends_at": _text(activation.ends_at),
        "advice": list(advice),
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)
