"""What an activation tells about this computer, apart from its hardware."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.client.use_cases.ports import DeviceFacts, Environment

LONGEST_NAME = 64
"""What a server takes as the name of a device."""

_PLATFORMS = {"win32": "windows", "darwin": "macos"}


class ThisSystem:
    """The computer that the program runs on.

    Args:
        app_version: the program's own version, if it tells it.
        environment: `computer`, or what asks for a short lease: `container`, `ci`. None looks.
    """

    def __init__(self, app_version: str | None = None, environment: Environment | None = None) -> None:
        self._app_version = app_version
        self._environment = environment

    def facts(self) -> DeviceFacts:
        """Return the platform, the versions, and where the program runs."""
        from platform import release  # noqa: PLC0415 - only an activation asks

        from mooring.client.adapters.probes.environment import this_environment  # noqa: PLC0415 - the same
        from mooring.client.use_cases.ports import DeviceFacts  # noqa: PLC0415 - the same

        return DeviceFacts(
            platform=_PLATFORMS.get(sys.platform, "linux"),
            os_version=release() or None,
            app_version=self._app_version,
            environment=self._environment or this_environment(os.environ),
        )

    def name(self) -> str | None:
        """Return the computer's own name, without the network's behind it."""
        from platform import node  # noqa: PLC0415 - few agree to tell it

        name = node().partition(".")[0].strip()[:LONGEST_NAME]
        return name if name.isprintable() and name not in {"", "localhost"} else None
