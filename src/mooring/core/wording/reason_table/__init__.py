"""The table of reasons: each refusal's status, title, sentence and next step, in English.

Add a row here, and its class in ``mooring.core.refusals`` under the same subject, before adding a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import mark
from mooring.core.wording.reason_table import accounts, computers, licenses, requests, seats
from mooring.core.wording.reason_table.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REASONS", "UNKNOWN_REASON", "Reason"]

REASONS: Mapping[str, Reason] = {
    reason.code: reason
    for subject in (licenses, seats, computers, accounts, requests)
    for reason in subject.ROWS
}
"""Every reason by its code."""

UNKNOWN_REASON = Reason(
    "unknown",
    None,
    mark("The activation service refused this"),
    mark(
        "The activation service refused this for a reason that this version of the program does not know. "
        "Update the program, or contact the publisher."
    ),
    "contact_publisher",
)
"""What is said about a code that a newer server sends."""
