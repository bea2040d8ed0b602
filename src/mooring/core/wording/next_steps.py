"""Next steps: what a person can do about a refusal, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    from collections.abc import Mapping


class NextStep(NamedTuple):
    """One step: its label in English, and the name of the descriptor's address that leads there, if any."""

    label: str
    url_name: str | None = None


NEXT_STEPS: Mapping[str, NextStep] = {
    "activate": NextStep(mark("Activate again")),
    "ask_holder": NextStep(mark("Ask the license's holder or the publisher"), "support"),
    "ask_organization": NextStep(mark("Ask your organization")),
    "buy": NextStep(mark("Buy a product key"), "buy"),
    "check_code": NextStep(mark("Check the code and type it again")),
    "check_key": NextStep(mark("Check the key and type it again")),
    "choose_license": NextStep(mark("Choose another device or license")),
    "contact_publisher": NextStep(mark("Contact the publisher"), "support"),
    "correct_request": NextStep(mark("Correct the request")),
    "forget_a_pc": NextStep(mark("Forget a PC on your account page"), "account"),
    "free_a_device": NextStep(mark("Sign in and free a device"), "account"),
    "go_online": NextStep(mark("Go online, or activate offline")),
    "look_and_agree": NextStep(mark("Look at what would be sent, and agree")),
    "make_writable": NextStep(mark("Make the folder writable")),
    "renew_license": NextStep(mark("Renew the license"), "renew"),
    "retry": NextStep(mark("Try again later")),
    "run_as_administrator": NextStep(mark("Run it as an administrator")),
    "say_which_is_yours": NextStep(mark("Sign in or type the key")),
    "set_clock": NextStep(mark("Set the clock")),
    "sign_in": NextStep(mark("Sign in"), "account"),
    "sign_in_with_code": NextStep(mark("Sign in with a code, on another device")),
    "switch_edition": NextStep(mark("Switch edition")),
    "troubleshoot": NextStep(mark("Start the troubleshooter")),
    "type_key": NextStep(mark("Type the product key")),
    "type_key_or_sign_in": NextStep(mark("Type a key or sign in")),
    "undo_handover": NextStep(mark("Take the offer back"), "account"),
    "update_program": NextStep(mark("Update the program and check the clock")),
    "use_lease_or_sign_in": NextStep(mark("Use a lease or sign in")),
    "wait": NextStep(mark("Wait a little, then try again")),
}
"""For each stable name of a step, what a person reads and where it leads."""

_EXACT_STEPS = (
    ("free_a_device", "devices", "free_a_device", NextStep(mark("Free a device"), "account")),
    ("correct_request", "device", "choose_device", NextStep(mark("Choose one of your devices"), "account")),
    (
        "correct_request",
        "license",
        "choose_license",
        NextStep(mark("Choose one of your licenses"), "account"),
    ),
)
"""A step, the member with which it can be said more exactly, and the exact step."""


def next_step(action: str, members: Mapping[str, object]) -> tuple[str, NextStep]:
    """Return the stable name of the step for a reason, and the step, as exact as ``members`` allow."""
    for general, member, exact, step in _EXACT_STEPS:
        if action == general and members.get(member):
            return exact, step
    return action, NEXT_STEPS[action]
