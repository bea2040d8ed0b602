"""Find the device that an applicant is: by its installation key first, then by its hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.hardware.components import PLATFORM, RECOGNITION_COMPONENTS
from mooring.core.hardware.matching import Tolerance, Verdict, continuity, recognizes
from mooring.core.refusals import (
    HardwareChanged,
    HardwareUnreadable,
    NoDigitalLicense,
    Refusal,
    TrialAlreadyUsed,
)
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.activations.recognition import (
    is_same_once_confirmed,
    lookup_hashes,
    recognized,
    shares_identifier,
)
from mooring.server.licensing.use_cases.admission.first_mainboard import stays_behind, stays_behind_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mooring.core.identifiers import LicenseId, ProductId
    from mooring.server.licensing.domain.activations.activation import Activation, Line
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerReader
    from mooring.server.licensing.use_cases.admission.applicant import Applicant


class Place(NamedTuple):
    """A device and the seat of a license that it holds or held."""

    license: License
    device: Device
    activation: Activation


async def find_device(reader: LedgerReader, license_: License, applicant: Applicant) -> Device | None:
    """Return the device that asks for this license, if it is known.

    An installation key counts where the hardware goes with it: the same computer, or one changed so far that
    its owner must confirm, which asking for this very license does, by typing its key or signed in as its
    holder. Neither a trial nor another key confirms: what the device is remembered by would follow the
    change, and every license on it with that. Nor does an installation that had to make room, but with the
    key. A home copied to other hardware is another device, and so is a computer with a new mainboard for a
    license that belongs to the first (``oem``).
    """
    presented = applicant.request.hardware
    lines = await reader.lines_of_key(applicant.jkt)
    for line in sorted(lines, key=lambda each: each.license.id != license_.id):
        confirmed = line.license.id == license_.id and _confirms(line, applicant)
        if line.activation.kind != Kind.SEAT or not _is_same(line, applicant, confirmed=confirmed):
            continue
        if not await stays_behind_on(reader, license_, line.device.id, presented):
            return line.device
    sharing = await reader.devices_sharing(lookup_hashes(applicant.hardware, RECOGNITION_COMPONENTS))
    devices = [
        each
        for each in recognized(sharing, applicant.hardware, license_.offer.policy.tolerance)
        if not await stays_behind_on(reader, license_, each.id, presented)
    ]
    for device in devices:
        if await reader.seat_of(license_.id, device.id):
            return device
    return devices[0] if devices else None


async def find_digital_license(
    reader: LedgerReader, applicant: Applicant, *, only: LicenseId | None = None
) -> Place:
    """Return the activation to which a computer without a key comes back: any, or that of one license.

    By its installation key it also comes back to a seat that it gave up within the last 24 hours; by its
    hardware only to one that it still holds.

    Raises:
        NoDigitalLicense: This hardware has none.
        HardwareChanged: The installation is known, but its computer changed so far that the key must be
            typed.
        HardwareUnreadable: No component could be read.
        LicenseSuspended, LicenseRevoked, LicenseExpired: It has one, which cannot be used.
    """
    refusals: list[Refusal] = []
    async for place in _own_places(reader, applicant, refusals):
        if only in {None, place.license.id} and _usable(place, applicant, refusals):
            return place
    if applicant.hardware.is_empty:
        refusals.append(HardwareUnreadable())
    async for place in _recognized_places(reader, applicant):
        wanted = only in {None, place.license.id} and place.activation.is_live(at=applicant.at)
        if wanted and _usable(place, applicant, refusals):
            return place
    raise refusals[0] if refusals else NoDigitalLicense


async def find_trial(reader: LedgerReader, applicant: Applicant, product_id: ProductId) -> Place | None:
    """Return the trial of the product that runs on this computer, or none if its hardware never had one.

    Raises:
        TrialAlreadyUsed: It had one that is over, or weak hardware looks like some that had one.
        LicenseSuspended, LicenseRevoked: It has one, which the publisher stopped.
    """
    for line in await reader.lines_of_key(applicant.jkt):
        if (
            line.license.is_trial
            and _asked_for(line.license, applicant)
            and _verdict(line, applicant) == Verdict.SAME
        ):
            return _running(Place(line.license, line.device, line.activation), applicant)
    for device in await reader.devices_sharing(lookup_hashes(applicant.hardware)):
        for license_, activation in await reader.seats_on(device.id, product_id):
            if not license_.is_trial:
                continue
            if recognizes(device.hardware, applicant.hardware, license_.offer.policy.tolerance):
                return _running(Place(license_, device, activation), applicant)
            if shares_identifier(device.hardware, applicant.hardware):
                raise TrialAlreadyUsed
    return None


async def _own_places(
    reader: LedgerReader, applicant: Applicant, refusals: list[Refusal]
) -> AsyncIterator[Place]:
    lines = await reader.lines_of_key(applicant.jkt)
    for line in sorted(lines, key=lambda each: each.license.is_trial):
        activation, license_ = line.activation, line.license
        reachable = activation.is_live(at=applicant.at) or activation.may_be_undone(
            takings=license_.takings, at=applicant.at
        )
        if activation.kind != Kind.SEAT or not reachable or not _asked_for(license_, applicant):
            continue
        comparison = continuity(line.device.hardware, applicant.hardware, license_.offer.policy.tolerance)
        if comparison.verdict == Verdict.SAME:
            if await stays_behind(reader, license_, activation, applicant.request.hardware):
                refusals.append(HardwareChanged((PLATFORM,)))
                continue
            yield Place(license_, line.device, activation)
        elif comparison.verdict == Verdict.CHANGED:
            refusals.append(HardwareChanged(comparison.differs))


async def _recognized_places(reader: LedgerReader, applicant: Applicant) -> AsyncIterator[Place]:
    product_id = await reader.product_id(applicant.request.product)
    if product_id is None:
        return
    sharing = await reader.devices_sharing(lookup_hashes(applicant.hardware, RECOGNITION_COMPONENTS))
    trials = []
    for device in recognized(
        sharing, applicant.hardware, Tolerance.LENIENT
    ):  # each license then says how strictly
        for license_, activation in await reader.seats_on(device.id, product_id):
            if not _asked_for(license_, applicant):
                continue
            if not recognizes(device.hardware, applicant.hardware, license_.offer.policy.tolerance):
                continue
            if await stays_behind(reader, license_, activation, applicant.request.hardware):
                continue
            place = Place(license_, device, activation)
            if license_.is_trial:
                trials.append(place)
            else:
                yield place
    for place in trials:
        yield place


def _asked_for(license_: License, applicant: Applicant) -> bool:
    request, offer = applicant.request, license_.offer
    return offer.product_slug == request.product and request.edition in {None, offer.edition_slug}


def _confirms(line: Line, applicant: Applicant) -> bool:
    counts = line.installation.removed_at is None
    return applicant.owns(line.license) and (counts or applicant.key_typed)


def _is_same(line: Line, applicant: Applicant, *, confirmed: bool) -> bool:
    if _verdict(line, applicant) == Verdict.SAME:
        return True
    return confirmed and is_same_once_confirmed(
        line.license, line.device, applicant.hardware, key_proven=True
    )


def _verdict(line: Line, applicant: Applicant) -> Verdict:
    return continuity(line.device.hardware, applicant.hardware, line.license.offer.policy.tolerance).verdict


def _usable(place: Place, applicant: Applicant, refusals: list[Refusal]) -> bool:
    try:
        place.license.check_activatable(at=applicant.at)
    except Refusal as refusal:
        refusals.append(refusal)
        return False
    return True


def _running(place: Place, applicant: Applicant) -> Place:
    if place.license.expires_at is not None and applicant.at >= place.license.expires_at:
        raise TrialAlreadyUsed
    place.license.check_activatable(at=applicant.at)
    return place
