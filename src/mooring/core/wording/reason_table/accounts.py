"""Reasons about who is signed in, and whose a license is."""

from __future__ import annotations

from mooring.core.wording.catalogue import mark
from mooring.core.wording.reason_table.reason import Reason

ROWS = (
    Reason(
        "sign_in_required",
        401,
        mark("Please sign in"),
        mark("This needs your account. Please sign in first."),
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
            "for 14 days. Link it again with the key to confirm that at once."
        ),
        "type_key",
    ),
    Reason(
        "handover_pending",
        409,
        mark("The license is offered already"),
        mark(
            "This license is offered to somebody already. Take that offer back first, or wait until it is "
            "answered."
        ),
        "undo_handover",
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
        "consent_required",
        403,
        mark("You have not agreed to this"),
        mark("This is sent only with your consent, and you have not given it, or have withdrawn it."),
        "look_and_agree",
    ),
    Reason(
        "pc_limit_reached",
        409,
        mark("Your account shows no more PCs"),
        mark(
            "Your account page already shows as many PCs as it can. Forget one there that is not used any "
            "more."
        ),
        "forget_a_pc",
    ),
)
