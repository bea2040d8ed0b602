"""Mails to those who run the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.core.wording.catalogue import mark
from mooring.server.delivery.mail.sentences.letter import Button, Letter
from mooring.server.delivery.mail.sentences.reasons import was_named

if TYPE_CHECKING:
    from mooring.server.delivery.mail.sentences.letter import Matter


ROLES: Final = {
    "owner": mark("Owner"),
    "admin": mark("Admin"),
    "support": mark("Support"),
    "viewer": mark("Viewer"),
}


def staff_invited(matter: Matter) -> Letter:
    """They are asked to work in the console."""
    _, role = matter.say, matter.text("role")
    return Letter(
        subject=_("You are invited to the console of {host}").format(host=matter.host),
        paragraphs=(
            _("There you can help customers with their licenses. Two-step sign-in is required for it."),
        ),
        facts=((_("Role"), _(ROLES.get(role, role))),),
        button=Button(_("Accept the invitation"), matter.link()),
        because=was_named(matter),
    )


def test(matter: Matter) -> Letter:
    """Nothing happened: an operator tries whether mails arrive."""
    _ = matter.say
    return Letter(
        subject=_("A test mail from {host}").format(host=matter.host),
        title=_("This is a test mail"),
        paragraphs=(_("It arrived, so this server can send mails. There is nothing for you to do."),),
        because=was_named(matter),
    )
