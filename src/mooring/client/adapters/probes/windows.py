"""What identifies a computer that runs Windows: the meaning of what the system's calls return."""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, NamedTuple

from mooring.client.adapters.probes.smbios import Mainboard, read_mainboard

if TYPE_CHECKING:
    from collections.abc import Callable

# MIB_IF_TABLE2 and MIB_IF_ROW2 of netioapi.h; the same on 32 and 64 bits.
_TABLE_HEADER = 8
_ROW = 1352
_ADDRESS_LENGTH_AT, _ADDRESS_AT, _PERMANENT_AT, _TYPE_AT, _FLAGS_AT = 1056, 1060, 1092, 1128, 1152
_ETHERNET, _WIFI = 6, 71
_HARDWARE_INTERFACE, _FILTER_INTERFACE = 0b01, 0b10

_SERIAL_OFFSET_AT = 24  # STORAGE_DEVICE_DESCRIPTOR.SerialNumberOffset of winioctl.h


class WindowsReadings(NamedTuple):
    """What the system's calls returned, as it came; empty where a call failed."""

    firmware_table: bytes = b""
    """RawSMBIOSData of ``GetSystemFirmwareTable('RSMB')``."""
    storage_descriptor: bytes = b""
    """STORAGE_DEVICE_DESCRIPTOR of the system volume's disk."""
    interface_table: bytes = b""
    """MIB_IF_TABLE2 of ``GetIfTable2``."""
    processor_vendor: str = ""
    processor_identifier: str = ""
    machine_guid: str = ""
    volume_name: str = ""
    r"""As ``\\?\Volume{6f3c9d2e-...}\``."""
    volume_serial: int | None = None


class WindowsProbe:
    """Reads this computer through ``take_readings``: the system's own calls, but in tests."""

    def __init__(self, take_readings: Callable[[], WindowsReadings] | None = None) -> None:
        self._take_readings = take_readings or _ask_system

    def read(self) -> dict[str, str | list[str]]:
        """Return the raw value of each component that can be read."""
        try:
            readings = self._take_readings()
        except (AttributeError, OSError):  # a library or a call that this version of the system lacks
            readings = WindowsReadings()
        return components_from(readings)


def _ask_system() -> WindowsReadings:
    if sys.platform == "win32":
        from mooring.client.adapters.probes.windows_calls import take_readings  # noqa: PLC0415 - loads ctypes

        return take_readings()
    return WindowsReadings()


def components_from(readings: WindowsReadings) -> dict[str, str | list[str]]:
    """Return the components that ``readings`` tell; what is missing or damaged is absent."""
    mainboard = _mainboard(readings.firmware_table)
    found: dict[str, str | list[str]] = {
        "board_serial": mainboard.board_serial,
        "system_uuid": mainboard.system_uuid,
        "root_disk_serial": disk_serial(readings.storage_descriptor),
        "mac_addresses": built_in_addresses(readings.interface_table),
        "cpu_id": processor(readings.processor_vendor, readings.processor_identifier),
        "machine_id": readings.machine_guid,
        "root_filesystem_uuid": _volume(readings.volume_name, readings.volume_serial),
    }
    return {name: value for name, value in found.items() if value}


def disk_serial(descriptor: bytes) -> str:
    """Return the serial number of a STORAGE_DEVICE_DESCRIPTOR; "" where the disk tells none."""
    if len(descriptor) < _SERIAL_OFFSET_AT + 4:
        return ""
    (offset,) = struct.unpack_from("<I", descriptor, _SERIAL_OFFSET_AT)
    # 0, and for some old drivers all ones, mean that there is none.
    if not _SERIAL_OFFSET_AT < offset < len(descriptor):
        return ""
    return descriptor[offset:].split(b"\0", 1)[0].decode("latin-1").strip()


def built_in_addresses(table: bytes) -> list[str]:
    """Return the permanent addresses of the hardware adapters in a MIB_IF_TABLE2."""
    if len(table) < _TABLE_HEADER:
        return []
    (count,) = struct.unpack_from("<I", table)
    rows = (
        table[start : start + _ROW]
        for start in range(_TABLE_HEADER, min(len(table), _TABLE_HEADER + count * _ROW), _ROW)
    )
    return [address for row in rows if len(row) == _ROW and (address := _address(row))]


def processor(vendor: str, identifier: str) -> str:
    """Return the make of a processor as Linux tells it: ``GenuineIntel/6/158/10``.

    Windows' own form is ``Intel64 Family 6 Model 158 Stepping 10``. Both systems of a dual boot then
    show one processor. Another form (ARM) is kept as it is.
    """
    words = identifier.split()
    if len(words) == 7 and words[1::2] == ["Family", "Model", "Stepping"]:
        return "/".join([vendor, *words[2::2]])
    return "/".join(filter(None, [vendor, identifier]))


def _mainboard(firmware_table: bytes) -> Mainboard:
    # RawSMBIOSData: a calling method, the version as two bytes, a revision, the length, the table.
    if len(firmware_table) < 8:
        return Mainboard("", "")
    _, major, minor, _, length = struct.unpack_from("<BBBBI", firmware_table)
    return read_mainboard(firmware_table[8 : 8 + length], (major, minor))


def _address(row: bytes) -> str:
    (length,) = struct.unpack_from("<I", row, _ADDRESS_LENGTH_AT)
    (kind,) = struct.unpack_from("<I", row, _TYPE_AT)
    flags = row[_FLAGS_AT]
    # Filters show their adapter a second time; what is no hardware interface is a tunnel or a switch.
    if length != 6 or kind not in (_ETHERNET, _WIFI):
        return ""
    if not flags & _HARDWARE_INTERFACE or flags & _FILTER_INTERFACE:
        return ""
    permanent = row[_PERMANENT_AT : _PERMANENT_AT + 6]
    return (permanent if any(permanent) else row[_ADDRESS_AT : _ADDRESS_AT + 6]).hex(":")


def _volume(name: str, serial: int | None) -> str:
    _, opening, rest = name.partition("{")
    guid, closing, _ = rest.partition("}")
    if opening and closing:
        return guid
    return "" if serial is None else f"{serial:08x}"
