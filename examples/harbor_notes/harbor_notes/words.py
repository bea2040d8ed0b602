"""The program's own words in the person's language, the one that Mooring speaks to them, too.

The code says them in English. Another language is a file in `languages` with the English sentence before its
own; what a file does not have is said in English.
"""

import json
from functools import cache
from pathlib import Path

from harbor_notes.licensing import app

LANGUAGES = Path(__file__).parent / "languages"


def say(sentence: str, **values: object) -> str:
    """Return ``sentence`` in the person's language, with its values filled in."""
    return sentences(app.language).get(sentence, sentence).format(**values)


@cache
def sentences(language: str) -> dict[str, str]:
    """Return what English sentences are in ``language``, such as ``de`` or ``de_AT``; empty for English."""
    file = LANGUAGES / f"{language.replace('-', '_').partition('_')[0].lower()}.json"
    known: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return known
