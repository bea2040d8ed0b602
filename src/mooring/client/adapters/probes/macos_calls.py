"""The calls into macOS that tell about hardware; nothing here decides anything."""

from __future__ import annotations

import ctypes

from mooring.client.adapters.probes.macos import MacReadings, NetworkInterface, device_of_mount
from mooring.client.adapters.probes.macos_registry import IORegistry

_STATFS_BYTES = 2168

# The volume that a reinstall makes anew: since macOS 10.15 the system itself lies on a sealed one.
_VOLUMES = (b"/System/Volumes/Data", b"/")


def take_readings() -> MacReadings:
    """Ask the system, without administrator's rights and without starting a process."""
    system = ctypes.CDLL(None, use_errno=True)
    registry = IORegistry()
    platform = registry.find(b"IOPlatformExpertDevice")
    disk = registry.find_disk(_root_device(system))
    return MacReadings(
        platform_serial=_text(registry.value(platform, b"IOPlatformSerialNumber")),
        platform_uuid=_text(registry.value(platform, b"IOPlatformUUID")),
        disk_serial=_disk_serial(registry, disk),
        volume_uuid=_text(registry.value(disk, b"UUID")),
        interfaces=tuple(_interface(registry, entry) for entry in registry.all(b"IOEthernetInterface")),
        processor_vendor=_sysctl_text(system, b"machdep.cpu.vendor"),
        processor_family=_sysctl_number(system, b"machdep.cpu.family"),
        processor_model=_sysctl_number(system, b"machdep.cpu.model"),
        processor_stepping=_sysctl_number(system, b"machdep.cpu.stepping"),
        processor_brand=_sysctl_text(system, b"machdep.cpu.brand_string"),
    )


def _root_device(system: ctypes.CDLL) -> str:
    # On Intel, the plain name is the call with 32-bit inodes and another structure.
    statfs = getattr(system, "statfs$INODE64", None) or system.statfs
    for volume in _VOLUMES:
        buffer = ctypes.create_string_buffer(_STATFS_BYTES)
        if statfs(volume, buffer) == 0 and (device := device_of_mount(buffer.raw)):
            return device
    return ""


def _disk_serial(registry: IORegistry, disk: int) -> str:
    # Above a volume come its container, the disk and the disk's driver, which knows the serial number.
    characteristics = registry.value_above(disk, b"Device Characteristics")
    if isinstance(characteristics, dict) and (serial := _text(characteristics.get("Serial Number"))):
        return serial
    return _text(registry.value_above(disk, b"Serial Number"))


def _interface(registry: IORegistry, entry: int) -> NetworkInterface:
    address = registry.value_above(entry, b"IOMACAddress")
    return NetworkInterface(
        is_built_in=registry.value(entry, b"IOBuiltin") is True,
        address=address if isinstance(address, bytes) else b"",
    )


def _sysctl(system: ctypes.CDLL, name: bytes) -> bytes:
    buffer = ctypes.create_string_buffer(256)
    size = ctypes.c_size_t(len(buffer))
    done = system.sysctlbyname(name, buffer, ctypes.byref(size), None, ctypes.c_size_t(0)) == 0
    return buffer.raw[: size.value] if done else b""


def _sysctl_text(system: ctypes.CDLL, name: bytes) -> str:
    return _sysctl(system, name).rstrip(b"\0").decode("utf-8", "replace")


def _sysctl_number(system: ctypes.CDLL, name: bytes) -> int | None:
    value = _sysctl(system, name)
    return int.from_bytes(value, "little") if value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
