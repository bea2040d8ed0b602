"""What identifies a Mac: the meaning of what the system's calls return."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

# struct statfs with 64-bit inodes, of <sys/mount.h>.
_MOUNTED_FROM_AT, _PATH_LENGTH = 1112, 1024


class NetworkInterface(NamedTuple):
    """An Ethernet or Wi-Fi interface of the I/O registry."""

    is_built_in: bool
    address: bytes


class MacReadings(NamedTuple):
    """What the system's calls returned, as it came; empty where a call failed."""

    platform_serial: str = ""
    """``IOPlatformSerialNumber``: on a Mac, the mainboard's and the computer's."""
    platform_uuid: str = ""
    disk_serial: str = ""
    volume_uuid: str = ""
    interfaces: tuple[NetworkInterface, ...] = ()
    processor_vendor: str = ""
    processor_family: int | None = None
    processor_model: int | None = None
    processor_stepping: int | None = None
    processor_brand: str = ""
    """``machdep.cpu.brand_string``, all that Apple's own processors tell."""


class MacosProbe:
    """Reads this computer through ``take_readings``: the system's own calls, but in tests."""

    def __init__(self, take_readings: Callable[[], MacReadings] | None = None) -> None:
        self._take_readings = take_readings or _ask_system

    def read(self) -> dict[str, str | list[str]]:
        """Return the raw value of each component that can be read."""
        try:
            readings = self._take_readings()
        except (AttributeError, OSError):  # a library or a call that this version of the system lacks
            readings = MacReadings()
        return components_from(readings)


def _ask_system() -> MacReadings:
    if sys.platform == "darwin":
        from mooring.client.adapters.probes.macos_calls import take_readings  # noqa: PLC0415 - loads ctypes

        return take_readings()
    return MacReadings()


def components_from(readings: MacReadings) -> dict[str, str | list[str]]:
    """Return the components that ``readings`` tell.

    There is no ``machine_id``: what macOS calls the host's UUID is the mainboard's, which a reinstall
    keeps. The data volume stands for the installation.
    """
    found: dict[str, str | list[str]] = {
        "board_serial": readings.platform_serial,
        "system_uuid": readings.platform_uuid,
        "root_disk_serial": readings.disk_serial,
        "mac_addresses": [
            each.address.hex(":")
            for each in readings.interfaces
            if each.is_built_in and len(each.address) == 6
        ],
        "cpu_id": _processor(readings),
        "root_filesystem_uuid": readings.volume_uuid,
    }
    return {name: value for name, value in found.items() if value}


def device_of_mount(statfs: bytes) -> str:
    """Return the device, as ``disk3s5``, that a ``struct statfs`` names; "" if it is none."""
    field = statfs[_MOUNTED_FROM_AT : _MOUNTED_FROM_AT + _PATH_LENGTH]
    source = field.split(b"\0", 1)[0].decode("utf-8", "replace")
    return source.removeprefix("/dev/") if source.startswith("/dev/disk") else ""


def _processor(readings: MacReadings) -> str:
    numbers = (readings.processor_family, readings.processor_model, readings.processor_stepping)
    if readings.processor_vendor and None not in numbers:
        return "/".join([readings.processor_vendor, *map(str, numbers)])
    return readings.processor_brand
