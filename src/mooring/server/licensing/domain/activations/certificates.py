"""What a certificate says of an activation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.certificate.kinds import CERTIFICATE_LIMIT
from mooring.core.certificate.model import Certificate, LicenseClaims, StatusReference
from mooring.core.certificate.model import Holder as HolderClaim
from mooring.core.certificate.times import CertificateTimes, certificate_times
from mooring.core.hardware.matching import rebase
from mooring.core.identifiers import new_identifier
from mooring.core.jose.compact import read_compact
from mooring.core.jose.encoding import strict_json
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.channels import Channel

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.certificate.model import MoveAllowance
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import InstallationId
    from mooring.server.licensing.domain.activations.activation import Activation, Line
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.holder import Holder
    from mooring.server.licensing.domain.license import License

METHOD_OF_A_LEASE = "lease"
METHOD_OF_WEAK_HARDWARE = "product_key"
DIGITAL_LICENSE = "digital_license"


def status_list_uri(issuer: str, number: int) -> str:
    """Return the address of a status list."""
    return f"{issuer}/v1/status-lists/{number}"


def method_of(kind: Kind, license_: License, hardware: HardwareProfile) -> str:
    """Return how a device with this hardware is activated (contract, section 3).

    Hardware too weak to be recognized gives no digital license: coming back without the key would fail.
    """
    if kind == Kind.LEASE:
        return METHOD_OF_A_LEASE
    method = license_.offer.policy.method
    return METHOD_OF_WEAK_HARDWARE if method == DIGITAL_LICENSE and hardware.is_weak else method


def holder_claim(holder: Holder | None, *, at: datetime) -> HolderClaim | None:
    """Return what a device is told of its license's holder."""
    if holder is None:
        return None
    return HolderClaim(holder.account.masked, holder.account.provider, holder.open_until(at=at))


def license_claims(
    license_: License, activation: Activation, can_move: MoveAllowance | None, *, at: datetime
) -> LicenseClaims:
    """Return what a certificate issued ``at`` says of the license."""
    return LicenseClaims(
        id=license_.id,
        edition=license_.offer.edition_slug,
        channel=license_.offer.policy.channel.value,
        method=activation.method,
        linked=license_.holder is not None,
        holder=holder_claim(license_.holder, at=at),
        last_five=license_.last_five,
        expires_at=license_.expires_at,
        can_move=can_move,
    )


def certificate_in(certificate: str) -> Certificate:
    """Return what a certificate of this server says.

    It is not verified: it is one that was kept, sealed, when it was issued.
    """
    claims = strict_json(read_compact(certificate, limit=CERTIFICATE_LIMIT).payload)
    return Certificate.from_claims(claims)


def hardware_in(certificate: str) -> HardwareProfile:
    """Return the hardware that a certificate of this server names, as its computer sent it."""
    return certificate_in(certificate).hardware


def certified_hardware(line: Line, presented: HardwareProfile) -> HardwareProfile:
    """Return the hardware that the next certificate names: what is presented, and what is not, kept.

    Otherwise a computer that hides its parts, one at a time, would end with a certificate that fits anywhere.
    The mainboard of a license that belongs to it (``oem``) stays the one of the first certificate.
    """
    bound = line.license.offer.policy.channel == Channel.OEM
    if not bound and presented.components.keys() >= line.device.hardware.components.keys():
        return presented  # nearly always: nothing is hidden, and the last certificate need not be read
    return rebase(hardware_in(line.installation.certificate), presented, keep_platform=bound)


def certificate_for(
    license_: License,
    activation: Activation,
    device: Device,
    *,
    installation_id: InstallationId,
    jkt: str,
    number: int,
    status: tuple[int, int],
    hardware: HardwareProfile,
    can_move: MoveAllowance | None,
    license_ends_at: datetime | None,
    at: datetime,
) -> Certificate:
    """Return the certificate with this ``number`` for an installation.

    Args:
        license_: The license.
        activation: Its activation; a lease's certificate ends with it.
        device: The device, whose stored profile is protected.
        installation_id: The installation.
        jkt: The thumbprint of its key.
        number: Its sequence number.
        status: The number of its status list, and its index there.
        hardware: The profile as the computer sent it, against which it will check itself offline.
        can_move: Whether the license can move; none for a lease.
        license_ends_at: The end that no certificate may pass.
        at: When it is issued.
    """
    offer = license_.offer
    times = _times(activation, offer.policy.offline_days, license_ends_at, at=at)
    list_number, index = status
    return Certificate(
        issuer=offer.issuer,
        product=offer.product_slug,
        activation=activation.id,
        issued_at=at,
        renew_at=times.renew_at,
        grace_at=times.grace_at,
        expires_at=times.expires_at,
        jti=new_identifier("crt", at),
        sequence=number,
        jkt=jkt,
        status_list=StatusReference(index, status_list_uri(offer.issuer, list_number)),
        installation_id=installation_id,
        device_id=device.id,
        device_name=device.name,
        license=license_claims(license_, activation, can_move, at=at),
        entitlements=offer.entitlements,
        tolerance=offer.policy.tolerance,
        hardware=hardware,
    )


def _times(
    activation: Activation, offline_days: int, license_ends_at: datetime | None, *, at: datetime
) -> CertificateTimes:
    """Return the times of a certificate; a lease is an offline period of its own.

    Renewed at its half it runs on as long as its program does; at its end there is nothing left to renew.
    """
    times = certificate_times(at, offline_days, license_ends_at)
    if activation.ends_at is None:
        return times
    lease = activation.ends_at - at
    return CertificateTimes(*map(min, times, (at + lease / 2, at + lease * 3 / 4, activation.ends_at)))
