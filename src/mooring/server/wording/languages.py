"""Languages: which ones the server speaks, and which of them a person is spoken to in.

The English sentence is the name of each message, as in :mod:`mooring.core.wording.catalogue`. The sentences
that computers and server share stay there; the catalogues beside this file hold what only the server says.
"""

from pathlib import Path
from typing import Final

from mooring.core.wording.catalogue import Translator, translator

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


def known_language(tag: str | None) -> str | None:
    """Return the language of ``LANGUAGES`` that ``tag`` names, such as ``de-AT`` or ``zh_Hans``, if one."""
    base = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return base if base in LANGUAGES else None


def site_translator(language: str) -> Translator:
    """Return who says the server's own messages in ``language``."""
    return translator(language, str(LOCALES))
