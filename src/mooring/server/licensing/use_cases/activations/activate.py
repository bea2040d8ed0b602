"""Activate a computer: with a key, by its holder, as a trial, or by the digital license of its hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_license_id
from mooring.core.refusals import (
    EditionMismatch,
    HardwareChanged,
    HardwareUnreadable,
    KeyUnknown,
    KeyWrongEdition,
    KeyWrongProduct,
    NoDigitalLicense,
    NotFound,
    NotLicenseHolder,
    SignInRequired,
    TrialNotOffered,
)
from mooring.server.licensing.domain.activations.recognition import lookup_hashes
from mooring.server.licensing.domain.channels import Link
from mooring.server.licensing.domain.license import License, Standing
from mooring.server.licensing.domain.linking import check_holds, check_key_opens, check_may_move
from mooring.server.licensing.ports.ledger import Computer
from mooring.server.licensing.use_cases.activations.locking import found_and_locked
from mooring.server.licensing.use_cases.admission.admit import Admission
from mooring.server.licensing.use_cases.admission.applicant import Applicant
from mooring.server.licensing.use_cases.admission.find_device import (
    find_device,
    find_digital_license,
    find_trial,
)
from mooring.server.licensing.use_cases.admission.naming import with_consent

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.core.product_key import ProductKey
    from mooring.core.refusals import Refusal
    from mooring.server.licensing.domain.license import Offer
    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import Ledger, LedgerWriter
    from mooring.server.licensing.ports.signing import CertificateSigner
    from mooring.server.licensing.use_cases.activations.messages import Activated, ActivationRequest


class Activate:
    """Gives a computer its activation, in one transaction: a refusal leaves everything as it was."""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes, signer: CertificateSigner) -> None:
        self._ledger = ledger
        self._hashes = hashes
        self._signer = signer

    async def __call__(self, request: ActivationRequest, *, at: datetime) -> Activated:
        """Return the activation of the computer that asks, new or the same again.

        Raises:
            SignInRequired: An account holds the license, or must, and nobody is signed in.
            NotLicenseHolder: Another account holds the license.
            NotFound, EditionMismatch: The account has no such license for this program, or one for another
                edition.
            HolderProvisional: The account holds the license, but has not shown that it is its own.
            KeyUnknown, KeyWrongProduct, KeyWrongEdition: The key is not one for this program.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            SeatLimitReached, MoveNotAllowed, MoveLimitReached: The license has no place for one more
                computer.
            TrialAlreadyUsed: This hardware had its trial.
            NoDigitalLicense, HardwareChanged: Without a key, nothing known belongs to this computer.
            HardwareUnreadable: No component could be read, so that it can get only a lease.
            PossibleClone: Copies of this installation renew; the key must be typed.
            TrialNotOffered: The product offers no trial.
        """
        applicant = Applicant(request, self._hashes.of_hardware(request.hardware), at)
        computer = Computer(lookup_hashes(applicant.hardware), applicant.jkt)
        key = request.product_key
        if key is not None and _is_usual(applicant):
            return await self._ledger.together(
                lambda writer: self._with_key(writer, applicant, key),
                computer=computer,
                key_hash=self._hashes.of_key(key),
            )
        async with self._ledger.changing(computer=computer) as writer:
            applicant = await with_consent(writer, applicant)
            if key is not None:
                return await self._with_key(writer, applicant, key)
            if request.license_id is not None:
                return await self._as_holder(writer, applicant, request.license_id)
            if request.trial:
                return await self._as_trial(writer, applicant)
            return await self._by_hardware(writer, applicant)

    async def _with_key(self, writer: LedgerWriter, applicant: Applicant, key: ProductKey) -> Activated:
        key_hash = self._hashes.of_key(key)
        if applicant.request.replaces is None:
            found = await writer.lock_license_by_key(key_hash)
        else:
            await writer.lock_licenses(key_hash=key_hash, activation_id=applicant.request.replaces)
            found = await writer.license_by_key(key_hash)
        license_ = _wanted(found, applicant)
        try:
            check_key_opens(license_, applicant.account, at=applicant.at)
        except (SignInRequired, NotLicenseHolder) as refusal:
            return await self._still_here(writer, applicant, license_, refusal)
        license_.check_activatable(at=applicant.at)
        admission = Admission(writer, self._signer, applicant)
        if applicant.wants_lease:
            return await admission.to_lease(license_)
        _check_readable(applicant)
        return await admission.to_seat(license_, await find_device(writer, license_, applicant))

    async def _still_here(
        self, writer: LedgerWriter, applicant: Applicant, license_: License, refusal: Refusal
    ) -> Activated:
        """Return the activation of a computer that has the license anyway: there the key opens nothing new.

        What was active before the license got its holder stays untouched.
        """
        if applicant.wants_lease:
            raise refusal
        try:
            place = await find_digital_license(writer, applicant, only=license_.id)
            return await Admission(writer, self._signer, applicant).to_seat(place.license, place.device)
        except (NoDigitalLicense, HardwareChanged, HardwareUnreadable):
            raise refusal from None

    async def _as_holder(
        self, writer: LedgerWriter, applicant: Applicant, license_id: LicenseId
    ) -> Activated:
        account, request, at = applicant.account, applicant.request, applicant.at
        if account is None:
            raise SignInRequired
        await writer.lock_licenses(license_id, activation_id=request.replaces)
        license_ = await writer.license(license_id)
        if license_ is None or license_.offer.product_slug != request.product:
            raise NotFound
        check_holds(license_, account)
        if request.edition not in {None, license_.offer.edition_slug}:
            raise EditionMismatch
        license_.check_activatable(at=at)
        admission = Admission(writer, self._signer, applicant)
        if applicant.wants_lease:
            check_may_move(license_, account, at=at)
            return await admission.to_lease(license_)
        _check_readable(applicant)
        device = await find_device(writer, license_, applicant)
        known = None if device is None else await writer.seat_of(license_.id, device.id)
        if known is None or not known.is_live(at=at):
            check_may_move(license_, account, at=at)
        return await admission.to_seat(license_, device)

    async def _as_trial(self, writer: LedgerWriter, applicant: Applicant) -> Activated:
        if applicant.wants_lease:
            raise HardwareUnreadable  # a trial is once per hardware, and a container has none of its own
        offer = await writer.trial_offer(applicant.request.product, applicant.request.edition)
        if offer is None:
            raise TrialNotOffered
        _check_account(offer)
        _check_readable(applicant)
        admission = Admission(writer, self._signer, applicant)
        trial = await found_and_locked(
            writer,
            lambda: find_trial(writer, applicant, offer.product_id),
            lambda place: () if place is None else (place.license.id,),
            replaces=applicant.request.replaces,
        )
        if trial is not None:
            return await admission.to_seat(trial.license, trial.device)
        license_ = _trial_license(offer, at=applicant.at)
        await writer.add_license(license_)
        return await admission.to_seat(license_, await find_device(writer, license_, applicant))

    async def _by_hardware(self, writer: LedgerWriter, applicant: Applicant) -> Activated:
        if applicant.wants_lease:
            raise NoDigitalLicense
        place = await found_and_locked(
            writer,
            lambda: find_digital_license(writer, applicant),
            lambda place: (place.license.id,),
            replaces=applicant.request.replaces,
        )
        return await Admission(writer, self._signer, applicant).to_seat(place.license, place.device)


def _is_usual(applicant: Applicant) -> bool:
    """Tell whether the applicant is likely to need nothing but a new device, and a seat for it."""
    return applicant.request.replaces is None and applicant.account is None and not applicant.wants_lease


def _wanted(license_: License | None, applicant: Applicant) -> License:
    """Return the license that was found by a key, if it is one for this program."""
    if license_ is None:
        raise KeyUnknown
    offer, request = license_.offer, applicant.request
    if offer.product_slug != request.product:
        raise KeyWrongProduct(offer.product_name)
    if request.edition not in {None, offer.edition_slug}:
        raise KeyWrongEdition(offer.edition_slug)
    return license_


def _check_account(offer: Offer) -> None:
    if offer.policy.link == Link.REQUIRED:
        raise SignInRequired


def _check_readable(applicant: Applicant) -> None:
    if applicant.hardware.is_empty:
        raise HardwareUnreadable


def _trial_license(offer: Offer, *, at: datetime) -> License:
    return License(
        id=new_license_id(at),
        offer=offer,
        standing=Standing.ACTIVE,
        seats_sold=None,
        expires_at=None,
        first_activated_at=None,
        held=0,
        takings=0,
        moved=0,
        last_five=None,
        created_at=at,
    )
