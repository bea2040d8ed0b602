"""Languages: which one to speak, and where its sentences come from.

The English sentence is the name of each message, so English needs no file. Another language is a compiled
gettext catalogue, ``<folder>/<language>/LC_MESSAGES/mooring.mo``; what it does not translate is said in
English.
"""

from __future__ import annotations

import os.path
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH = "en"
LOCALES = os.path.join(os.path.dirname(__file__), "locales")

_NO_LANGUAGE = frozenset({"C", "POSIX"})


class Translator(Protocol):
    """Says a message in one language."""

    def gettext(self, message: str, /) -> str:
        """Return ``message`` in this language."""
        ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """Return the form of the message that this language uses with ``number`` things."""
        ...


class _English:
    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        return singular if number == 1 else plural


def mark(message: str) -> str:
    """Return ``message`` unchanged, marked for translators. It is translated where it is said."""
    return message


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Return both forms of a counted message unchanged, marked for translators."""
    return singular, plural


@lru_cache(maxsize=32)
def translator(language: str, locales: str = LOCALES) -> Translator:
    """Return the translator for ``language``, such as ``pt-BR``; English where there is no catalogue.

    Args:
        language: a language tag, with ``-`` or ``_`` before the country. A language without a catalogue for
            its country speaks the language's own.
        locales: the folder of catalogues.
    """
    for name in _candidates(language):
        if name == ENGLISH:
            break
        path = os.path.join(locales, name, "LC_MESSAGES", "mooring.mo")
        if os.path.isfile(path):
            from gettext import GNUTranslations  # noqa: PLC0415 - English, the usual case, does not wait

            with open(path, "rb") as file:
                return GNUTranslations(file)
    return _English()


def choose_language(explicit: str | None, environ: Mapping[str, str]) -> str:
    """Return the language to speak: the one asked for, else the one the environment names, else English.

    The environment is read as GNU gettext does: ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` name the locale;
    unless that is the bare ``C``, the first language in ``LANGUAGE`` comes before it.
    """
    if explicit:
        return _tag(explicit) or ENGLISH
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    language = _tag(locale)
    if not language:
        return ENGLISH
    return _tag(environ.get("LANGUAGE", "").partition(":")[0]) or language


def _tag(locale: str) -> str:
    """Return the language of a locale such as ``de_AT.UTF-8@euro``: ``de_AT``; nothing for ``C``."""
    tag = locale.partition(".")[0].partition("@")[0].replace("-", "_")
    return "" if tag in _NO_LANGUAGE else tag


def _candidates(language: str) -> list[str]:
    base, separator, country = _tag(language).partition("_")
    # A tag becomes part of a path: anything but letters and digits would let it leave the folder.
    names = [f"{base.lower()}_{country.upper()}"] if separator else []
    return [name for name in (*names, base.lower()) if name.replace("_", "").isalnum() and name.isascii()]
