"""Simulated computers: the raw components they report, and what happens to computers in life."""

from random import Random
from uuid import UUID

Computer = dict[str, str | list[str]]

_PROCESSORS = [
    "genuineintel/6/158/10",
    "genuineintel/6/186/2",
    "authenticamd/25/33/0",
    "authenticamd/23/113/0",
]
_MAKERS = ["f8b156", "a4bb6d", "3cecef", "6c2b59"]


def a_computer(seed: int = 1) -> Computer:
    """A privileged program's view of an ordinary computer; the same seed is the same computer."""
    random = Random(seed)
    return {
        "board_serial": _serial(random, 12),
        "system_uuid": _uuid(random),
        "root_disk_serial": _serial(random, 15),
        "mac_addresses": sorted(_mac(random) for _ in range(2)),
        "cpu_id": _PROCESSORS[seed % len(_PROCESSORS)],
        "machine_id": _uuid(random).replace("-", ""),
        "root_filesystem_uuid": _uuid(random),
    }


def after_mainboard_swap(computer: Computer, seed: int = 1001) -> Computer:
    """A new mainboard with its network adapter; disk, processor and system go on."""
    other = a_computer(seed)
    return computer | _only(other, "board_serial", "system_uuid", "mac_addresses")


def after_disk_upgrade(computer: Computer, seed: int = 1002) -> Computer:
    """The disk cloned, bit for bit, onto a larger one of the same computer."""
    return computer | _only(a_computer(seed), "root_disk_serial")


def after_reinstall(computer: Computer, seed: int = 1003) -> Computer:
    """A fresh system on the same hardware."""
    return computer | _only(a_computer(seed), "machine_id", "root_filesystem_uuid")


def after_new_network_card(computer: Computer, seed: int = 1004) -> Computer:
    return computer | _only(a_computer(seed), "mac_addresses")


def disk_moved_into(other: Computer, disk_of: Computer) -> Computer:
    """The disk itself put into another computer, which starts from it."""
    return other | _only(disk_of, "root_disk_serial", "machine_id", "root_filesystem_uuid")


def cloned_disk(computer: Computer, onto: Computer) -> Computer:
    """Another computer that starts from a bit-for-bit copy of this one's disk."""
    return onto | _only(computer, "machine_id", "root_filesystem_uuid")


def image_on_same_model(computer: Computer, seed: int = 1005) -> Computer:
    """The next computer of the same delivery, set up from one image: same processor, same system."""
    return cloned_disk(computer, a_computer(seed)) | _only(computer, "cpu_id")


def docked(computer: Computer, dock: str = "00:e0:4c:68:01:5b") -> Computer:
    """The same laptop with the network adapter of its dock."""
    return computer | {"mac_addresses": [*computer["mac_addresses"], dock]}


def dock_unplugged(computer: Computer) -> Computer:
    return computer | {"mac_addresses": computer["mac_addresses"][:-1]}


def unprivileged_linux(computer: Computer) -> Computer:
    """What a program of an ordinary user sees on Linux: the mainboard's numbers need root."""
    return without(computer, "board_serial", "system_uuid")


def virtual_machine_defaults(seed: int = 1) -> Computer:
    """A virtual machine as an emulator makes it when nobody sets anything; only the system is its own."""
    return a_computer(seed) | {
        "board_serial": "None",
        "system_uuid": "00000000-0000-0000-0000-000000000000",
        "root_disk_serial": "QM00001",
        "mac_addresses": ["52:54:00:12:34:56"],
    }


def with_placeholders(seed: int = 1) -> Computer:
    """A computer whose maker filled in nothing."""
    return a_computer(seed) | {
        "board_serial": "To be filled by O.E.M.",
        "system_uuid": "03000200-0400-0500-0006-000700080009",
    }


def container(seed: int = 1) -> Computer:
    return {
        "cpu_id": _PROCESSORS[seed % len(_PROCESSORS)],
        "mac_addresses": ["02:42:ac:11:00:02"],
        "root_filesystem_uuid": "overlay",
        "machine_id": "",
    }


def without(computer: Computer, *names: str) -> Computer:
    return {name: value for name, value in computer.items() if name not in names}


def with_changed(computer: Computer, *names: str, seed: int = 1006) -> Computer:
    """The same computer with other values in ``names``."""
    changed: Computer = {"cpu_id": "genuineintel/6/42/7"}
    return computer | _only(a_computer(seed) | changed, *names)


def _only(computer: Computer, *names: str) -> Computer:
    return {name: computer[name] for name in names}


def _serial(random: Random, length: int) -> str:
    return "".join(random.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=length))


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _mac(random: Random) -> str:
    digits = random.choice(_MAKERS) + f"{random.getrandbits(24):06x}"
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
