"""Computers for tests: raw component values as a real one would report them."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from mooring.client.use_cases.ports import DeviceFacts


def a_computer(name: str = "laptop") -> dict[str, str | list[str]]:
    """Return the components of the computer called ``name``; the same name is the same computer.

    >>> a_computer("laptop") == a_computer("laptop"), a_computer("laptop") == a_computer("desktop")
    (True, False)
    """

    def digits(what: str) -> str:
        return sha256(f"{name}/{what}".encode()).hexdigest()

    return {
        "board_serial": digits("board")[:12].upper(),
        "system_uuid": str(UUID(digits("system")[:32], version=4)),
        "root_disk_serial": digits("disk")[:15].upper(),
        "mac_addresses": [":".join(["3c", "52", "82", *_pairs(digits("network")[:6])])],
        "cpu_id": "GenuineIntel/6/158/10",
        "machine_id": digits("machine")[:32],
        "root_filesystem_uuid": str(UUID(digits("filesystem")[:32], version=4)),
    }


class FakeSystem:
    """An ordinary computer, which its person calls ``name``."""

    def __init__(self, app_version: str | None = None, name: str | None = None) -> None:
        self._app_version = app_version
        self._name = name

    def facts(self) -> DeviceFacts:
        """Return what an activation tells about it."""
        return DeviceFacts("linux", os_version="6.1", app_version=self._app_version)

    def name(self) -> str | None:
        """Return what it is called."""
        return self._name


def _pairs(digits: str) -> list[str]:
    return [digits[at : at + 2] for at in range(0, len(digits), 2)]
