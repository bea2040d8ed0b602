"""A device: a computer, known by its hardware profile; and what it says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import DeviceId


class Environment(StrEnum):
    """Where the program runs: on a computer that stays, or in something that comes and goes."""

    COMPUTER = "computer"
    CONTAINER = "container"
    CI = "ci"


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What a computer says about itself when it activates.

    ``name`` is optional data: without the person's consent it is dropped at the door. ``admin`` tells whether
    an administrator of the computer is acting.
    """

    platform: str
    os_version: str | None = None
    app_version: str | None = None
    name: str | None = None
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A computer that holds, or held, a seat. Its ``hardware`` is protected: each hash is keyed once more."""

    id: DeviceId
    name: str
    platform: str
    os_version: str | None
    hardware: HardwareProfile
    created_at: datetime
    last_seen_at: datetime
