"""What the web needs of privacy, as promises that the wiring keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mooring.core.identifiers import AccountId, DeviceId
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.use_cases.holders.messages import MyDevice
from mooring.server.privacy.domain.consents import Choices, Door, Wish


class ListChoices(Protocol):
    """Lists an account's choices."""

    async def __call__(self, account_id: AccountId, /) -> Choices:
        """Return them, and the latest of its consents."""
        ...


class Choose(Protocol):
    """Agrees and withdraws."""

    async def __call__(self, wish: Wish, account_id: AccountId, /, *, at: datetime) -> Choices:
        """Return the choices as they are now; ``InvalidRequest`` if the wish cannot be done as a whole."""
        ...


class ShareNothing(Protocol):
    """Withdraws everything."""

    async def __call__(self, account_id: AccountId, /, *, language: str, door: Door, at: datetime) -> Choices:
        """Return the choices as they are now: nothing is agreed to."""
        ...


class NameDeviceByConsent(Protocol):
    """Lets a device go by the name that it calls itself."""

    async def __call__(
        self, device_id: DeviceId, name: str, account: AccountRef, /, *, at: datetime
    ) -> MyDevice:
        """Return the device as it is called now; ``ConsentRequired`` if the account has not agreed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyServices:
    """Everything that a door can ask about an account's privacy."""

    list_choices: ListChoices
    choose: Choose
    share_nothing: ShareNothing
    name_device: NameDeviceByConsent
