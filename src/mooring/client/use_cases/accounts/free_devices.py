"""Freeing the seats that devices hold: of one that is lost or dead, or of all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mooring.client.use_cases.accounts.account_access import of_the_account

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.account_access import AccountAccess


class FreeDevices:
    """Frees seats of the account's licenses.

    Raises, in each of its methods:
        Refused: the server said no; ``sign_in_required`` where nobody is signed in.
        ServerUnreachable: there was no sensible answer in time. Asking again is harmless.
    """

    def __init__(self, *, access: AccountAccess) -> None:
        self._access = access

    def one(self, device: str, *, deadline: Deadline) -> None:
        """Free the seats that the device with this identifier holds."""
        with of_the_account(device=device):
            self._access.ask("DELETE", f"/v1/me/devices/{quote(device, safe='')}", deadline=deadline)

    def all(self, *, deadline: Deadline) -> None:
        """Free the seats of all devices, this computer's too."""
        self._access.ask("POST", "/v1/me/devices/free-all", deadline=deadline)
