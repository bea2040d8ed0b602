"""What the signed-in account chose about its privacy: what is asked for, what was agreed to, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.client.domain.accounts.mine import each_in
from mooring.core.instants import format_instant_or_none

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.jose.members import Members

_MOST = 100
_LONGEST_TEXT = 1000


class PrivacyChoice(NamedTuple):
    """Something that the publisher asks for and a person may agree to, or not.

    Attributes:
        name: its stable name, such as `device_name`.
        kind: `data`, or a `purpose` that data is used for.
        agreed: whether it is agreed to now.
        agreed_at: since when; None where it is not.
        text: what is agreed to, in the server's words.
        text_version: the version of that text.
        asked: whether it is still asked for; else it can only be withdrawn.
    """

    name: str
    kind: str
    agreed: bool
    agreed_at: datetime | None
    text: str
    text_version: int
    asked: bool = True

    @classmethod
    def read(cls, members: Members) -> PrivacyChoice:
        """Return the choice that ``members`` tell of, or raise WrongMember."""
        return cls(
            name=_name(members),
            kind=members.text("kind"),
            agreed=members.flag("agreed"),
            agreed_at=members.instant_or_none("agreed_at"),
            text=members.text("text", longest=_LONGEST_TEXT),
            text_version=members.number("text_version"),
            asked=members.is_null("asked") or members.flag("asked"),
        )


class Consent(NamedTuple):
    """An agreement that was given once, and perhaps withdrawn.

    Attributes:
        name: the choice.
        agreed_at: when it was agreed to.
        withdrawn_at: when it was withdrawn; None while it stands.
        text_version: the version of the text that was agreed to.
        by: where it was given, such as `program` or `site`.
    """

    name: str
    agreed_at: datetime | None
    withdrawn_at: datetime | None
    text_version: int
    by: str

    @classmethod
    def read(cls, members: Members) -> Consent:
        """Return the consent that ``members`` tell of, or raise WrongMember."""
        return cls(
            name=_name(members),
            agreed_at=members.instant_or_none("agreed_at"),
            withdrawn_at=members.instant_or_none("withdrawn_at"),
            text_version=members.number("text_version"),
            by=members.text("by"),
        )


class PrivacyChoices(NamedTuple):
    """All of it, as the server knows it.

    Attributes:
        signed_in: whether there is an account to choose for. Without one nothing optional is sent, and what
            the publisher asks for is not known.
        choices: what the publisher asks for.
        not_asked: the names of what it does not ask for: nothing of it is collected.
        history: the consents given so far, the newest first.
    """

    signed_in: bool
    choices: tuple[PrivacyChoice, ...] = ()
    not_asked: tuple[str, ...] = ()
    history: tuple[Consent, ...] = ()

    @classmethod
    def read(cls, members: Members) -> PrivacyChoices:
        """Return what ``members`` tell of, or raise WrongMember."""
        not_asked = members.array("not_asked", most=_MOST)
        return cls(
            signed_in=True,
            choices=each_in(members, "choices", PrivacyChoice.read),
            not_asked=tuple(each for each in not_asked if isinstance(each, str) and _is_name(each)),
            history=each_in(members, "history", Consent.read),
        )

    @property
    def agreed(self) -> tuple[str, ...]:
        """The names of what is agreed to now."""
        return tuple(choice.name for choice in self.choices if choice.agreed)

    def named(self, name: str) -> PrivacyChoice | None:
        """Return the choice with this name, if it is asked for."""
        return next((choice for choice in self.choices if choice.name == name), None)

    def to_document(self) -> dict[str, Any]:
        """Return the choices as `privacy show --json` prints them."""
        return {
            "signed_in": self.signed_in,
            "choices": [
                choice._asdict() | {"agreed_at": format_instant_or_none(choice.agreed_at)}
                for choice in self.choices
            ],
            "not_asked": list(self.not_asked),
            "history": [
                consent._asdict()
                | {
                    "agreed_at": format_instant_or_none(consent.agreed_at),
                    "withdrawn_at": format_instant_or_none(consent.withdrawn_at),
                }
                for consent in self.history
            ],
        }


NOBODY = PrivacyChoices(signed_in=False)
"""The choices where nobody is signed in: everything optional is off."""


def _name(members: Members) -> str:
    name = members.text("name")
    if not _is_name(name):
        raise members.wrong("name")
    return name


def _is_name(text: str) -> bool:
    """Tell whether ``text`` can be the name of a choice: people are shown commands with it to type."""
    return text.isascii() and text.isidentifier()
