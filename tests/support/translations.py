"""Translations: extract the messages into the template, and compile a language, with Babel alone.

python -m tests.support.translations extract
python -m tests.support.translations compile de
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import mooring.core.wording
from mooring.core.wording.catalogue import LOCALES

TEMPLATE = Path(LOCALES) / "mooring.pot"

SOURCES = Path(mooring.core.wording.__file__).parent
KEYWORDS = {"mark": None, "mark_plural": (1, 2), "gettext": None, "ngettext": (1, 2)}

HEADER = """\
# Everything that Mooring says to a person. See README.md beside this file.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def messages_in_the_source() -> Catalog:
    """Return every message that the wording's source marks or says."""
    catalog = Catalog(charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(SOURCES, keywords=KEYWORDS):
        catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def template() -> str:
    """Return the template as it must stand in the repository."""
    file = io.BytesIO()
    write_po(file, messages_in_the_source(), omit_header=True, include_lineno=False, sort_by_file=True)
    return HEADER + file.getvalue().decode()


def compile_language(catalog: Catalog, language: str, locales: Path) -> None:
    """Write ``catalog`` as the compiled catalogue of ``language`` in the folder ``locales``."""
    folder = locales / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "mooring.mo").open("wb") as file:
        write_mo(file, catalog)


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    match arguments:
        case ["extract"]:
            TEMPLATE.write_text(template(), encoding="utf-8")
        case ["compile", language]:
            path = Path(LOCALES) / language / "LC_MESSAGES" / "mooring.po"
            with path.open("rb") as file:
                compile_language(read_po(file, locale=language), language, Path(LOCALES))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
