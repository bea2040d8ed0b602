"""Keep the name that a computer calls itself, if its owner agreed to that; else it is dropped at the door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.server.licensing.domain.activations.device_names import fit_name, may_be_renamed

if TYPE_CHECKING:
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerWriter
    from mooring.server.licensing.use_cases.admission.applicant import Applicant


async def with_consent(writer: LedgerWriter, applicant: Applicant) -> Applicant:
    """Return the applicant with the consent by which the name that it sent may be kept, if there is one.

    It is the first thing that is locked, so that no name is kept after its consent was withdrawn. A container
    has no name that anybody would know it by.
    """
    account = applicant.account
    if applicant.request.device.name is None or account is None or applicant.wants_lease:
        return applicant
    return replace(applicant, name_consent=await writer.names.consent_of(account.id))


async def own_name(
    writer: LedgerWriter, applicant: Applicant, license_: License, device: Device | None
) -> str | None:
    """Return what the applicant's ``device``, or a new one, is called from now on by its owner's consent.

    None: it is called as before, which what its holder typed always is. Whoever merely signed in on the
    computer of a license's holder names nothing there.
    """
    sent = fit_name(applicant.request.device.name or "")
    if sent is None or applicant.name_consent is None:
        return None
    if license_.holder is not None and not applicant.owns(license_):
        return None
    if device is not None and not may_be_renamed(device, await writer.names.consent_behind(device.id)):
        return None
    return sent
