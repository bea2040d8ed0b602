"""Refusals about a computer: its hardware, its clock, and the proof of activation that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant_or_none
from mooring.core.refusals.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class StorageUnwritable(Refusal):
    """The program may not write its data folder."""

    code = "storage_unwritable"

    def __init__(self, folder: str | None = None) -> None:
        super().__init__(folder=folder)
        self.folder = folder


class HardwareChanged(Refusal):
    """This computer no longer matches its activation; ``differs`` names the component groups."""

    code = "hardware_changed"

    def __init__(self, differs: Iterable[str] = ()) -> None:
        self.differs = tuple(differs)
        super().__init__(differs=list(self.differs))


class HardwareUnreadable(Refusal):
    """No hardware component could be read."""

    code = "hardware_unreadable"


class NoDigitalLicense(Refusal):
    """No key was given, and no license is known for this hardware."""

    code = "no_digital_license"


class DeviceUnknown(Refusal):
    """The activation was removed, or never was."""

    code = "device_unknown"


class PossibleClone(Refusal):
    """Two copies of one installation keep renewing."""

    code = "possible_clone"


class CertificateInvalid(Refusal):
    """The certificate proves nothing here; ``why`` names the check that failed, such as ``signature``."""

    code = "certificate_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


class CertificateExpired(Refusal):
    """The offline period was over at ``ended_at``."""

    code = "certificate_expired"

    def __init__(self, ended_at: datetime | None = None) -> None:
        super().__init__(ended_at=format_instant_or_none(ended_at))
        self.ended_at = ended_at


class ClockWrong(Refusal):
    """The computer's clock shows a time that is proven wrong."""

    code = "clock_wrong"


class OfflineCodeInvalid(Refusal):
    """The confirmation code is mistyped, in ``group`` (counted from 1) when only one looks wrong."""

    code = "offline_code_invalid"

    def __init__(self, group: int | None = None) -> None:
        super().__init__(group=group)
        self.group = group


class NotDeviceAdmin(Refusal):
    """The policy asks an administrator of the computer to do this."""

    code = "not_device_admin"
