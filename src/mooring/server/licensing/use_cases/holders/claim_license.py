"""Claim: an account takes a license in by its key alone, so that the key is never needed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import KeyUnknown
from mooring.server.licensing.domain.linking import Shown, linked
from mooring.server.licensing.use_cases.admission.keep_holder import keep_holder
from mooring.server.licensing.use_cases.holders.views import my_license

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.product_key import ProductKey
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import Ledger
    from mooring.server.licensing.use_cases.holders.messages import MyLicense


class ClaimLicense:
    """Makes an account a license's holder by the key alone. Doing it again changes nothing."""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes) -> None:
        self._ledger = ledger
        self._hashes = hashes

    async def __call__(self, product_key: ProductKey, account: AccountRef, *, at: datetime) -> MyLicense:
        """Return the license, held by ``account``: at once if nobody uses it, else provisionally.

        Raises:
            KeyUnknown: It is not a key of this publisher.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            LinkNotAllowed: The policy keeps the license with the organization.
            AlreadyLinked: Another account holds it.
        """
        async with self._ledger.changing() as writer:
            key_hash = self._hashes.of_key(product_key)
            await writer.lock_licenses(key_hash=key_hash)
            license_ = await writer.license_by_key(key_hash)
            if license_ is None:
                raise KeyUnknown
            license_.check_activatable(at=at)
            in_use = license_.held > 0 or await writer.leases_running(license_.id, at=at) > 0
            after = linked(license_, account, Shown(key=True, device_id=None, in_use=in_use), at=at)
            await keep_holder(writer, license_, after, by=account, device_id=None, at=at)
            return await my_license(writer, after, at=at)
