"""Give an installation of a device its certificate, making room for it first where it is new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.certificate.kinds import INVALID, VALID
from mooring.core.identifiers import new_installation_id
from mooring.core.refusals import PossibleClone
from mooring.server.licensing.domain.activations.activation import (
    Activation,
    Installation,
    Line,
    room_for_one_more,
)
from mooring.server.licensing.domain.activations.sequence import Sequence
from mooring.server.licensing.use_cases.activations.issue import advice, describe, issue
from mooring.server.licensing.use_cases.activations.messages import Activated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerWriter
    from mooring.server.licensing.ports.signing import CertificateSigner
    from mooring.server.licensing.use_cases.activations.applicant import Applicant


class Placed(NamedTuple):
    """A device in its place; ``created`` says that it came there only now."""

    license: License
    activation: Activation
    device: Device
    created: bool


async def install(
    writer: LedgerWriter, signer: CertificateSigner, applicant: Applicant, placed: Placed
) -> Activated:
    """Return the activation with a certificate for the applicant's installation.

    Raises:
        NoDigitalLicense: Three installations of this device are live, and the key was not typed.
        PossibleClone: Copies of this installation renew, and the key was not typed.
    """
    installations = await writer.installations(placed.activation.id)
    mine = next((each for each in installations if each.jkt == applicant.jkt), None)
    if mine is None:
        await _make_room(writer, installations, applicant)
        mine = await _removed(writer, placed, applicant)
    now = await _begun(writer, placed, applicant) if mine is None else _continued(mine, applicant)
    issued = await issue(
        writer,
        signer,
        Line(now, placed.activation, placed.license, placed.device),
        number=now.sequence.last,
        hardware=applicant.request.hardware,
        license_ends_at=placed.license.expires_at,
        at=applicant.at,
    )
    line = issued.line
    if mine is None:
        await writer.add_installation(line.installation)
    else:
        await writer.save_installation(line.installation)
        if mine.removed_at is not None:
            await writer.set_installation_status(line.installation, VALID)
    return Activated(
        activation=describe(line, issued.can_move, advice(line)),
        certificate=line.installation.certificate,
        created=placed.created,
        dropped=_dropped(applicant),
    )


async def _make_room(
    writer: LedgerWriter, installations: Iterable[Installation], applicant: Applicant
) -> None:
    going = room_for_one_more(installations, key_typed=applicant.key_typed, at=applicant.at)
    if going is not None:
        await writer.save_installation(replace(going, removed_at=applicant.at))
        await writer.set_installation_status(going, INVALID)


async def _removed(writer: LedgerWriter, placed: Placed, applicant: Applicant) -> Installation | None:
    """Return the applicant's installation that once had to make room, if it had one."""
    line = await writer.line(placed.activation.id, applicant.jkt)
    return None if line is None else line.installation


async def _begun(writer: LedgerWriter, placed: Placed, applicant: Applicant) -> Installation:
    status_list, status_index = await writer.free_status_place(at=applicant.at)
    return Installation(
        id=new_installation_id(applicant.at),
        activation_id=placed.activation.id,
        jkt=applicant.jkt,
        sequence=Sequence.begun(),
        certificate="",
        certificate_issued_at=applicant.at,
        certificate_ends_at=applicant.at,
        status_list=status_list,
        status_index=status_index,
        status=VALID,
        app_version=applicant.request.device.app_version,
        created_at=applicant.at,
    )


def _continued(mine: Installation, applicant: Applicant) -> Installation:
    """Return the installation with the next number of its line.

    Where two copies seem to renew, only typing the key goes on, on a fresh line: the hardware and the
    installation key are what a copy has, too.
    """
    if mine.sequence.flagged_at is None:
        _, sequence = mine.sequence.followed()
    elif applicant.key_typed:
        _, sequence = mine.sequence.settled()
    else:
        raise PossibleClone
    app_version = applicant.request.device.app_version or mine.app_version
    return replace(mine, sequence=sequence, app_version=app_version, removed_at=None)


def _dropped(applicant: Applicant) -> tuple[str, ...]:
    """Return the optional data that came along: none of it is kept before the person agreed to it."""
    return () if applicant.request.device.name is None else ("device.name",)
