"""Mails about the ways into an account: passkeys, the second factor, identities at other providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.delivery.mail.sentences import reasons
from mooring.server.delivery.mail.sentences.letter import Letter
from mooring.server.delivery.mail.sentences.reasons import has_account, to_security, to_the_account

if TYPE_CHECKING:
    from mooring.server.delivery.mail.sentences.letter import Button, Matter


def passkey_added(matter: Matter) -> Letter:
    """A passkey can be used to sign in from now on."""
    _ = matter.say
    title = _("A passkey was added to your account")
    says = _("From now on it can be used to sign in.")
    not_me = _(
        "If it was not you, somebody else may be using your account: press the button and remove this "
        "passkey there, change your password, and sign out everywhere else."
    )
    fact = (_("Passkey"), matter.text("name"))
    return _told(matter, title, says, fact, not_me=not_me, button=to_security(matter, "passkeys"))


def passkey_removed(matter: Matter) -> Letter:
    """A passkey can no longer be used."""
    _ = matter.say
    title = _("A passkey was removed from your account")
    says = _("It can no longer be used to sign in.")
    return _told(matter, title, says, (_("Passkey"), matter.text("name")))


def second_factor_on(matter: Matter) -> Letter:
    """Signing in asks for a code from now on."""
    _ = matter.say
    title = _("Two-step sign-in is on")
    says = _(
        "After your password you are now asked for a code from your authenticator app. "
        "Keep your recovery codes where you find them without your phone."
    )
    return _told(matter, title, says)


def second_factor_off(matter: Matter) -> Letter:
    """Signing in asks for no code any more."""
    _ = matter.say
    title = _("Two-step sign-in is off")
    says = _("Your password alone is now enough to sign in.")
    return _told(matter, title, says)


def recovery_code_used(matter: Matter) -> Letter:
    """A recovery code was used up."""
    _ = matter.say
    title = _("A recovery code was used to sign in")
    left = matter.number("left")
    says = matter.ngettext(
        "Each code works once. You have {left} left: make new ones before they run out.",
        "Each code works once. You have {left} left.",
        left,
    ).format(left=left)
    return _told(matter, title, says)


def recovery_codes_made(matter: Matter) -> Letter:
    """New recovery codes took the place of the old ones."""
    _ = matter.say
    title = _("New recovery codes were made")
    says = _("Each of them works once. Those that you had before are worth nothing any more.")
    not_me = _(
        "If it was not you, somebody else may be using your account: press the button and make new codes, "
        "change your password, and sign out everywhere else."
    )
    return _told(matter, title, says, not_me=not_me, button=to_security(matter, "authenticator"))


def identity_added(matter: Matter) -> Letter:
    """An account elsewhere signs in here from now on."""
    _ = matter.say
    title = _("Another way to sign in was added to your account")
    provider = matter.text("provider")
    says = _("From now on you can sign in with {provider}.").format(provider=provider)
    not_me = _(
        "If it was not you, somebody else may be using your account: press the button and remove {provider} "
        "there, change your password, and sign out everywhere else."
    ).format(provider=provider)
    return _told(matter, title, says, not_me=not_me, button=to_security(matter, "identities"))


def identity_removed(matter: Matter) -> Letter:
    """An account elsewhere no longer signs in here."""
    _ = matter.say
    title = _("A way to sign in was removed from your account")
    says = _("You can no longer sign in with {provider}.").format(provider=matter.text("provider"))
    return _told(matter, title, says)


def _told(
    matter: Matter,
    title: str,
    says: str,
    *facts: tuple[str, str],
    not_me: str | None = None,
    button: Button | None = None,
) -> Letter:
    return Letter(
        subject=title,
        paragraphs=(says,),
        facts=facts,
        notice=not_me or reasons.not_me(matter),
        button=button or to_the_account(matter),
        because=has_account(matter),
    )
