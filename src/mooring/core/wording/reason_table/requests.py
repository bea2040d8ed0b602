"""Reasons about a request as such, and about a server that cannot answer."""

from __future__ import annotations

from mooring.core.wording.catalogue import mark
from mooring.core.wording.reason_table.reason import Reason

ROWS = (
    Reason(
        "device_proof_invalid",
        401,
        mark("The request could not be verified"),
        mark(
            "The request is not signed by this installation as it must be. Update the program, and check "
            "that the computer's clock is right."
        ),
        "update_program",
    ),
    Reason(
        "invalid_request",
        422,
        mark("The request is not valid"),
        mark("The request is incomplete or cannot be understood."),
        "correct_request",
    ),
    Reason(
        "not_found",
        404,
        mark("Not found"),
        mark("There is nothing at this address."),
        "correct_request",
    ),
    Reason(
        "payload_too_large",
        413,
        mark("The request is too large"),
        mark("The request is longer than the activation service reads."),
        "correct_request",
    ),
    Reason(
        "idempotency_conflict",
        422,
        mark("The idempotency key was used before"),
        mark("This Idempotency-Key belongs to another request. Use a fresh one for each request."),
        "correct_request",
    ),
    Reason(
        "insufficient_scope",
        403,
        mark("The token does not allow this"),
        mark("The token that was sent lacks the scope for this request."),
        "correct_request",
    ),
    Reason(
        "rate_limited",
        429,
        mark("Too many tries"),
        mark("There were too many tries in a short time. Please wait a little, then try again."),
        "wait",
    ),
    Reason(
        "service_unavailable",
        503,
        mark("The activation service cannot answer now"),
        mark(
            "The activation service cannot answer right now. What is activated keeps working, and the "
            "program tries again by itself."
        ),
        "retry",
    ),
)
