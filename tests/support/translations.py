"""Translations: extract the messages into the templates, and compile the languages, with Babel alone.

python -m tests.support.translations extract
python -m tests.support.translations update de
python -m tests.support.translations compile de
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import mooring.client.doors.cli
import mooring.client.view
import mooring.command_line
import mooring.core.wording
import mooring.server
import mooring.windows.wording
from mooring.command_line import words
from mooring.core.wording.catalogue import LOCALES
from mooring.server.wording import languages

KEYWORDS = {"mark": None, "mark_plural": (1, 2), "gettext": None, "ngettext": (1, 2), "say": None, "_": None}
TEMPLATES_SPEAK = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}

HEADER = """\
# Everything that Mooring says to a person. See README.md beside this file.
msgid ""
msgstr ""
{language}"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms};\\n"

"""
"""Without dates and names: what changes in a file is what changed in the sentences."""

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Catalogue(NamedTuple):
    """The messages of some sources, the folder of their translations, and what says them there."""

    sources: tuple[Path, ...]
    locales: Path
    keywords: dict[str, tuple[int, ...] | None] = KEYWORDS

    @property
    def template(self) -> Path:
        """The file that lists every message."""
        return self.locales / "mooring.pot"

    def messages(self) -> Catalog:
        """Return every message that the sources mark or say."""
        catalog = Catalog(charset="utf-8")
        for source in self.sources:
            for name, _, message, comments, context in extract_from_dir(
                source,
                method_map=[("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")],
                options_map={"**.html": TEMPLATES_SPEAK, "**.txt": TEMPLATES_SPEAK},
                keywords=self.keywords,
                directory_filter=lambda folder: not Path(folder).name.startswith(("_", ".")),
            ):
                catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
        return catalog

    def text(self) -> str:
        """Return the template as it must stand in the repository."""
        file = io.BytesIO()
        write_po(file, self.messages(), omit_header=True, include_lineno=False, sort_by_file=True)
        english = HEADER.format(language="", plural_forms="nplurals=2; plural=(n != 1)")
        return english + file.getvalue().decode()

    def file(self, language: str) -> Path:
        """Return the file of the translations into ``language``."""
        return self.locales / language / "LC_MESSAGES" / "mooring.po"

    def files(self) -> list[Path]:
        """Return the files of the translations that there are."""
        return sorted(self.locales.glob("*/LC_MESSAGES/mooring.po"))


SERVER = Path(mooring.server.__file__).parent
SHARED = Catalogue(
    (Path(mooring.core.wording.__file__).parent, Path(mooring.client.view.__file__).parent), Path(LOCALES)
)
SITE = Catalogue((SERVER / "web" / "pages", SERVER / "delivery", SERVER / "privacy"), languages.LOCALES)
WINDOWS = Catalogue((Path(mooring.windows.wording.__file__).parent,), Path(mooring.windows.wording.LOCALES))
COMMANDS = Catalogue(
    (Path(mooring.command_line.__file__).parent, Path(mooring.client.doors.cli.__file__).parent),
    Path(words.LOCALES),
    KEYWORDS | dict.fromkeys(("said", "warn", "ask", "confirms", "working")),
)
CATALOGUES = (SHARED, SITE, WINDOWS, COMMANDS)

TEMPLATE = SHARED.template


def messages_in_the_source() -> Catalog:
    """Return every message that devices and server share."""
    return SHARED.messages()


def compile_language(catalog: Catalog, language: str, locales: Path) -> None:
    """Write ``catalog`` as the compiled catalogue of ``language`` in the folder ``locales``."""
    folder = locales / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    catalog.creation_date = catalog.revision_date = LONG_AGO  # the same sentences make the same file
    with (folder / "mooring.mo").open("wb") as file:
        write_mo(file, catalog)


def read_language(path: Path, language: str) -> Catalog:
    """Return the translations in the file at ``path``; none yet where there is no file."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(catalogue: Catalogue, language: str) -> None:
    """Bring the file of translations up to date with the messages, keeping what is translated."""
    path = catalogue.file(language)
    translations = read_language(path, language)
    translations.update(catalogue.messages(), no_fuzzy_matching=True)
    translations.obsolete.clear()
    write_language(translations, language, path)


def write_language(translations: Catalog, language: str, path: Path) -> None:
    """Write the translations into ``language``, with the plural forms that CLDR gives it, at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    forms = translations.plural_forms.rstrip(";")
    file = io.BytesIO()
    write_po(file, translations, omit_header=True, include_lineno=False, sort_by_file=True, width=0)
    header = HEADER.format(language=f'"Language: {language}\\n"\n', plural_forms=forms)
    path.write_text(header + file.getvalue().decode(), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    match arguments:
        case ["extract"]:
            for catalogue in CATALOGUES:
                catalogue.template.write_text(catalogue.text(), encoding="utf-8")
        case ["update", language]:
            for catalogue in CATALOGUES:
                update(catalogue, language)
        case ["compile", language]:
            for catalogue in CATALOGUES:
                if catalogue.file(language).exists():
                    translations = read_language(catalogue.file(language), language)
                    compile_language(translations, language, catalogue.locales)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
