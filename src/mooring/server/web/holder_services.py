"""What the web needs of licensing for people who signed in, as promises that the wiring keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mooring.core.identifiers import ActivationId, DeviceId, LicenseId
from mooring.core.product_key import ProductKey
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.domain.windows_pcs import WindowsPc
from mooring.server.licensing.use_cases.activations.messages import Activated
from mooring.server.licensing.use_cases.devices.messages import (
    Candidate,
    CandidatesRequest,
    ReactivationRequest,
)
from mooring.server.licensing.use_cases.holders.messages import (
    Linked,
    MyDevice,
    MyEvent,
    MyLicense,
    Page,
    PageWish,
)
from mooring.server.licensing.use_cases.windows.report_windows import Telling
from mooring.server.web.new_holder_services import NewHolderServices
from mooring.server.web.privacy_services import PrivacyServices


class CheckAccessToken(Protocol):
    """Tells whose access token it is."""

    async def __call__(self, token: str, jkt: str, /, *, at: datetime) -> AccountRef:
        """Return the account; ``SignInRequired`` if the token is not good or not bound to ``jkt``."""
        ...


class LinkLicense(Protocol):
    """Makes an account the holder of the license that a computer uses."""

    async def __call__(
        self,
        activation_id: ActivationId,
        jkt: str,
        account: AccountRef,
        product_key: ProductKey | None = None,
        /,
        *,
        at: datetime,
    ) -> Linked:
        """Link it; again is harmless."""
        ...


class UnlinkLicense(Protocol):
    """Undoes a link from a computer that uses the license."""

    async def __call__(
        self, activation_id: ActivationId, jkt: str, account: AccountRef | None, /, *, at: datetime
    ) -> Linked:
        """Unlink it; a holder who is not confirmed may be refused by anybody on the computer."""
        ...


class UnlinkMyLicense(Protocol):
    """Undoes a link from the account page."""

    async def __call__(self, license_id: LicenseId, account: AccountRef, /, *, at: datetime) -> None:
        """Unlink it; ``NotFound`` if the account does not hold it."""
        ...


class ClaimLicense(Protocol):
    """Takes a license into an account by its key alone."""

    async def __call__(self, product_key: ProductKey, account: AccountRef, /, *, at: datetime) -> MyLicense:
        """Return the license, held by the account."""
        ...


class ListMyLicenses(Protocol):
    """Lists the licenses that an account holds."""

    async def __call__(
        self, account: AccountRef, wish: PageWish = ..., /, *, at: datetime
    ) -> Page[MyLicense]:
        """Return a page of them, with their seats."""
        ...


class ListMyDevices(Protocol):
    """Lists the devices that hold seats of an account's licenses."""

    async def __call__(self, account: AccountRef, wish: PageWish = ..., /, *, at: datetime) -> Page[MyDevice]:
        """Return a page of them."""
        ...


class ListMyEvents(Protocol):
    """Lists what happened to what an account holds."""

    async def __call__(self, account: AccountRef, wish: PageWish = ..., /) -> Page[MyEvent]:
        """Return a page of it, the latest first."""
        ...


class RenameDevice(Protocol):
    """Gives a device a name."""

    async def __call__(
        self, device_id: DeviceId, name: str, account: AccountRef, /, *, at: datetime
    ) -> MyDevice:
        """Return the device under its new name."""
        ...


class FreeDevice(Protocol):
    """Frees the seats that a device holds of an account's licenses."""

    async def __call__(self, device_id: DeviceId, account: AccountRef, /, *, at: datetime) -> int:
        """Return how many were freed; again is harmless."""
        ...


class FreeAllDevices(Protocol):
    """Frees every seat of an account's licenses."""

    async def __call__(self, account: AccountRef, /, *, at: datetime) -> int:
        """Return how many were freed."""
        ...


class FindCandidates(Protocol):
    """Finds the devices that a computer with changed hardware may have been."""

    async def __call__(self, request: CandidatesRequest, /, *, at: datetime) -> Sequence[Candidate]:
        """Return them, the likeliest first."""
        ...


class Reactivate(Protocol):
    """Takes an activation along to changed or new hardware."""

    async def __call__(self, request: ReactivationRequest, /, *, at: datetime) -> Activated:
        """Return the activation of the computer that asks."""
        ...


class ReportWindows(Protocol):
    """Keeps what a PC tells."""

    async def __call__(self, telling: Telling, account: AccountRef, /, *, at: datetime) -> WindowsPc:
        """Return the PC as it is shown now; the same again is harmless."""
        ...


class ListMyWindows(Protocol):
    """Lists the PCs of an account."""

    async def __call__(self, account: AccountRef, /) -> Sequence[WindowsPc]:
        """Return all of them, by name."""
        ...


class ForgetWindows(Protocol):
    """Forgets a PC."""

    async def __call__(self, computer: str, account: AccountRef, /, *, at: datetime) -> None:
        """Withdraw the consent; ``NotFound`` if the account shows no such PC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsServices:
    """Everything that a door can ask about the PCs of an account."""

    report: ReportWindows
    list_mine: ListMyWindows
    forget: ForgetWindows


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderServices:
    """Everything that a door can ask for a person who signed in."""

    check_access_token: CheckAccessToken
    link: LinkLicense
    unlink: UnlinkLicense
    unlink_mine: UnlinkMyLicense
    claim: ClaimLicense
    list_licenses: ListMyLicenses
    list_devices: ListMyDevices
    list_events: ListMyEvents
    rename_device: RenameDevice
    free_device: FreeDevice
    free_all_devices: FreeAllDevices
    find_candidates: FindCandidates
    reactivate: Reactivate
    new_holders: NewHolderServices
    windows: WindowsServices
    privacy: PrivacyServices
