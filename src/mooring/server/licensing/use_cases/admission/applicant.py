"""Who asks to be activated: the request, its hardware as it is stored, and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.linking import is_owner

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.use_cases.activations.messages import ActivationRequest


@dataclass(frozen=True, slots=True)
class Applicant:
    """A computer that asks to be activated at ``at``; ``hardware`` is its protected profile.

    ``name_consent`` is the consent by which the name that it calls itself may be kept.
    """

    request: ActivationRequest
    hardware: HardwareProfile
    at: datetime
    name_consent: str | None = None

    @property
    def jkt(self) -> str:
        """The thumbprint of the installation's key."""
        return self.request.jkt

    @property
    def key_typed(self) -> bool:
        """Whether a product key came along."""
        return self.request.product_key is not None

    @property
    def account(self) -> AccountRef | None:
        """Who is signed in."""
        return self.request.account

    def owns(self, license_: License) -> bool:
        """Whether who asks has shown that the license is theirs: its holder, or without one the key."""
        return is_owner(license_, self.account, key_typed=self.key_typed, at=self.at)

    @property
    def wants_lease(self) -> bool:
        """Whether it comes and goes (a container, a build), and so never takes a seat."""
        return self.request.environment != Environment.COMPUTER
