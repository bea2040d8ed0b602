"""Reasons about seats: all are taken, or the license may not move to another computer."""

from __future__ import annotations

from mooring.core.wording.catalogue import mark
from mooring.core.wording.reason_table.reason import Reason

ROWS = (
    Reason(
        "seat_limit_reached",
        409,
        mark("All seats are taken"),
        mark("Other devices use every seat of this license. Sign in to see them and free one."),
        "free_a_device",
    ),
    Reason(
        "move_not_allowed",
        409,
        mark("The license cannot move"),
        mark(
            "This license belongs to the first computer it was activated on and cannot move to another "
            "one. The publisher can tell you what is possible."
        ),
        "contact_publisher",
    ),
    Reason(
        "move_limit_reached",
        409,
        mark("The license has moved too often"),
        mark("This license has used up its moves for now. You can ask the publisher to approve one more."),
        "contact_publisher",
    ),
    Reason(
        "move_pending",
        409,
        mark("The move waits for approval"),
        mark("The publisher has been asked to approve this move. Please try again when they have answered."),
        "wait",
    ),
)
