"""Mails about licenses: handed over, or claimed by the address they were bought with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.delivery.mail.sentences.letter import Button, Letter
from mooring.server.delivery.mail.sentences.reasons import has_account, was_named, was_typed

if TYPE_CHECKING:
    from mooring.server.delivery.mail.sentences.letter import Matter


def handover_offered(matter: Matter) -> Letter:
    """Somebody offers them a license."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("A license for {product} is offered to you").format(product=product),
        paragraphs=(
            _("If you accept, it is yours, and is no longer with the account that offers it."),
            _("If you do nothing, it stays where it is."),
        ),
        facts=((_("Offered by"), matter.text("from")), (_("Until"), matter.moment("until"))),
        button=Button(_("Look at the offer"), matter.link()),
        because=was_named(matter),
    )


def handover_told_giver(matter: Matter) -> Letter:
    """They offered a license; told to them, because it may not have been them."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("You offered your license for {product}").format(product=product),
        paragraphs=(_("It stays yours until the offer is accepted. Until then you can take it back."),),
        facts=((_("Offered to"), matter.text("to")), (_("Until"), matter.moment("until"))),
        button=Button(_("Look at the offer"), matter.link()),
        because=has_account(matter),
    )


def handover_accepted(matter: Matter) -> Letter:
    """The license that they offered is another's now."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("Your license for {product} was handed over").format(product=product),
        paragraphs=(
            _("Your offer was accepted. The license is no longer with your account."),
            _("The devices that used it gave up their seats."),
        ),
        facts=((_("Handed over to"), matter.text("to")),),
        because=has_account(matter),
    )


def handover_received(matter: Matter) -> Letter:
    """They accepted a license that was offered to them."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("The license for {product} is yours now").format(product=product),
        paragraphs=(
            _("It was handed over to the account with which the offer was accepted."),
            _("Sign in with that account in the program, and activate there: no key is needed."),
        ),
        facts=((_("Offered by"), matter.text("from")),),
        because=was_named(matter),
    )


def handover_declined(matter: Matter) -> Letter:
    """Nobody wanted the license that they offered."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("Your offer of the license for {product} was declined").format(product=product),
        paragraphs=(_("The license stays yours. There is nothing for you to do."),),
        facts=((_("Offered to"), matter.text("to")),),
        because=has_account(matter),
    )


def handover_undone(matter: Matter) -> Letter:
    """The license that was offered to them is no longer offered."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("A license for {product} is no longer offered to you").format(product=product),
        paragraphs=(_("The offer was taken back. There is nothing for you to do."),),
        facts=((_("Offered by"), matter.text("from")),),
        because=was_named(matter),
    )


def handover_withdrawn(matter: Matter) -> Letter:
    """They took their account back, and what it offered until then ended with that."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("Your offer of the license for {product} was withdrawn").format(product=product),
        paragraphs=(
            _(
                "Your account was taken back by mail, and its offers ended with that: "
                "others may have made them."
            ),
            _("The license stays yours. If you still want to give it away, offer it again."),
        ),
        facts=((_("Offered to"), matter.text("to")),),
        because=has_account(matter),
    )


def handover_lapsed(matter: Matter) -> Letter:
    """Nobody accepted the license that they offered."""
    _ = matter.say
    product = matter.text("license")
    return Letter(
        subject=_("Your offer of the license for {product} has ended").format(product=product),
        paragraphs=(
            _("Nobody accepted it in time."),
            _("The license stays yours. If you still want to give it away, offer it again."),
        ),
        facts=((_("Offered to"), matter.text("to")),),
        because=has_account(matter),
    )


def license_claim(matter: Matter) -> Letter:
    """A license was bought with their address; the link puts it into their account."""
    _ = matter.say
    product = matter.text("product")
    return Letter(
        subject=_("Put your license for {product} into your account").format(product=product),
        paragraphs=(
            _("It was bought with this address. In your account it comes back without the product key."),
            _("The link is good for seven days. You can ask for another at any time."),
        ),
        button=Button(_("Put it into my account"), matter.link()),
        because=was_typed(matter),
    )
