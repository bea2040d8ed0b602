"""The calls into Windows that tell about hardware; nothing here decides anything."""

from __future__ import annotations

import ctypes
import sys
import winreg
from ctypes import wintypes

from mooring.client.adapters.probes.windows import WindowsReadings

assert sys.platform == "win32"  # noqa: S101 - for the type checker, which then knows ctypes.WinDLL

_RAW_SMBIOS = int.from_bytes(b"RSMB", "big")
_IOCTL_STORAGE_QUERY_PROPERTY = 0x002D1400
_SHARE_READ_WRITE = 0x1 | 0x2
_OPEN_EXISTING = 3
_INVALID_HANDLE = wintypes.HANDLE(-1).value
_PATH_LENGTH = 260

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.CreateFileW.restype = wintypes.HANDLE
_kernel32.CreateFileW.argtypes = [
    wintypes.LPCWSTR,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.HANDLE,
]
_kernel32.CloseHandle.argtypes = [wintypes.HANDLE]
_kernel32.DeviceIoControl.argtypes = [
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.DWORD),
    wintypes.LPVOID,
]


def take_readings() -> WindowsReadings:
    """Ask the system, without administrator's rights and without starting a process."""
    drive = _system_drive()
    return WindowsReadings(
        firmware_table=_firmware_table(),
        storage_descriptor=_storage_descriptor(drive),
        interface_table=_interface_table(),
        processor_vendor=_registry(r"HARDWARE\DESCRIPTION\System\CentralProcessor\0", "VendorIdentifier"),
        processor_identifier=_registry(r"HARDWARE\DESCRIPTION\System\CentralProcessor\0", "Identifier"),
        machine_guid=_registry(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"),
        volume_name=_volume_name(drive),
        volume_serial=_volume_serial(drive),
    )


def _firmware_table() -> bytes:
    size = _kernel32.GetSystemFirmwareTable(_RAW_SMBIOS, 0, None, 0)
    buffer = ctypes.create_string_buffer(size)
    written = _kernel32.GetSystemFirmwareTable(_RAW_SMBIOS, 0, buffer, size)
    return buffer.raw[: min(written, size)]


def _system_drive() -> str:
    buffer = ctypes.create_unicode_buffer(_PATH_LENGTH)
    _kernel32.GetSystemWindowsDirectoryW(buffer, _PATH_LENGTH)
    return buffer.value[:2] or "C:"


def _storage_descriptor(drive: str) -> bytes:
    # Without any access right: the query needs none, so no administrator either.
    handle = _kernel32.CreateFileW(rf"\\.\{drive}", 0, _SHARE_READ_WRITE, None, _OPEN_EXISTING, 0, None)
    if handle in (None, _INVALID_HANDLE):
        return b""
    try:
        query = (ctypes.c_ubyte * 12)()  # STORAGE_PROPERTY_QUERY: StorageDeviceProperty, standard query
        answer = ctypes.create_string_buffer(4096)
        written = wintypes.DWORD()
        done = _kernel32.DeviceIoControl(
            handle,
            _IOCTL_STORAGE_QUERY_PROPERTY,
            ctypes.byref(query),
            ctypes.sizeof(query),
            answer,
            len(answer),
            ctypes.byref(written),
            None,
        )
        return answer.raw[: written.value] if done else b""
    finally:
        _kernel32.CloseHandle(handle)


def _interface_table() -> bytes:
    iphlpapi = ctypes.WinDLL("iphlpapi")
    iphlpapi.FreeMibTable.argtypes = [ctypes.c_void_p]
    table = ctypes.c_void_p()
    if iphlpapi.GetIfTable2(ctypes.byref(table)) != 0 or not table.value:
        return b""
    try:
        count = ctypes.c_uint32.from_address(table.value).value
        return ctypes.string_at(table.value, 8 + count * 1352)
    finally:
        iphlpapi.FreeMibTable(table)


def _registry(key: str, name: str) -> str:
    # The 64-bit view: a 32-bit program would otherwise see another MachineGuid, or none.
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access) as opened:
            value, kind = winreg.QueryValueEx(opened, name)
    except OSError:
        return ""
    return str(value) if kind == winreg.REG_SZ else ""


def _volume_name(drive: str) -> str:
    buffer = ctypes.create_unicode_buffer(_PATH_LENGTH)
    done = _kernel32.GetVolumeNameForVolumeMountPointW(f"{drive}\\", buffer, _PATH_LENGTH)
    return buffer.value if done else ""


def _volume_serial(drive: str) -> int | None:
    serial = wintypes.DWORD()
    done = _kernel32.GetVolumeInformationW(f"{drive}\\", None, 0, ctypes.byref(serial), None, None, None, 0)
    return serial.value if done else None
