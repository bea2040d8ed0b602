"""Where a program runs: on a computer, or where a build or a container comes and goes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.use_cases.ports import Environment

# Set by most services; the others by the one they are named for.
_CI_VARIABLES = (
    "CI",
    "BUILD_BUILDID",
    "BUILDKITE",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
)
_OFF = frozenset({"", "0", "false", "no", "off"})

_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_DESKTOP_SANDBOX_FILES = ("/.flatpak-info",)


def detect_environment(
    environ: Mapping[str, str], exists: Callable[[str], bool], *, root_on_block_device: bool
) -> Environment:
    """Tell where a program runs.

    Args:
        environ: the process's environment variables.
        exists: whether a file of that path exists.
        root_on_block_device: whether the root file system has a block device of its own, as no
            container's has.
    """
    if any(environ.get(name, "").strip().lower() not in _OFF for name in _CI_VARIABLES):
        return "ci"
    if any(map(exists, _DESKTOP_SANDBOX_FILES)):
        return "computer"
    if "KUBERNETES_SERVICE_HOST" in environ:
        return "container"
    # A machine installed from a container's image keeps the marker file, but starts from a disk.
    marked = bool(environ.get("container")) or any(map(exists, _CONTAINER_FILES))
    return "container" if marked and not root_on_block_device else "computer"


def this_environment(environ: Mapping[str, str]) -> Environment:
    """Tell where this process runs, from its environment variables and its files."""
    from mooring.client.adapters.probes.linux_disks import read_mounts  # noqa: PLC0415 - for an activation only

    root_device = {mount.point: mount.device for mount in read_mounts("")}.get("/", "0:0")
    return detect_environment(environ, os.path.exists, root_on_block_device=not root_device.startswith("0:"))
