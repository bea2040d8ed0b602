"""What the web needs so that licenses change hands: by an offer, or by the address that one was sold to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mooring.core.identifiers import LicenseId
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.domain.new_holders.handover import HandoverId
from mooring.server.licensing.use_cases.handovers.find_handovers import FoundByLink as FoundOffer
from mooring.server.licensing.use_cases.handovers.messages import MyHandover, Offered
from mooring.server.licensing.use_cases.handovers.messages import Wish as OfferWish
from mooring.server.licensing.use_cases.holders.messages import MyLicense, Page, PageWish
from mooring.server.licensing.use_cases.purchases.messages import ClaimResult, Waiting
from mooring.server.licensing.use_cases.purchases.messages import FoundByLink as FoundPurchases
from mooring.server.licensing.use_cases.purchases.messages import Wish as ClaimWish


class CheckFresh(Protocol):
    """Tells whether the person behind an access token proved just now who they are."""

    async def __call__(self, token: str, jkt: str, /, *, at: datetime) -> None:
        """Return only if so: otherwise they are to sign in again."""
        ...


class OfferLicense(Protocol):
    """Offers a license to an address."""

    async def __call__(self, wish: OfferWish, account: AccountRef, /, *, at: datetime) -> Offered:
        """Return the offer; the same again is harmless."""
        ...


class ListMyHandovers(Protocol):
    """Lists the open offers that concern an account."""

    async def __call__(
        self, account: AccountRef, wish: PageWish = ..., /, *, at: datetime
    ) -> Page[MyHandover]:
        """Return a page of them."""
        ...


class FindHandoverByLink(Protocol):
    """Shows what a mailed link leads to."""

    async def __call__(self, shown: str, account: AccountRef | None, /, *, at: datetime) -> FoundOffer:
        """Return the offer; nothing is used up."""
        ...


class AcceptHandover(Protocol):
    """Takes a license that was offered."""

    async def by_id(self, handover_id: HandoverId, account: AccountRef, /, *, at: datetime) -> MyLicense:
        """Return the license, offered to the address that the account proved."""
        ...

    async def by_link(self, shown: str, account: AccountRef, /, *, at: datetime) -> MyLicense:
        """Return the license, offered to the address that the link was mailed to."""
        ...


class UndoHandover(Protocol):
    """Takes an offer back."""

    async def __call__(self, handover_id: HandoverId, account: AccountRef, /, *, at: datetime) -> None:
        """End the offer; again is harmless."""
        ...


class DeclineHandover(Protocol):
    """Turns an offer down."""

    async def by_id(self, handover_id: HandoverId, account: AccountRef, /, *, at: datetime) -> None:
        """End the offer to the address that the account proved; again is harmless."""
        ...

    async def by_link(self, shown: str, /, *, at: datetime) -> None:
        """End the offer that the link was mailed for; again is harmless."""
        ...


class AskForLicenses(Protocol):
    """Mails a link to what waits for an address."""

    async def __call__(self, wish: ClaimWish, /, *, at: datetime) -> None:
        """Send the mail if anything waits, and tell nobody whether."""
        ...


class ListMyPurchases(Protocol):
    """Lists what was sold to the address that an account proved."""

    async def __call__(self, account: AccountRef, /, *, at: datetime) -> Sequence[Waiting]:
        """Return what waits to be claimed."""
        ...


class FindPurchasesByLink(Protocol):
    """Shows what a mailed link leads to."""

    async def __call__(self, shown: str, account: AccountRef | None, /, *, at: datetime) -> FoundPurchases:
        """Return what waits; nothing is used up."""
        ...


class ClaimPurchases(Protocol):
    """Makes an account the holder of what was sold to an address."""

    async def by_address(self, license_id: LicenseId, account: AccountRef, /, *, at: datetime) -> MyLicense:
        """Return the license, sold to the address that the account proved."""
        ...

    async def by_link(self, shown: str, account: AccountRef, /, *, at: datetime) -> Sequence[ClaimResult]:
        """Return what became of each license that waits for the address that the link was mailed to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHolderServices:
    """Everything that doors can ask where a license gets another holder."""

    check_fresh: CheckFresh
    offer: OfferLicense
    list_handovers: ListMyHandovers
    find_handover: FindHandoverByLink
    accept: AcceptHandover
    undo: UndoHandover
    decline: DeclineHandover
    ask_for_licenses: AskForLicenses
    list_purchases: ListMyPurchases
    find_purchases: FindPurchasesByLink
    claim_purchases: ClaimPurchases
