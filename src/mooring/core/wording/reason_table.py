"""The table of reasons: each refusal's status, title, sentence and next step, in English.

Add a row here, and its class in ``mooring.core.refusals``, before adding a new refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import mark
from mooring.core.wording.next_steps import NEXT_STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(NamedTuple):
    """One row of the catalogue, in English.

    ``status`` is the HTTP status under which the API tells it, None for what only happens on a device.
    """

    code: str
    status: int | None
    title: str
    detail: str
    next_action: str

    @property
    def next_label(self) -> str:
        """The next step as a person reads it."""
        return NEXT_STEPS[self.next_action].label


_ROWS = (
    Reason(
        "key_malformed",
        422,
        mark("The product key is mistyped"),
        mark(
            "A product key has 25 letters and digits, in five groups of five. Please compare each group "
            "with your original and type the key again."
        ),
        "check_key",
    ),
    Reason(
        "key_unknown",
        404,
        mark("The product key is not known"),
        mark(
            "The key is well formed, but the publisher does not know it. Please check it, or ask the shop "
            "where you got it."
        ),
        "check_key",
    ),
    Reason(
        "key_wrong_product",
        409,
        mark("The product key is for another product"),
        mark("This key belongs to another product. Please use the key that came with this one."),
        "check_key",
    ),
    Reason(
        "key_wrong_edition",
        409,
        mark("The product key is for another edition"),
        mark("This key belongs to another edition than the one installed. Switch the edition to use it."),
        "switch_edition",
    ),
    Reason(
        "license_suspended",
        403,
        mark("The license is suspended"),
        mark(
            "The publisher has suspended this license for now. Please contact the publisher to clear it up."
        ),
        "contact_publisher",
    ),
    Reason(
        "license_revoked",
        403,
        mark("The license is revoked"),
        mark(
            "The publisher has withdrawn this license. If you think this is a mistake, please contact them."
        ),
        "contact_publisher",
    ),
    Reason(
        "license_expired",
        403,
        mark("The license has ended"),
        mark("The term of this license is over. Renew it to go on where you left off."),
        "renew_license",
    ),
    Reason(
        "trial_already_used",
        409,
        mark("The trial has been used"),
        mark("This computer has already had its trial of this product. Buy a key to go on using it."),
        "buy",
    ),
    Reason(
        "trial_not_offered",
        404,
        mark("There is no trial"),
        mark("The publisher offers no trial of this product. Type a product key, or buy one."),
        "buy",
    ),
    Reason(
        "storage_unwritable",
        None,
        mark("The data folder cannot be written"),
        mark(
            "This program may not write its data folder, so its activation lasts only until the program "
            "ends. Make the folder writable, then activate again."
        ),
        "make_writable",
    ),
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
    Reason(
        "hardware_changed",
        409,
        mark("The hardware has changed"),
        mark(
            "This computer no longer matches its activation. If you changed hardware recently, the "
            "troubleshooter brings your license back."
        ),
        "troubleshoot",
    ),
    Reason(
        "no_digital_license",
        404,
        mark("No license was found for this computer"),
        mark("No digital license is known for this hardware. Type your product key, or sign in."),
        "type_key_or_sign_in",
    ),
    Reason(
        "device_unknown",
        404,
        mark("The activation is not known"),
        mark("This computer's activation was removed, or never was. Please activate again."),
        "activate",
    ),
    Reason(
        "possible_clone",
        409,
        mark("There may be two copies of this installation"),
        mark(
            "Two copies of this installation keep renewing the same license. Sign in or type the key to "
            "say which one is yours; until then both keep working until their certificates end."
        ),
        "say_which_is_yours",
    ),
    Reason(
        "certificate_invalid",
        422,
        mark("The certificate is not valid here"),
        mark("The stored proof of activation does not hold on this computer. Please activate again."),
        "activate",
    ),
    Reason(
        "certificate_expired",
        403,
        mark("The offline period is over"),
        mark(
            "This computer has not reached the activation service for too long. Go online for a moment, or "
            "activate offline."
        ),
        "go_online",
    ),
    Reason(
        "clock_wrong",
        409,
        mark("The clock is wrong"),
        mark(
            "This computer's clock shows a time that cannot be right. Set the date and time, then try again."
        ),
        "set_clock",
    ),
    Reason(
        "sign_in_required",
        401,
        mark("Please sign in"),
        mark("This needs your account. Sign in, and it will go on from here."),
        "sign_in",
    ),
    Reason(
        "sign_in_declined",
        None,
        mark("The sign-in was declined"),
        mark(
            "This computer was not let into the account, so nothing has changed. You can sign in at any time."
        ),
        "sign_in",
    ),
    Reason(
        "sign_in_timed_out",
        None,
        mark("Nobody signed in"),
        mark("The sign-in was not approved in time, so nothing has changed. Please start it again."),
        "sign_in",
    ),
    Reason(
        "browser_unavailable",
        None,
        mark("No browser could be opened"),
        mark("This computer has no browser that this program can open. A code on your phone does the same."),
        "sign_in_with_code",
    ),
    Reason(
        "not_device_admin",
        403,
        mark("An administrator is needed"),
        mark(
            "For this license, only an administrator of the computer may do this. Run it as an administrator."
        ),
        "run_as_administrator",
    ),
    Reason(
        "not_license_holder",
        403,
        mark("Another account holds the license"),
        mark("This license belongs to another account. Ask its holder, or the publisher."),
        "ask_holder",
    ),
    Reason(
        "already_linked",
        409,
        mark("The license is already linked"),
        mark("This license is already linked to another account. Ask its holder, or the publisher."),
        "ask_holder",
    ),
    Reason(
        "holder_provisional",
        409,
        mark("The link is not confirmed yet"),
        mark(
            "You linked this license without its key, so it cannot be moved and its devices cannot be freed "
            "for 14 days. Type the key to confirm the link at once."
        ),
        "type_key",
    ),
    Reason(
        "link_not_allowed",
        409,
        mark("The license stays with the organization"),
        mark("Your organization holds this license, so it cannot be linked to a personal account."),
        "ask_organization",
    ),
    Reason(
        "edition_mismatch",
        409,
        mark("That device's license is for another edition"),
        mark(
            "The license of the device you chose is for another edition than the one installed. Choose "
            "one that fits."
        ),
        "choose_license",
    ),
    Reason(
        "offline_code_invalid",
        422,
        mark("The confirmation code is mistyped"),
        mark(
            "The confirmation code does not fit together. Please compare it with the original and type it "
            "again."
        ),
        "check_code",
    ),
    Reason(
        "hardware_unreadable",
        422,
        mark("The hardware cannot be read"),
        mark(
            "Nothing about this computer's hardware could be read, as is usual in containers. Use a "
            "lease, or sign in."
        ),
        "use_lease_or_sign_in",
    ),
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

REASONS: Mapping[str, Reason] = {reason.code: reason for reason in _ROWS}
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
