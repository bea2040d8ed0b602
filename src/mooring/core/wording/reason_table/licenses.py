"""Reasons about a product key, a trial, or the license behind it."""

from __future__ import annotations

from mooring.core.wording.catalogue import mark
from mooring.core.wording.reason_table.reason import Reason

ROWS = (
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
)
