"""The words of the command line, in the language of the person at the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import ENGLISH, translator

if TYPE_CHECKING:
    from mooring.core.wording.catalogue import Translator

LOCALES = os.path.join(os.path.dirname(__file__), "locales")


def words_in(language: str) -> Translator:
    """Return what says the command line's messages in ``language``; in English what has no translation."""
    return translator(language, LOCALES)


ENGLISH_WORDS = words_in(ENGLISH)


def said(words: Translator, message: str, values: dict[str, object]) -> str:
    """Return ``message`` with its ``values`` filled in; without values its braces mean nothing."""
    translated = words.gettext(message) if message else ""  # nothing is how a catalogue names its header
    return translated.format(**values) if values else translated
