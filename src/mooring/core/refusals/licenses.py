"""Refusals about a product key, a trial, or the license behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant_or_none
from mooring.core.refusals.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime


class KeyMalformed(Refusal):
    """Not 25 valid characters, or a mistyped one.

    When exactly one symbol is wrong: its group, its position in the group (both 1-5), and the corrected key.
    """

    code = "key_malformed"

    def __init__(
        self, group: int | None = None, position: int | None = None, suggestion: str | None = None
    ) -> None:
        super().__init__(group=group, position=position, suggestion=suggestion)
        self.group = group
        self.position = position
        self.suggestion = suggestion


class KeyUnknown(Refusal):
    """The key is well-formed, but not one of this publisher's."""

    code = "key_unknown"


class KeyWrongProduct(Refusal):
    """The key is for another product, which is named only if the key exists."""

    code = "key_wrong_product"

    def __init__(self, product_name: str | None = None) -> None:
        super().__init__(product_name=product_name)
        self.product_name = product_name


class KeyWrongEdition(Refusal):
    """The key is for another edition than the one installed; ``edition`` is the key's."""

    code = "key_wrong_edition"

    def __init__(self, edition: str | None = None) -> None:
        super().__init__(edition=edition)
        self.edition = edition


class LicenseSuspended(Refusal):
    """The publisher suspended the license."""

    code = "license_suspended"


class LicenseRevoked(Refusal):
    """The publisher revoked the license."""

    code = "license_revoked"


class LicenseExpired(Refusal):
    """The license's term has ended."""

    code = "license_expired"

    def __init__(self, ended_at: datetime | None = None) -> None:
        super().__init__(ended_at=format_instant_or_none(ended_at))
        self.ended_at = ended_at


class TrialAlreadyUsed(Refusal):
    """This hardware had its trial of the product."""

    code = "trial_already_used"


class TrialNotOffered(Refusal):
    """The publisher offers no trial of the product, or of the edition."""

    code = "trial_not_offered"
