"""*Account > Devices and licenses*: what the account holds, and whose seat can be freed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.client.view.account import device_facts, license_facts, license_name
from mooring.client.view.settings.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.accounts.mine import MyDevice, MyLicense
    from mooring.client.domain.status import Status
    from mooring.client.view.settings.page import Desk
    from mooring.client.view.settings.problem import Problem


class DeviceRow(NamedTuple):
    """A device of the account.

    Attributes:
        id: what `free` and `rename` take.
        name: what it is called.
        here: whether it is this computer.
        facts: labels and values.
        question: what to ask before its seats are freed.
    """

    id: str
    name: str
    here: bool
    facts: tuple[tuple[str, str], ...]
    question: str


class LicenseRow(NamedTuple):
    """A license of the account; ``here`` if it is the one that is used on this computer."""

    id: str
    name: str
    here: bool
    facts: tuple[tuple[str, str], ...]


class Devices(NamedTuple):
    """The page.

    Attributes:
        signed_in: whether there is an account to ask about; else there is `explanation`, and `sign_in` on
            *Your info* is the way.
        loaded: whether the lists were read from the service.
        explanation: what the page is for, or why it is empty.
        devices: the account's devices, this computer first.
        licenses: the account's licenses.
        free_all_question: what to ask before every seat is freed.
    """

    title: str
    ready: bool = False
    signed_in: bool = False
    loaded: bool = False
    explanation: str = ""
    devices: tuple[DeviceRow, ...] = ()
    licenses: tuple[LicenseRow, ...] = ()
    free_all_question: str = ""
    busy: str | None = None
    problem: Problem | None = None
    notice: str | None = None


class DevicesPage(Page[Devices]):
    """Lists, frees and renames."""

    name = "devices"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            Devices(title=desk.labels["devices"], free_all_question=desk.labels["free_all_question"]),
        )
        self._turns = 0

    def look_at(self, status: Status) -> None:
        """Show whether there is an account to ask about; another account's lists are taken away."""
        signed_in = status.signed_in is not None
        other = self._turns != self._desk.turns or not signed_in
        self._turns = self._desk.turns
        if other:
            explanation = self._desk.labels["devices_mean" if signed_in else "devices_need_account"]
            self._show(explanation=explanation, devices=(), licenses=(), loaded=False)
        self._show(ready=True, signed_in=signed_in)

    def load(self) -> bool:
        """Read the lists from the service; the door asks when the page is opened."""
        return self._then_lists(lambda: None, None, self.load)

    def free(self, device: str) -> bool:
        """Free the seats of a device: one that is lost, dead or given away. Ask its ``question`` first."""
        name = next((each.name for each in self._snapshot.devices if each.id == device), device)
        return self._then_lists(
            lambda: self._desk.app.free_device(device),
            self._desk.labels["freed"].format(device=name),
            lambda: self.free(device),
        )

    def free_all(self) -> bool:
        """Free every seat, this computer's too. Ask ``free_all_question`` first."""
        return self._then_lists(
            self._desk.app.free_all_devices, self._desk.labels["freed_all"], self.free_all
        )

    def rename(self, device: str, name: str) -> bool:
        """Give a device another name."""
        return self._then_lists(
            lambda: self._desk.app.rename_device(device, name),
            self._desk.labels["renamed"].format(device=name),
            lambda: self.rename(device, name),
        )

    def _then_lists(
        self, change: Callable[[], object], notice: str | None, again: Callable[[], object]
    ) -> bool:
        """Change something, then read both lists anew: what they say is what the service says."""
        if self._desk.account is None:
            return False
        app = self._desk.app

        def work() -> tuple[tuple[MyDevice, ...], tuple[MyLicense, ...]]:
            change()
            return app.devices(), app.licenses()

        return self._errand(
            self._desk.labels["asking"],
            work,
            lambda lists: {**self._lists(*lists), "notice": notice},
            again=again,
            of_the_account=True,
        )

    def _lists(self, devices: tuple[MyDevice, ...], licenses: tuple[MyLicense, ...]) -> dict[str, object]:
        labels, status, descriptor = self._desk.labels, self._desk.status, self._desk.app.descriptor
        here = status.device.id if status and status.device else None
        used = status.license.id if status and status.license else None
        rows = [
            DeviceRow(
                id=mine.device.id,
                name=mine.device.name,
                here=mine.device.id == here,
                facts=device_facts(mine, descriptor, self._desk.language),
                question=labels["free_question"].format(device=mine.device.name),
            )
            for mine in devices
        ]
        return {
            "loaded": True,
            "explanation": labels["devices_mean" if devices or licenses else "no_devices"],
            "devices": tuple(sorted(rows, key=lambda row: not row.here)),
            "licenses": tuple(
                LicenseRow(
                    id=mine.license.id,
                    name=license_name(mine.license, descriptor, self._desk.language),
                    here=mine.license.id == used,
                    facts=license_facts(mine, self._desk.language),
                )
                for mine in licenses
            ),
        }
