"""Link: the account that is signed in on a computer becomes the holder of the license it uses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.core.refusals import DeviceUnknown, InvalidRequest, KeyUnknown, KeyWrongProduct, LinkNotAllowed
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.linking import Shown, is_owner, linked
from mooring.server.licensing.use_cases.activations.issue import advice, describe, issue_once_more
from mooring.server.licensing.use_cases.admission.keep_holder import keep_holder
from mooring.server.licensing.use_cases.holders.messages import Linked

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import ActivationId
    from mooring.core.product_key import ProductKey
    from mooring.server.licensing.domain.activations.activation import Line
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import Ledger, LedgerReader
    from mooring.server.licensing.ports.signing import CertificateSigner


class LinkLicense:
    """Makes an account a license's holder. Doing it again changes nothing but the certificate's number."""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes, signer: CertificateSigner) -> None:
        self._ledger = ledger
        self._hashes = hashes
        self._signer = signer

    async def __call__(
        self,
        activation_id: ActivationId,
        jkt: str,
        account: AccountRef,
        product_key: ProductKey | None = None,
        *,
        at: datetime,
    ) -> Linked:
        """Return the activation, linked, with a certificate that says so.

        With the key, typed now or on this installation within the last day, the account is holder at once;
        with the computer alone provisionally.

        Raises:
            DeviceUnknown: The activation was removed, or never was this installation's.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            KeyUnknown, KeyWrongProduct, InvalidRequest: The key is not this license's.
            LinkNotAllowed: The policy keeps the license with the organization, or it is only leased here.
            AlreadyLinked: Another account holds it.
            PossibleClone: Copies of this installation renew, and nobody showed which is theirs.
        """
        async with self._ledger.changing() as writer:
            await writer.lock_licenses(activation_id=activation_id)
            await writer.lock_devices(activation_id=activation_id)
            line = await writer.line(activation_id, jkt)
            if line is None:
                raise DeviceUnknown
            line.check_held(at=at)
            line.license.check_renewable(at=at)
            if line.activation.kind == Kind.LEASE:
                raise LinkNotAllowed
            if product_key is not None:
                await self._check_key(writer, line, product_key)
                line = line._replace(installation=replace(line.installation, key_typed_at=at))
            key = line.installation.vouches_for_key(at=at)
            after = linked(line.license, account, Shown(key=key, device_id=line.device.id), at=at)
            await keep_holder(writer, line.license, after, by=account, device_id=line.device.id, at=at)
            by_owner = is_owner(after, account, key_typed=product_key is not None, at=at)
            line = line._replace(license=after)
            issued = await issue_once_more(writer, self._signer, line, by_owner=by_owner, at=at)
        told = describe(issued.line, issued.can_move, advice(issued.line, at=at), at=at)
        return Linked(told, issued.line.installation.certificate)

    async def _check_key(self, reader: LedgerReader, line: Line, product_key: ProductKey) -> None:
        license_ = await reader.license_by_key(self._hashes.of_key(product_key))
        if license_ is None:
            raise KeyUnknown
        if license_.offer.product_id != line.license.offer.product_id:
            raise KeyWrongProduct(license_.offer.product_name)
        if license_.id != line.license.id:
            raise InvalidRequest("product_key")
