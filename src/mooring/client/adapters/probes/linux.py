"""What identifies a computer that runs Linux, read from the kernel's files in a few milliseconds."""

from __future__ import annotations

import os

from mooring.client.adapters.probes.linux_disks import read_root_disk
from mooring.client.adapters.probes.linux_files import list_names, read_text

_ETHERNET = "1"  # ARPHRD_ETHER, which Wi-Fi is too
_PERMANENT = "0"  # NET_ADDR_PERM: the address was neither set, stolen nor drawn

# The lines of /proc/cpuinfo that name a processor's make: x86, ARM, RISC-V, POWER.
_PROCESSOR_LINES = (
    ("vendor_id", "cpu family", "model", "stepping"),
    ("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"),
    ("uarch",),
    ("cpu",),
)


class LinuxProbe:
    """Reads below ``root``, which tests set to a recorded computer.

    The mainboard's numbers are for root only; to an ordinary user they are absent, which is no evidence.
    """

    def __init__(self, root: str = "/") -> None:
        self._root = root.rstrip("/")

    def read(self) -> dict[str, str | list[str]]:
        """Return the raw value of each component that can be read."""
        root = self._root
        disk = read_root_disk(root)
        found: dict[str, str | list[str]] = {
            # Boards without a BIOS (most ARM ones) have their serial number in the device tree.
            "board_serial": read_text(root + "/sys/class/dmi/id/board_serial")
            or read_text(root + "/sys/firmware/devicetree/base/serial-number"),
            "system_uuid": read_text(root + "/sys/class/dmi/id/product_uuid"),
            "root_disk_serial": disk.serial,
            "mac_addresses": _mac_addresses(root),
            "cpu_id": processor(read_text(root + "/proc/cpuinfo")),
            "machine_id": read_text(root + "/etc/machine-id") or read_text(root + "/var/lib/dbus/machine-id"),
            "root_filesystem_uuid": disk.filesystem_uuid,
        }
        return {name: value for name, value in found.items() if value}


def processor(cpuinfo: str) -> str:
    """Return the make of the first processor, as ``GenuineIntel/6/158/10``; it has no serial number."""
    lines: dict[str, str] = {}
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        lines.setdefault(key.strip(), value.strip())
    for names in _PROCESSOR_LINES:
        if lines.get(names[0]):
            return "/".join(lines.get(name, "") for name in names)
    return ""


def _mac_addresses(root: str) -> list[str]:
    folder = root + "/sys/class/net/"
    return [address for name in list_names(folder) if (address := _built_in_address(folder + name))]


def _built_in_address(adapter: str) -> str:
    """Return an adapter's permanent address, "" for one that is virtual or comes and goes."""
    device = adapter + "/device"
    # Bridges, tunnels and containers' ends have no device. What hangs on USB or Thunderbolt is a dock.
    if (
        not os.path.exists(device)
        or read_text(adapter + "/type") != _ETHERNET
        or "/usb" in os.path.realpath(device)
        or read_text(device + "/removable") == "removable"
    ):
        return ""
    # Wi-Fi may show a random address, and a bond gives all its adapters one: their own is kept aside.
    own = read_text(adapter + "/phy80211/macaddress") or read_text(adapter + "/bonding_slave/perm_hwaddr")
    if own or read_text(adapter + "/addr_assign_type") != _PERMANENT:
        return own
    return read_text(adapter + "/address")
