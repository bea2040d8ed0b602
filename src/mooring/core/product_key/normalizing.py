"""Normalizing: what a person typed or pasted, without all that cannot matter."""

from __future__ import annotations

import unicodedata

# Categories: spaces (Zs), line and paragraph ends (Zl, Zp), controls such as tab and newline (Cc),
# invisible format characters such as the zero-width space, the byte-order mark and the soft hyphen (Cf),
# dashes (Pd).
_IGNORED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})

# Dashes of the Unicode property `Dash` that are filed under another category: the swung dash, the
# superscript and subscript minus, the minus sign. The hyphen bullet, the modifier minus and the prolonged
# sound marks of a Japanese keyboard are typed for dashes.
_OTHER_DASHES = "\u2053\u207b\u208b\u2212\u2043\u02d7\u30fc\uff70"

# Characters of the Unicode property `Default_Ignorable_Code_Point` outside Cf, and the blank Braille
# pattern: they show nothing. (Two ranges: variation selectors, and the supplement that holds tags and more
# selectors.)
_OTHER_INVISIBLES = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
_INVISIBLE_RANGES = (range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))

_IGNORED = frozenset(_OTHER_DASHES + _OTHER_INVISIBLES)


def normalize(text: str) -> str:
    """Return ``text`` in upper case, without spaces, line breaks, dashes and invisible characters.

    Wide and decorated forms of a letter or digit become the plain one. Every other character stays one
    character at its place, so that its position can be named.
    """
    if text.isascii():  # nearly always, and then all at once
        return text.upper().encode("ascii").translate(None, _IGNORED_ASCII).decode("ascii")
    return "".join(_plain(character) for character in text if not _is_ignored(character))


def _is_ignored(character: str) -> bool:
    return (
        unicodedata.category(character) in _IGNORED_CATEGORIES
        or character in _IGNORED
        or any(ord(character) in invisible for invisible in _INVISIBLE_RANGES)
    )


def _plain(character: str) -> str:
    compatible = unicodedata.normalize("NFKC", character).upper()
    return compatible if len(compatible) == 1 else character


_IGNORED_ASCII = bytes(code for code in range(128) if _is_ignored(chr(code)))
