"""What doors hand to the activation use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.server.licensing.domain.activations.device import DeviceFacts, Environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import ActivationId, LicenseId
    from mooring.core.product_key import ProductKey
    from mooring.server.licensing.domain.holder import AccountRef

__all__ = [
    "Activated",
    "ActivationRequest",
    "DeviceFacts",
    "Environment",
    "Renewed",
    "Validation",
    "ValidationRequest",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationRequest:
    """A computer asks to be activated, in one of four ways.

    With ``product_key``; with ``license_id``, a license of the signed-in account; as a ``trial``; with none
    of them: the digital license of this hardware. ``jkt`` is the thumbprint of the key that signed the
    request. ``replaces`` is the caller's own activation, given up in the same step. ``account`` is who is
    signed in.
    """

    product: str
    hardware: HardwareProfile
    device: DeviceFacts
    jkt: str
    edition: str | None = None
    product_key: ProductKey | None = None
    license_id: LicenseId | None = None
    trial: bool = False
    environment: Environment = Environment.COMPUTER
    replaces: ActivationId | None = None
    account: AccountRef | None = None


@dataclass(frozen=True, slots=True)
class Activated:
    """The computer is activated.

    ``activation`` is ready for JSON. ``created`` tells a new activation from the same again. ``dropped``
    names the optional data that came without consent and was not kept.
    """

    activation: Mapping[str, object]
    certificate: str
    created: bool
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewed:
    """The fresh certificate, or the last one again if its answer was lost."""

    activation: Mapping[str, object]
    certificate: str
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRequest:
    """Somebody asks whether a key or certificate is good for a product, its entitlements, some hardware."""

    product: str
    product_key: ProductKey | None = None
    certificate: str | None = None
    hardware: HardwareProfile | None = None
    entitlements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """The answer to a validation: ``code`` is the reason where it is not valid."""

    valid: bool
    code: str | None = None
