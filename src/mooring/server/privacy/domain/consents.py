"""Consents: what a person agreed to, by which text, when and where; and what follows from their next choice.

They are records modelled on ISO/IEC TS 27560. A consent that was withdrawn is kept as the record that it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, NewType

from mooring.core.identifiers import new_ordered_identifier
from mooring.core.privacy import CATALOGUE, choice_named
from mooring.core.refusals import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId

ConsentId = NewType("ConsentId", str)
MOST_SHOWN = 50
"""Consents of one account that are shown, the newest first."""


class Door(StrEnum):
    """Where a person chose."""

    SITE = "site"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A person agreed to ``choice``, and may have withdrawn that since.

    Attributes:
        text_version: Which text they agreed to.
        language: In which language they were shown it.
    """

    id: ConsentId
    account_id: AccountId
    choice: str
    text_version: int
    language: str
    agreed_at: datetime
    agreed_by: Door
    withdrawn_at: datetime | None = None
    withdrawn_by: Door | None = None

    @property
    def counts(self) -> bool:
        """Whether it stands, and is to what is asked today: a consent to another text is none to this one."""
        choice = choice_named(self.choice)
        return self.withdrawn_at is None and choice is not None and self.text_version == choice.text_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person chooses at a ``door``: ``choices`` by name; what is not among them stays as it is.

    ``text_versions`` are the texts that they were shown, in ``language``.
    """

    choices: Mapping[str, bool]
    text_versions: Mapping[str, int]
    language: str
    door: Door


class Change(NamedTuple):
    """What a wish comes to."""

    agreed: Sequence[Consent]
    withdrawn: Sequence[Consent]


def change_by(
    wish: Wish, account_id: AccountId, standing: Iterable[Consent], asks: Sequence[str], *, at: datetime
) -> Change:
    """Return what changes where the account's ``standing`` consents meet this wish.

    What is agreed to already stays the consent that it is, so that asking again changes nothing. Only what
    the publisher ``asks`` for can be agreed to; what it does not ask for any more can still be withdrawn.

    Raises:
        InvalidRequest: A name is none of ours, or nobody asks for it; or the text that was shown is not the
            one of today.
    """
    stands = {consent.choice: consent for consent in standing}
    agreed, withdrawn = [], []
    for name, wanted in wish.choices.items():
        choice, consent = choice_named(name), stands.get(name)
        if choice is None or (name not in asks and (wanted or consent is None)):
            raise InvalidRequest(f"choices.{name}")
        if not wanted:
            if consent is not None:
                withdrawn.append(_withdrawn(consent, wish, at=at))
            continue
        if choice.text_version is None or wish.text_versions.get(name) != choice.text_version:
            raise InvalidRequest(f"text_versions.{name}")
        if consent is not None and consent.counts:
            continue
        if consent is not None:
            withdrawn.append(_withdrawn(consent, wish, at=at))
        agreed.append(
            Consent(
                id=ConsentId(new_ordered_identifier("cns", at)),
                account_id=account_id,
                choice=name,
                text_version=choice.text_version,
                language=wish.language,
                agreed_at=at,
                agreed_by=wish.door,
            )
        )
    return Change(agreed, withdrawn)


def _withdrawn(consent: Consent, wish: Wish, *, at: datetime) -> Consent:
    return replace(consent, withdrawn_at=at, withdrawn_by=wish.door)


class OfferedChoice(NamedTuple):
    """A choice as a person sees it: what it is, and the consent to it that stands.

    ``asked`` is false where the publisher does not ask for it any more: then it can only be withdrawn.
    """

    name: str
    kind: str
    text_version: int
    consent: Consent | None
    asked: bool

    @property
    def agreed(self) -> bool:
        """Whether the person agreed to what is asked today."""
        return self.consent is not None and self.consent.counts


class Choices(NamedTuple):
    """Everything about an account's choices: what it is asked for, what not, and its latest consents."""

    offered: Sequence[OfferedChoice]
    not_asked: Sequence[str]
    history: Sequence[Consent]


def choices_of(standing: Iterable[Consent], history: Sequence[Consent], asks: Sequence[str]) -> Choices:
    """Return the choices of an account with these consents, where the publisher ``asks`` for those."""
    stands = {consent.choice: consent for consent in standing}
    offered = [
        OfferedChoice(
            choice.name, choice.kind, choice.text_version, stands.get(choice.name), choice.name in asks
        )
        for choice in CATALOGUE
        if choice.text_version is not None and (choice.name in asks or choice.name in stands)
    ]
    shown = {choice.name for choice in offered}
    return Choices(offered, [choice.name for choice in CATALOGUE if choice.name not in shown], history)
