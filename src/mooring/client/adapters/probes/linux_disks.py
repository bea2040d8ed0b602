"""Which disk and which file system a Linux starts from, found in what the kernel and udev wrote down."""

from __future__ import annotations

import os
from typing import NamedTuple

from mooring.client.adapters.probes.linux_files import list_names, read_bytes, read_text

# Systems that build their root from an image (OSTree) have the disk's own file system here.
_ROOTS = ("/", "/sysroot")

_DEPTH = 8
"""How many layers (partition, LVM, encryption, RAID) may lie between a file system and its disk."""


class Mount(NamedTuple):
    """A line of ``/proc/self/mountinfo`` (proc_pid_mountinfo(5))."""

    device: str
    """``major:minor``; a major of 0 is no block device."""
    point: str
    kind: str
    source: str


class RootDisk(NamedTuple):
    """What is known of the disk that the system starts from; "" where it is not."""

    serial: str
    filesystem_uuid: str


def parse_mounts(mountinfo: str) -> list[Mount]:
    """Return the mounts in order; of two on one point the later one is seen. Odd lines are skipped."""
    mounts = []
    for line in mountinfo.splitlines():
        before, separator, after = line.partition(" - ")
        left, right = before.split(" "), after.split(" ")
        if separator and len(left) >= 5 and len(right) >= 2:
            mounts.append(Mount(left[2], left[4], right[0], right[1]))
    return mounts


def read_mounts(root: str) -> list[Mount]:
    """Return the mounts that this process sees."""
    try:
        with open(root + "/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            return parse_mounts(file.read())
    except OSError:
        return []


def read_root_disk(root: str) -> RootDisk:
    """Find the root file system's UUID and its disk's serial number, without a process or a daemon."""
    name = _root_device(root)
    if not name:
        return RootDisk("", "")
    serials = sorted(filter(None, (_serial(root, disk) for disk in _disks(root, name, _DEPTH))))
    return RootDisk(serials[0] if serials else "", _filesystem_uuid(root, name))


def _root_device(root: str) -> str:
    """Return the kernel's name (``sda2``, ``dm-0``) of the block device that holds the root file system."""
    mounted = {mount.point: mount for mount in read_mounts(root)}
    for point in _ROOTS:
        mount = mounted.get(point)
        if mount is None:
            continue
        if not mount.device.startswith("0:"):
            path = root + "/sys/dev/block/" + mount.device
        elif mount.source.startswith("/dev/"):  # btrfs spans devices, so it names one of them only here
            path = root + "/sys/class/block/" + os.path.basename(os.path.realpath(root + mount.source))
        else:
            continue
        if os.path.exists(path):
            return os.path.basename(os.path.realpath(path))
    return ""


def _disks(root: str, name: str, depth: int) -> set[str]:
    """Return the folders, below ``/sys``, of the whole disks under a partition, volume or array."""
    path = os.path.realpath(root + "/sys/class/block/" + name)
    lower = list_names(path + "/slaves")
    if lower and depth:
        return {disk for each in lower for disk in _disks(root, each, depth - 1)}
    return {os.path.dirname(path) if os.path.exists(path + "/partition") else path}


def _serial(root: str, disk: str) -> str:
    # NVMe and eMMC; virtio; SCSI and SATA (page 0x80: four bytes of header, then the number); udev.
    return (
        read_text(disk + "/device/serial")
        or read_text(disk + "/serial")
        or read_bytes(disk + "/device/vpd_pg80")[4:].decode("ascii", "replace").strip(" \0")
        or _udev(root, read_text(disk + "/dev")).get("ID_SERIAL_SHORT", "")
    )


def _filesystem_uuid(root: str, name: str) -> str:
    known = _udev(root, read_text(root + "/sys/class/block/" + name + "/dev")).get("ID_FS_UUID", "")
    if known:
        return known
    folder = root + "/dev/disk/by-uuid"
    for uuid in list_names(folder):
        if os.path.basename(os.path.realpath(os.path.join(folder, uuid))) == name:
            return uuid
    return ""


def _udev(root: str, device: str) -> dict[str, str]:
    """Return the properties that udev noted of a block device ``major:minor``."""
    text = read_text(root + "/run/udev/data/b" + device)
    entries = (line[2:].partition("=") for line in text.splitlines() if line.startswith("E:"))
    return {key: value for key, _, value in entries}
