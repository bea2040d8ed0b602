"""Refusals about who is signed in, and whose a license is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant_or_none
from mooring.core.refusals.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime


class SignInRequired(Refusal):
    """The action needs an account."""

    code = "sign_in_required"


class SignInDeclined(Refusal):
    """The person was asked in the browser, and did not let this computer in."""

    code = "sign_in_declined"


class SignInTimedOut(Refusal):
    """Nobody let this computer in while its code, or its page, was good."""

    code = "sign_in_timed_out"


class BrowserUnavailable(Refusal):
    """This computer has no browser that a program can open."""

    code = "browser_unavailable"


class NotLicenseHolder(Refusal):
    """Another account, shown masked as ``holder``, holds the license."""

    code = "not_license_holder"

    def __init__(self, holder: str | None = None) -> None:
        super().__init__(holder=holder)
        self.holder = holder


class AlreadyLinked(Refusal):
    """The license is linked to another account, shown masked as ``holder``."""

    code = "already_linked"

    def __init__(self, holder: str | None = None) -> None:
        super().__init__(holder=holder)
        self.holder = holder


class HolderProvisional(Refusal):
    """The account became holder without the key, so until ``until`` it may not move or free seats."""

    code = "holder_provisional"

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__(until=format_instant_or_none(until))
        self.until = until


class HandoverPending(Refusal):
    """The license is offered to somebody else already, and can be offered to one at a time."""

    code = "handover_pending"


class LinkNotAllowed(Refusal):
    """The policy keeps the license with the organization."""

    code = "link_not_allowed"


class EditionMismatch(Refusal):
    """The chosen device's license is for another edition."""

    code = "edition_mismatch"


class ConsentRequired(Refusal):
    """The person has not agreed that this is sent, or no longer agrees.

    ``purpose`` is what it would be for, ``version`` that of the text to agree to.
    """

    code = "consent_required"

    def __init__(self, purpose: str | None = None, version: int | None = None) -> None:
        super().__init__(purpose=purpose, version=version)
        self.purpose = purpose
        self.version = version


class PcLimitReached(Refusal):
    """The account shows as many PCs, ``most``, as it can."""

    code = "pc_limit_reached"

    def __init__(self, most: int | None = None) -> None:
        super().__init__(most=most)
        self.most = most
