"""Linking: what it brings, what it needs, and who else gets something; said before anybody agrees."""

from __future__ import annotations

from typing import NamedTuple

from mooring.core.wording.catalogue import ENGLISH, LOCALES, mark, translator


class LinkingOffer(NamedTuple):
    """The offer to link a license, in the order in which it is read."""

    title: str
    gains: tuple[str, ...]
    necessary: str
    shared: str
    undone: str
    question: str


_TITLE = mark("Link this license to your account?")
_GAINS = (
    mark("Come back after a reinstall or new hardware by signing in, without the key"),
    mark("See the devices that use it, and free one that is lost or dead"),
    mark("Nobody else can move it with a copy of the key"),
)
_NECESSARY = mark(
    "Necessary for that: your account's address, this license and its devices are kept together. Of a device "
    "that is its name, keyed hashes of its hardware, versions and times."
)
_SHARED = mark("Who else gets something: nobody. Linking agrees to no sharing, no offers and no statistics.")
_UNDONE = mark("`mooring unlink` undoes it in one step.")
_QUESTION = mark("Link it now?")


def linking_offer(*, language: str = ENGLISH, locales: str = LOCALES) -> LinkingOffer:
    """Return the offer, as a person reads it before they agree or decline."""
    say = translator(language, locales).gettext
    return LinkingOffer(
        title=say(_TITLE),
        gains=tuple(say(each) for each in _GAINS),
        necessary=say(_NECESSARY),
        shared=say(_SHARED),
        undone=say(_UNDONE),
        question=say(_QUESTION),
    )
