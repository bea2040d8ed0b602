"""Mooring: software activation and digital licenses that stay moored to their owner.

app = mooring.App.from_package("harbor_notes")   # the descriptor shipped in the package
if not app.status().activated:                   # offline
    app.activate("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
app.require("export-pdf")                        # or app.allows("export-pdf")
app.keep_fresh()                                 # renews in a background thread when due
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.app import App
from mooring.client.domain.errors import (
    FeatureNotLicensed,
    InvalidCertificate,
    MooringError,
    Refused,
    ServerUnreachable,
    SettingsUnavailable,
)
from mooring.client.domain.version import __version__

if TYPE_CHECKING:
    from types import ModuleType

    from mooring import aio, testing

__all__ = [
    "App",
    "FeatureNotLicensed",
    "InvalidCertificate",
    "MooringError",
    "Refused",
    "ServerUnreachable",
    "SettingsUnavailable",
    "__version__",
    "aio",
    "testing",
]

_LAZY = frozenset({"aio", "testing"})


def __getattr__(name: str) -> ModuleType:
    """Import `mooring.aio` and `mooring.testing` when first used: a start-up must not pay for them."""
    if name not in _LAZY:
        raise AttributeError(f"module 'mooring' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return import_module(f"mooring.{name}")
