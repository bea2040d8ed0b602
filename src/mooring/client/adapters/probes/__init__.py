"""Probes: each operating system's way to read what identifies a computer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.client.use_cases.ports import Probe


def choose_probe(platform: str = sys.platform) -> Probe:
    """Return the probe of the operating system that ``sys.platform`` names.

    An unknown system gets that of Linux, whose files it may have in part; what is missing is absent.
    """
    if platform == "win32":
        from mooring.client.adapters.probes.windows import WindowsProbe  # noqa: PLC0415

        return WindowsProbe()
    if platform == "darwin":
        from mooring.client.adapters.probes.macos import MacosProbe  # noqa: PLC0415

        return MacosProbe()
    from mooring.client.adapters.probes.linux import LinuxProbe  # noqa: PLC0415

    return LinuxProbe()
