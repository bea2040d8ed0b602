"""Telling the account how Windows is activated on this PC, with a consent that can be withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mooring.client.domain.accounts.mine import read_each
from mooring.client.domain.errors import Refused
from mooring.client.use_cases.accounts.account_access import NOT_FOUND, SIGN_IN_REQUIRED
from mooring.windows.domain.report import AGREEMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.status import Status
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.ports import InstallationKeyStore
    from mooring.core.jose.members import Members
    from mooring.windows.domain.report import WindowsReport

PATH = "/v1/me/windows"


class ReportWindows:
    """Tells, and takes back. Nothing is sent before the person agreed: whether they did is asked first.

    Raises, in each method that takes a deadline:
        Refused: the server said no; ``sign_in_required`` where nobody is signed in.
        ServerUnreachable: there was no sensible answer in time. Asking again is harmless.
    """

    def __init__(
        self, *, access: AccountAccess, keys: InstallationKeyStore, read_status: Callable[[], Status]
    ) -> None:
        self._access = access
        self._keys = keys
        self._read_status = read_status

    def preview(self, report: WindowsReport) -> dict[str, object]:
        """Return exactly what would be sent upon a fresh consent, and where to; nothing is sent."""
        return {
            "method": "PUT",
            "path": _path(self._computer() or ""),
            "body": report.to_document() | {"agreed": AGREEMENT},
        }

    def consent_stands(self, *, deadline: Deadline) -> bool:
        """Tell whether the person agreed before to what would be told of this PC today."""
        answer = self._access.ask("GET", PATH, deadline=deadline)
        return (self._computer(), AGREEMENT) in read_each(answer, "items", _consent)

    def send(self, report: WindowsReport, *, agreed: bool, deadline: Deadline) -> None:
        """Tell it; ``agreed`` only if they agreed just now: else it would undo a withdrawal meanwhile."""
        computer = self._computer()
        if computer is None:
            raise Refused(SIGN_IN_REQUIRED)
        body = report.to_document() | ({"agreed": AGREEMENT} if agreed else {})
        self._access.ask("PUT", _path(computer), body, deadline=deadline)

    def stop(self, *, deadline: Deadline) -> bool:
        """Withdraw the consent and have deleted what was told; return whether there was anything."""
        computer = self._computer()
        if computer is None:
            raise Refused(SIGN_IN_REQUIRED)
        try:
            self._access.ask("DELETE", _path(computer), deadline=deadline)
        except Refused as refused:
            if refused.code != NOT_FOUND:
                raise
            return False
        return True

    def _computer(self) -> str | None:
        """Return this PC as the account knows it: its device, else what is signed in on it."""
        now = self._read_status()
        if now.device is not None and now.linked and now.holder == now.signed_in:
            return now.device.id
        key = self._keys.load()
        return None if key is None else key.public.thumbprint


def _path(computer: str) -> str:
    return f"{PATH}/{quote(computer, safe='')}"


def _consent(item: Members) -> tuple[str, int]:
    return item.text("device"), item.object("consent").number("version")
