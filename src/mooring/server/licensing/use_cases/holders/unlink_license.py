"""Unlink: a license has no holder any more, and its key opens it again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mooring.core.refusals import DeviceUnknown, NotFound, PossibleClone
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.linking import check_holds, is_owner, unlinked_by
from mooring.server.licensing.use_cases.activations.issue import advice, describe, issue_once_more
from mooring.server.licensing.use_cases.admission.keep_holder import keep_holder
from mooring.server.licensing.use_cases.holders.messages import Linked

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import ActivationId, LicenseId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import Ledger
    from mooring.server.licensing.ports.signing import CertificateSigner


class UnlinkLicense:
    """Takes a license's holder away, from a computer that uses it. Doing it again changes nothing."""

    def __init__(self, ledger: Ledger, signer: CertificateSigner) -> None:
        self._ledger = ledger
        self._signer = signer

    async def __call__(
        self, activation_id: ActivationId, jkt: str, account: AccountRef | None, *, at: datetime
    ) -> Linked:
        """Return the activation, unlinked, with a certificate that says so.

        The holder may do that; and while the holder is not confirmed, whoever sits at a computer that holds a
        seat of the license.

        Raises:
            DeviceUnknown: The activation was removed, or never was this installation's.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            SignInRequired, NotLicenseHolder: The holder is another, or nobody is signed in.
            PossibleClone: Copies of this installation renew, so that it gets no certificate before its
                confirmed holder says which is theirs. The license is unlinked all the same.
        """
        issued = None
        async with self._ledger.changing() as writer:
            await writer.lock_licenses(activation_id=activation_id)
            await writer.lock_devices(activation_id=activation_id)
            line = await writer.line(activation_id, jkt)
            if line is None:
                raise DeviceUnknown
            line.check_held(at=at)
            line.license.check_renewable(at=at)
            on_device = line.activation.kind == Kind.SEAT
            after = unlinked_by(line.license, account, on_device=on_device, at=at)
            await keep_holder(writer, line.license, after, by=account, device_id=line.device.id, at=at)
            by_owner = is_owner(line.license, account, key_typed=False, at=at)
            line = line._replace(license=after)
            # A thief must be sent away also where copies renew: refused only after the commit.
            with suppress(PossibleClone):
                issued = await issue_once_more(writer, self._signer, line, by_owner=by_owner, at=at)
        if issued is None:
            raise PossibleClone
        told = describe(issued.line, issued.can_move, advice(issued.line, at=at), at=at)
        return Linked(told, issued.line.installation.certificate)


class UnlinkMyLicense:
    """Takes a license's holder away, from the account page; its devices learn of it as they renew."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, license_id: LicenseId, account: AccountRef, *, at: datetime) -> None:
        """Let ``account`` hold the license no longer.

        Raises:
            NotFound: It does not hold such a license.
        """
        async with self._ledger.changing() as writer:
            await writer.lock_licenses(license_id)
            license_ = await writer.license(license_id)
            if license_ is None:
                raise NotFound
            check_holds(license_, account)
            after = unlinked_by(license_, account, on_device=False, at=at)
            await keep_holder(writer, license_, after, by=account, device_id=None, at=at)
