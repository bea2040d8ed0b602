"""The components of a hardware profile: names, groups, weights, and how much of each hash is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORM: Final = "platform"
STORAGE: Final = "storage"
NETWORK: Final = "network"
PROCESSOR: Final = "processor"
INSTALLATION: Final = "installation"

MAC_ADDRESSES: Final = "mac_addresses"
"""The one component with several values; it matches when one of them is shared."""

MAC_ADDRESS_LIMIT: Final = 8

COMPONENTS_BY_GROUP: Final[Mapping[str, tuple[str, ...]]] = {
    PLATFORM: ("board_serial", "system_uuid"),
    STORAGE: ("root_disk_serial",),
    NETWORK: (MAC_ADDRESSES,),
    PROCESSOR: ("cpu_id",),
    INSTALLATION: ("machine_id", "root_filesystem_uuid"),
}

GROUPS: Final = tuple(COMPONENTS_BY_GROUP)

COMPONENTS: Final = tuple(name for names in COMPONENTS_BY_GROUP.values() for name in names)

GROUP_OF: Final[Mapping[str, str]] = {
    name: group for group, names in COMPONENTS_BY_GROUP.items() for name in names
}

WEIGHTS: Final[Mapping[str, int]] = {PLATFORM: 40, STORAGE: 20, NETWORK: 15, PROCESSOR: 5, INSTALLATION: 20}

WEAK_BELOW: Final = 50
"""A profile that weighs less identifies nothing: the installation's key pair alone does."""

# Serials, addresses and processors are kept so short that many values share a hash: a leaked profile
# cannot be turned back into the serial number behind it. Identifiers that are random anyway stay whole.
HASH_BYTES: Final[Mapping[str, int]] = {
    "board_serial": 3,
    "system_uuid": 16,
    "root_disk_serial": 3,
    MAC_ADDRESSES: 3,
    "cpu_id": 3,
    "machine_id": 16,
    "root_filesystem_uuid": 16,
}

RECOGNITION_COMPONENTS: Final = COMPONENTS_BY_GROUP[PLATFORM] + COMPONENTS_BY_GROUP[STORAGE]
"""Where the server looks a computer up: recognition always needs one of these groups to match."""
