"""This computer's hardware, read once and hashed for one publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.hardware.hashing import hash_components

if TYPE_CHECKING:
    from mooring.client.use_cases.ports import Probe
    from mooring.core.hardware.profile import HardwareProfile


class ReadHardware:
    """Returns the hardware profile of this computer.

    Args:
        probe: reads the raw values, which never leave this object.
        salt: the publisher's `hardware_salt`.
    """

    def __init__(self, probe: Probe, salt: bytes) -> None:
        self._probe = probe
        self._salt = salt
        self._known: HardwareProfile | None = None

    def __call__(self, *, again: bool = False) -> HardwareProfile:
        """Return the profile; what was read before, unless ``again`` is asked for.

        A running computer keeps its mainboard: a status need not read it again, an exchange does.
        """
        known = self._known
        if known is None or again:
            known = self._known = hash_components(dict(self._probe.read()), self._salt)
        return known
