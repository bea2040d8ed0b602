"""The template for translators: it holds every message, and every message can be said."""

import os
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from mooring.core.wording.advice import ADVICE
from mooring.core.wording.catalogue import LOCALES
from mooring.core.wording.details import GROUP_NAMES
from mooring.core.wording.next_steps import NEXT_STEPS
from mooring.core.wording.reasons import REASONS, UNKNOWN_REASON
from tests.support.translations import (
    SHARED,
    TEMPLATE,
    Catalogue,
    compile_language,
    main,
    messages_in_the_source,
)

pytestmark = pytest.mark.skipif(
    "MUTANT_UNDER_TEST" in os.environ, reason="reads the source, with all its mutants"
)


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("catalogue", [SHARED], ids=["shared"])
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


@pytest.mark.parametrize(
    "path", sorted(Path(LOCALES).glob("*/LC_MESSAGES/mooring.po")) or [TEMPLATE], ids=str
)
def test_a_translation_fills_in_what_the_english_sentence_fills_in(path):
    with path.open("rb") as file:
        catalog = read_po(file)
    assert len(catalog)
    for message in catalog:
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        known = {name for form in english for name in placeholders(form)}
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(placeholders(form) <= known for form in translated)


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
