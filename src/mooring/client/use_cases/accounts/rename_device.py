"""Giving a device of the account another name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mooring.client.domain.accounts.mine import MyDevice, read_answer
from mooring.client.use_cases.accounts.account_access import of_the_account

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.account_access import AccountAccess


class RenameDevice:
    """Renames a device; the device itself learns of it when it renews."""

    def __init__(self, *, access: AccountAccess) -> None:
        self._access = access

    def __call__(self, device: str, name: str, *, consent: str | None = None, deadline: Deadline) -> MyDevice:
        """Return the device with its new name.

        Args:
            device: which one.
            name: its name: what a person typed, or, with ``consent``, what the computer itself is called.
            consent: the privacy choice by which the computer tells it; a name that was typed stays.
            deadline: of the whole operation.

        Raises:
            Refused: the server said no; ``sign_in_required`` where nobody is signed in.
            ServerUnreachable: there was no sensible answer in time.
        """
        path = f"/v1/me/devices/{quote(device, safe='')}"
        body = {"name": name} if consent is None else {"name": name, "consent": consent}
        with of_the_account(device=device):
            answer = self._access.ask("PATCH", path, body, deadline=deadline)
        return read_answer(answer, MyDevice.read)
