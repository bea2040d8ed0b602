"""Why somebody gets a mail: it stands at the end of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.delivery.mail.sentences.letter import Button

if TYPE_CHECKING:
    from mooring.server.delivery.mail.sentences.letter import Matter


def has_account(matter: Matter) -> str:
    """They have an account here."""
    _ = matter.say
    return _("You get this mail because this address belongs to an account at {host}.").format(
        host=matter.host
    )


def was_typed(matter: Matter) -> str:
    """Somebody typed their address here."""
    _ = matter.say
    return _(
        "You get this mail because this address was typed at {host}. "
        "If that was not you, you need not do anything."
    ).format(host=matter.host)


def was_named(matter: Matter) -> str:
    """Somebody who has to do with them named their address here."""
    _ = matter.say
    return _("You get this mail because somebody named this address at {host}.").format(host=matter.host)


def not_me(matter: Matter) -> str:
    """What to do where somebody else did it."""
    _ = matter.say
    return _(
        "If it was not you, somebody else may be using your account: change your password and sign out "
        "everywhere else."
    )


def to_the_account(matter: Matter) -> Button:
    """The way there."""
    _ = matter.say
    return Button(_("Look at my account"), f"{matter.site}/account")


def to_security(matter: Matter, section: str) -> Button:
    """The way to a section of the page on signing in."""
    _ = matter.say
    return Button(_("Look at how I sign in"), f"{matter.site}/account/security#{section}")
