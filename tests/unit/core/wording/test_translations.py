"""The template for translators: it holds every message, and every message can be said."""

import os
import re
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from mooring.core.wording.advice import ADVICE
from mooring.core.wording.details import GROUP_NAMES
from mooring.core.wording.next_steps import NEXT_STEPS
from mooring.core.wording.reasons import REASONS, UNKNOWN_REASON
from mooring.server.wording.languages import LANGUAGES
from tests.support.translations import (
    CATALOGUES,
    SHARED,
    TEMPLATE,
    Catalogue,
    compile_language,
    main,
    messages_in_the_source,
    read_language,
)

pytestmark = pytest.mark.skipif(
    "MUTANT_UNDER_TEST" in os.environ, reason="reads the source, with all its mutants"
)


NAMES = ("shared", "site", "windows", "commands")


def language_of(path: Path) -> str:
    return path.parent.parent.name


def name_of(path: Path) -> str:
    name = next(
        name for name, each in zip(NAMES, CATALOGUES, strict=True) if path.is_relative_to(each.locales)
    )
    return f"{name}-{language_of(path)}"


def filled_in(message: str) -> list[str]:
    """Return what is filled in, in braces or by name after a percent sign, as often as it is."""
    return sorted(re.findall(r"\{\w+\}|%\(\w+\)s", message))


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=NAMES)
def test_the_templates_are_up_to_date(catalogue: Catalogue):
    wanted = "run: python -m tests.support.translations extract"
    assert catalogue.template.read_text(encoding="utf-8") == catalogue.text(), wanted


def test_the_template_is_a_catalogue_that_others_can_read():
    with TEMPLATE.open("rb") as file:
        read = read_po(file)
    assert {message.id for message in read} == {message.id for message in messages_in_the_source()}


def test_every_sentence_of_every_table_can_be_translated():
    ids = {message.id for message in messages_in_the_source()}
    said = {text for reason in (*REASONS.values(), UNKNOWN_REASON) for text in (reason.title, reason.detail)}
    said |= {step.label for step in NEXT_STEPS.values()}
    said |= set(ADVICE.values()) | set(GROUP_NAMES.values())
    assert said <= ids


def test_the_forms_of_a_counted_message_may_differ_only_in_naming_the_number():
    plurals = [message.id for message in messages_in_the_source() if isinstance(message.id, tuple)]
    assert plurals
    for singular, plural in plurals:
        assert placeholders(singular) <= placeholders(plural)


@pytest.mark.parametrize("path", sorted(file for each in CATALOGUES for file in each.files()), ids=name_of)
def test_a_translation_fills_in_what_the_english_sentence_fills_in(path: Path):
    for message in read_language(path, language_of(path)):
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = filled_in(english[-1])
        # What counts one thing may name it without its number; what counts many names everything.
        assert all(set(filled_in(form)) <= set(wanted) for form in translated)
        assert filled_in(translated[-1]) == wanted or not translated[-1]


COMPLETE = [(each, language) for each in CATALOGUES for language in sorted(set(LANGUAGES) - {"en"})]


@pytest.mark.parametrize(
    ("catalogue", "language"),
    COMPLETE,
    ids=[f"{NAMES[CATALOGUES.index(each)]}-{language}" for each, language in COMPLETE],
)
def test_every_language_says_every_message(catalogue: Catalogue, language: str):
    translations = read_language(catalogue.file(language), language)
    wanted = {message.id for message in catalogue.messages() if message.id}
    assert {message.id for message in translations if message.id} == wanted
    unsaid = [
        message.id
        for message in translations
        if not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    assert unsaid == []


@pytest.mark.parametrize("path", sorted(file for each in CATALOGUES for file in each.files()), ids=name_of)
def test_what_is_read_is_what_translators_wrote(path: Path, tmp_path: Path):
    language = language_of(path)
    compile_language(read_language(path, language), language, tmp_path)
    compiled = (tmp_path / language / "LC_MESSAGES" / "mooring.mo").read_bytes()
    wanted = f"run: python -m tests.support.translations compile {language}"
    assert path.with_suffix(".mo").read_bytes() == compiled, wanted


@pytest.mark.parametrize("path", sorted(file for each in CATALOGUES for file in each.files()), ids=name_of)
def test_a_language_counts_as_cldr_says(path: Path):
    language = language_of(path)
    rule = Locale.parse(language).plural_form
    with path.with_suffix(".mo").open("rb") as file:
        form_of = GNUTranslations(file).plural
    translations = read_language(path, language)
    # CLDR's "many" of French and Spanish, from a million on, is a matter of "de", which no message has.
    forms = {"one": 0} if translations.num_plurals > 1 else {}
    for number in range(1000):
        assert form_of(number) == forms.get(rule(number), translations.num_plurals - 1), number
    for message in translations:
        if message.pluralizable:
            assert len(message.string) == translations.num_plurals


def test_the_commands_write_the_template_and_compile_a_language(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.support.translations.CATALOGUES", (SHARED._replace(locales=tmp_path),))
    main(["extract"])
    assert (tmp_path / "mooring.pot").read_text(encoding="utf-8") == SHARED.text()
    folder = tmp_path / "de" / "LC_MESSAGES"
    main(["update", "de"])
    empty = (folder / "mooring.po").read_text(encoding="utf-8")
    assert 'msgid "mainboard"\nmsgstr ""' in empty
    translated = empty.replace('msgid "mainboard"\nmsgstr ""', 'msgid "mainboard"\nmsgstr "Hauptplatine"')
    (folder / "mooring.po").write_text(translated, encoding="utf-8")
    main(["update", "de"])
    assert (folder / "mooring.po").read_text(encoding="utf-8").count('"Hauptplatine"') == 1
    main(["compile", "de"])
    assert b"Hauptplatine" in (folder / "mooring.mo").read_bytes()
    with pytest.raises(SystemExit):
        main(["translate"])


def test_compiling_makes_the_folder_of_a_new_language(tmp_path):
    compile_language(Catalog(locale="de"), "de", tmp_path / "new")
    assert (tmp_path / "new" / "de" / "LC_MESSAGES" / "mooring.mo").is_file()
