"""Linking Windows to a Microsoft account: where it makes sense, and which pages of Settings lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.windows.domain import channels
from mooring.windows.domain.activation import ACTIVATED

if TYPE_CHECKING:
    from mooring.windows.domain.activation import WindowsActivation

YOUR_INFO = "ms-settings:yourinfo"
ACTIVATION = "ms-settings:activation"

_FIRST_BUILD_THAT_LINKS = 14393  # Windows 10, version 1607


class Page(NamedTuple):
    """One page of Settings: ``name`` is ``your_info`` or ``activation``, ``address`` opens it."""

    name: str
    address: str


PAGES = (Page("your_info", YOUR_INFO), Page("activation", ACTIVATION))
"""The pages, in the order in which they are visited."""

_BY_CHANNEL = {
    channels.VOLUME_MAK: "windows_of_an_organization",
    channels.VOLUME_KMS: "windows_of_an_organization",
    channels.KMS_HOST: "windows_of_an_organization",
    channels.VIRTUAL_MACHINE: "windows_of_an_organization",
    channels.SUBSCRIPTION: "windows_on_subscription",
    channels.EVALUATION: "windows_evaluation",
}


def why_not_linked(windows: WindowsActivation) -> str | None:
    """Return the code of the reason for which linking makes no sense here; None where it does."""
    if windows.is_server:
        return "windows_server"
    if windows.channel in _BY_CHANNEL:
        return _BY_CHANNEL[windows.channel]
    if windows.state != ACTIVATED:
        return "windows_not_activated"
    if (windows.system.build or _FIRST_BUILD_THAT_LINKS) < _FIRST_BUILD_THAT_LINKS:
        return "windows_too_old"
    return None
