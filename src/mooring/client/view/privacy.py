"""Privacy choices in words: what each is called, what is agreed to by it, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.privacy import DEVICE_NAME
from mooring.core.wording.catalogue import mark, translator
from mooring.core.wording.sentences import day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.accounts.privacy import PrivacyChoice, PrivacyChoices

_TITLES: Mapping[str, str] = {
    DEVICE_NAME: mark("Names of your computers"),
    "usage": mark("How often features are used"),
    "diagnostics": mark("Reports of faults"),
    "country": mark("The country that your address on the network belongs to"),
    "support": mark("Data that helps the publisher's support to help you"),
    "improvement": mark("Data for improving the product"),
    "partners": mark("Sharing with partners"),
    "offers": mark("Personalized offers"),
}

TEXTS: Mapping[tuple[str, int], str] = {
    (DEVICE_NAME, 1): mark(
        "Programs may send the name that your computer has, such as “Studio PC”, and your devices "
        "are listed by it. You and the publisher see it. Without this a device has a neutral name, "
        "such as “amber-heron”."
    ),
}
"""What is agreed to, by choice and version of the text: the same that the server records and its page says.

Of a version that is not among them, what the server itself says is shown.
"""

_SINCE = mark("Agreed to on {day}")
_NOT_ASKED = mark("Not asked for, and so not collected: {names}")


class ShownChoice(NamedTuple):
    """A choice as a person reads it.

    Attributes:
        name: what `set_privacy` takes.
        title: what it is called.
        text: what is agreed to by it.
        text_version: the version of the text, to be handed to `set_privacy` with a yes.
        agreed: whether it is on.
        since: since when, as a sentence; None where it is off.
        asked: whether it can be turned on; else only off.
    """

    name: str
    title: str
    text: str
    text_version: int
    agreed: bool
    since: str | None
    asked: bool


def title_of(name: str, language: str) -> str:
    """Return what a choice is called; of a name of the future, the name itself."""
    title = _TITLES.get(name)
    return name.replace("_", " ") if title is None else translator(language).gettext(title)


def shown_choices(chosen: PrivacyChoices, language: str) -> tuple[ShownChoice, ...]:
    """Return each choice that is asked for, or was and is still agreed to."""
    return tuple(_shown(choice, language) for choice in chosen.choices)


def not_asked_sentence(chosen: PrivacyChoices, language: str) -> str | None:
    """Return what is not asked for, as a sentence; None where that is nothing, or not known."""
    if not chosen.not_asked:
        return None
    names = "; ".join(title_of(name, language) for name in chosen.not_asked)
    return translator(language).gettext(_NOT_ASKED).format(names=names)


def _shown(choice: PrivacyChoice, language: str) -> ShownChoice:
    say = translator(language).gettext
    known = TEXTS.get((choice.name, choice.text_version))
    since = choice.agreed_at
    return ShownChoice(
        name=choice.name,
        title=title_of(choice.name, language),
        text=choice.text if known is None else say(known),
        text_version=choice.text_version,
        agreed=choice.agreed,
        since=None if since is None or not choice.agreed else say(_SINCE).format(day=day(since)),
        asked=choice.asked,
    )
