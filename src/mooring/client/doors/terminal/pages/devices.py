"""*Account > Devices and licenses* in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.parts import Box, Do, Facts, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.widget import Widget

    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.devices import DeviceRow, Devices, LicenseRow
    from mooring.client.view.settings.page import PageName


class DevicesView(PageView["Devices"]):
    """What the account holds, and whose seat can be freed."""

    page = "devices"

    def __init__(self, view: SettingsView, go_to: Callable[[PageName, str | None], object]) -> None:
        super().__init__(view)
        self._go_to = go_to
        self._shown: tuple[object, ...] = ()

    def body(self) -> Iterator[Widget]:
        """Yield the parts."""
        labels, devices = self.labels, self.view.devices
        yield Words(id="explanation", classes="quiet")
        yield Do(labels["sign_in"], self._sign_in, id="devices_sign_in", classes="main")
        yield Words(labels["device_list"], id="device_title", classes="section")
        yield Box(id="device_list")
        yield Words(labels["license_list"], id="license_title", classes="section")
        yield Box(id="license_list")
        with Box(classes="section", id="all_devices"):
            yield Do(labels["refresh"], devices.load, id="refresh")
            yield Do(labels["free_all"], self._free_all, id="free_all")

    def fill(self, snapshot: Devices) -> None:
        """Show the lists."""
        self.words("explanation").say(snapshot.explanation)
        self.shown("devices_sign_in", when=snapshot.ready and not snapshot.signed_in)
        self.shown("all_devices", when=snapshot.signed_in)
        self.shown("free_all", when=bool(snapshot.devices))
        self.words("device_title").display = bool(snapshot.devices)
        self.words("license_title").display = bool(snapshot.licenses)
        lists = (snapshot.devices, snapshot.licenses)
        if lists == self._shown:
            return
        self._shown = lists
        self._fill_list("device_list", [self._device(row) for row in snapshot.devices])
        self._fill_list("license_list", [self._license(row) for row in snapshot.licenses])

    def _fill_list(self, name: str, rows: list[Box]) -> None:
        box = self.query_one(f"#{name}", Box)
        box.remove_children()
        box.mount(*rows)

    def _device(self, row: DeviceRow) -> Box:
        labels = self.labels
        here = f"  ({labels['here']})" if row.here else ""
        name = Input(value=row.name, placeholder=labels["new_name"])

        def rename() -> None:
            self.view.devices.rename(row.id, name.value)

        return Box(
            Words(f"{row.name}{here}", classes="headline"),
            Facts(row.facts),
            Do(
                labels["free"],
                lambda: self.ask(row.question, lambda: self.view.devices.free(row.id)),
                classes="free",
            ),
            name,
            Do(labels["rename"], rename, classes="rename"),
            classes="block",
        )

    def _license(self, row: LicenseRow) -> Box:
        here = f"  ({self.labels['used_here']})" if row.here else ""
        return Box(Words(f"{row.name}{here}", classes="headline"), Facts(row.facts), classes="block")

    def _free_all(self) -> None:
        self.ask(self.view.devices.snapshot.free_all_question, self.view.devices.free_all)

    def _sign_in(self) -> None:
        self._go_to("your_info", None)
        self.view.your_info.sign_in()
