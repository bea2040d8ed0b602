"""Mails about an account: its address, its password, who signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.delivery.mail.sentences.letter import Button, Letter
from mooring.server.delivery.mail.sentences.reasons import has_account, not_me, to_the_account, was_typed

if TYPE_CHECKING:
    from mooring.server.delivery.mail.sentences.letter import Matter


def verify_address(matter: Matter) -> Letter:
    """A code, and a link that does the same, to show that the mailbox is read."""
    _ = matter.say
    return Letter(
        subject=_("Confirm your e-mail address"),
        paragraphs=(
            _("Type this code on the page where you were asked for it, or press the button."),
            _("Nobody who calls or writes to you needs this code: tell it to no one."),
        ),
        code=matter.text("code"),
        button=Button(_("Confirm the address"), matter.link()),
        because=was_typed(matter),
    )


def sign_up_again(matter: Matter) -> Letter:
    """Somebody wanted to sign up with an address that has an account."""
    _ = matter.say
    return Letter(
        subject=_("You have an account already"),
        paragraphs=(
            _(
                "Somebody, probably you, wanted to create an account with this address. "
                "There is one already: sign in, or set a new password if you forgot yours."
            ),
        ),
        button=Button(_("Sign in"), matter.link()),
        because=was_typed(matter),
    )


def reset_password(matter: Matter) -> Letter:
    """A link to a new password."""
    _ = matter.say
    return Letter(
        subject=_("Set a new password"),
        paragraphs=(
            _("Press the button to choose a new password for your account."),
            _("You will then be signed out everywhere, on your devices too."),
            _("If you did not ask for it, leave this mail alone: your password stays as it is."),
        ),
        button=Button(_("Choose a new password"), matter.link()),
        because=was_typed(matter),
    )


def password_changed(matter: Matter) -> Letter:
    """The password is another one now."""
    _ = matter.say
    return Letter(
        subject=_("Your password was changed"),
        paragraphs=(_("Your account has a new password. The old one does not work any more."),),
        notice=not_me(matter),
        button=to_the_account(matter),
        because=has_account(matter),
    )


def address_changed(matter: Matter) -> Letter:
    """The account goes by another address now; told to the old and to the new one."""
    _ = matter.say
    return Letter(
        subject=_("The address of your account was changed"),
        paragraphs=(_("Mails about your account go to the new address from now on."),),
        facts=((_("New address"), matter.text("new_masked")),),
        notice=not_me(matter),
        button=to_the_account(matter),
        because=_(
            "You get this mail because this address belongs, or belonged until now, to an account at {host}."
        ).format(host=matter.host),
    )


def address_replaced(matter: Matter) -> Letter:
    """The account goes by another address now; told to the old one, which can be put back."""
    _ = matter.say
    return Letter(
        subject=_("The address of your account was changed"),
        paragraphs=(
            _("Mails about your account go to the new address from now on."),
            _(
                "If it was not you, put this address back within seven days. Everybody is then signed out "
                "everywhere, and you choose a new password."
            ),
        ),
        facts=((_("New address"), matter.text("new_masked")),),
        button=Button(_("It was not me"), matter.link()),
        because=_(
            "You get this mail because this address belonged until now to an account at {host}."
        ).format(host=matter.host),
    )


def address_put_back(matter: Matter) -> Letter:
    """The account goes by its former address again; told to the one that it had meanwhile."""
    _ = matter.say
    return Letter(
        subject=_("The address of your account was put back"),
        paragraphs=(
            _("Somebody who reads mail to the former address put it back: the account goes by it again."),
            _("Everybody was signed out everywhere. Mails about the account come here no longer."),
        ),
        facts=((_("Address"), matter.text("masked")),),
        because=_(
            "You get this mail because this address belonged until now to an account at {host}."
        ).format(host=matter.host),
    )


def new_sign_in(matter: Matter) -> Letter:
    """Somebody signed in from where nobody had signed in before."""
    _, browser = matter.say, matter.text("browser")
    return Letter(
        subject=_("New sign-in to your account"),
        title=_("Somebody signed in to your account"),
        paragraphs=(_("It was from a browser that had not been used for it before."),),
        facts=(
            (_("When"), matter.moment("when")),
            (_("Where"), matter.text("where")),
            *(((_("Browser"), browser),) if browser else ()),
        ),
        notice=not_me(matter),
        button=to_the_account(matter),
        because=has_account(matter),
    )
