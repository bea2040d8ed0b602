"""Give an installation of a device its certificate, making room for it first where it is new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.certificate.kinds import INVALID, VALID
from mooring.core.identifiers import new_installation_id
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
    from mooring.server.licensing.use_cases.admission.applicant import Applicant


class Placed(NamedTuple):
    """A device in its place.

    ``created`` says that it came there only now; ``key_vouches`` that the key which was typed counts as shown
    by whoever links there next; ``is_first`` that it came there for the first time: nothing is installed yet;
    ``is_named`` that the name which it sent was kept.
    """

    license: License
    activation: Activation
    device: Device
    created: bool
    key_vouches: bool = False
    is_first: bool = False
    is_named: bool = False


async def install(
    writer: LedgerWriter, signer: CertificateSigner, applicant: Applicant, placed: Placed
) -> Activated:
    """Return the activation with a certificate for the applicant's installation.

    Raises:
        NoDigitalLicense: Three installations of this device are live, and its owner does not ask.
        PossibleClone: Copies of this installation renew, and their owner does not ask.
    """
    mine = None if placed.is_first else await _mine(writer, placed, applicant)
    now = await _begun(writer, placed, applicant) if mine is None else _continued(mine, placed, applicant)
    issued = await issue(
        writer,
        signer,
        Line(now, placed.activation, placed.license, placed.device),
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
        activation=describe(line, issued.can_move, advice(line, at=applicant.at), at=applicant.at),
        certificate=line.installation.certificate,
        created=placed.created,
        dropped=_dropped(placed, applicant),
    )


async def _mine(writer: LedgerWriter, placed: Placed, applicant: Applicant) -> Installation | None:
    """Return the installation that the applicant has there already; else there is room for one."""
    installations = await writer.installations(placed.activation.id)
    mine = next((each for each in installations if each.jkt == applicant.jkt), None)
    if mine is None:
        await _make_room(writer, installations, placed.license, applicant)
        mine = await _removed(writer, placed, applicant)
    return mine


async def _make_room(
    writer: LedgerWriter, installations: Iterable[Installation], license_: License, applicant: Applicant
) -> None:
    going = room_for_one_more(installations, by_owner=applicant.owns(license_), at=applicant.at)
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
        key_typed_at=applicant.at if _shows_key(placed, applicant) else None,
    )


def _continued(mine: Installation, placed: Placed, applicant: Applicant) -> Installation:
    """Return the installation with the next number of its line.

    On a computer that was active anyway the key opened nothing, and may have been typed by anybody.
    """
    vouches = _shows_key(placed, applicant) and placed.created
    ended = applicant.key_typed and not placed.key_vouches
    return replace(
        mine,
        sequence=mine.sequence.continued(by_owner=applicant.owns(placed.license)),
        app_version=applicant.request.device.app_version or mine.app_version,
        removed_at=None,
        key_typed_at=applicant.at if vouches else None if ended else mine.key_typed_at,
    )


def _shows_key(placed: Placed, applicant: Applicant) -> bool:
    """Tell whether the key was typed now and still opens the license."""
    return placed.key_vouches and applicant.key_typed and applicant.owns(placed.license)


def _dropped(placed: Placed, applicant: Applicant) -> tuple[str, ...]:
    """Return the optional data that came along and was not kept: nobody agreed to it, or it is no use."""
    return () if placed.is_named or applicant.request.device.name is None else ("device.name",)
