"""Languages: which ones the server speaks, and which of them a person is spoken to in.

The English sentence is the name of each message, as in :mod:`mooring.core.wording.catalogue`. The sentences
that computers and server share stay there; the catalogues beside this file hold what only the server says.
"""

from pathlib import Path
from typing import Final

from mooring.core.wording.catalogue import ENGLISH, Translator, translator

LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "zh": "简体中文",
}
"""Each language by its tag, named in itself."""

LOCALES: Final = Path(__file__).with_name("locales")

_MOST_WISHES = 20
"""Wishes of a browser that are looked at; it sends a handful."""


def known_language(tag: str | None) -> str | None:
    """Return the language of ``LANGUAGES`` that ``tag`` names, such as ``de-AT`` or ``zh_Hans``, if one."""
    base = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return base if base in LANGUAGES else None


def wished_language(accept_language: str) -> str:
    """Return what a browser likes best by its ``Accept-Language`` (RFC 9110, 12.5.4), else English."""
    wishes = []
    for place, wish in enumerate(accept_language.split(",")[:_MOST_WISHES]):
        tag, _, weight = wish.partition(";")
        language = known_language(tag)
        if language and (liking := _weight(weight)) > 0:
            wishes.append((-liking, place, language))
    return min(wishes)[2] if wishes else ENGLISH


def site_translator(language: str) -> Translator:
    """Return who says the server's own messages in ``language``."""
    return translator(language, str(LOCALES))


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
