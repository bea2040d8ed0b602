"""What a reader likes best: which of our languages, and a page or a document (RFC 9110, 12.5)."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Final

from mooring.core.wording.catalogue import ENGLISH, LOCALES

_DOCUMENTS: Final = ("application/json", "application/problem+json")


@cache
def available_languages(locales: str = LOCALES) -> tuple[str, ...]:
    """Return the tags of the languages that there is a catalogue for, English first."""
    translated = sorted(
        name.replace("_", "-")
        for name in os.listdir(locales)
        if os.path.isfile(os.path.join(locales, name, "LC_MESSAGES", "mooring.mo"))
    )
    return (ENGLISH, *translated)


def preferred_language(headers: Sequence[bytes], available: Sequence[str] | None = None) -> str:
    """Return the language of ``available`` that the reader likes best; English when there is none.

    ``de-AT`` is served by ``de`` (RFC 4647 lookup). What cannot be parsed is passed over: a header for
    taste is no reason to refuse anybody.
    """
    if not headers:
        return ENGLISH
    by_tag = {tag.lower(): tag for tag in available or available_languages()}
    wishes = sorted(_wishes(b",".join(headers).decode("latin-1")), key=lambda wish: -wish[1])
    for tag, _ in wishes:
        shortened = tag
        while shortened:
            if shortened in by_tag:
                return by_tag[shortened]
            shortened = shortened.rpartition("-")[0]
    return ENGLISH


def prefers_page(headers: Sequence[bytes]) -> bool:
    """Tell whether a reader with these ``Accept`` headers wants a page, as a browser does and no program.

    ``*/*`` is a program's way to say that it takes what there is; a page has to be asked for by its name.
    """
    liked = dict(_wishes(b",".join(headers).decode("latin-1")))
    page = liked.get("text/html", 0)
    return page > 0 and page >= max(liked.get(name, 0) for name in _DOCUMENTS)


def _wishes(header: str) -> list[tuple[str, float]]:
    wishes = []
    for part in header.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        name, _, weight = parameter.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if 0 < quality <= 1 and tag.strip():
            wishes.append((tag.strip().lower(), quality))
    return wishes
