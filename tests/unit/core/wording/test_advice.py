"""Advice: a sentence for every code that is known, silence about the others."""

from babel.messages.catalog import Catalog

from mooring.core.wording.advice import ADVICE, advice_sentence
from tests.support.translations import compile_language


def test_the_advice_of_the_contract_is_there():
    assert {
        "link_before_hardware_change",
        "stays_with_this_device",
        "renew_soon",
        "weak_hardware",
        "certificate_rolled_back",
        "storage_unwritable",
    } <= set(ADVICE)


def test_every_advice_is_a_sentence_or_two():
    for sentence in ADVICE.values():
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_advice_is_said():
    said = advice_sentence("renew_soon")
    assert said == "Connect to the internet soon, so that this license can be renewed."


def test_advice_of_a_newer_version_is_not_said():
    assert advice_sentence("beware_of_the_tide") is None


def test_advice_is_said_in_another_language(tmp_path):
    catalog = Catalog(locale="de")
    catalog.add(ADVICE["renew_soon"], "Bitte bald verbinden.")
    compile_language(catalog, "de", tmp_path)
    assert advice_sentence("renew_soon", language="de", locales=str(tmp_path)) == "Bitte bald verbinden."
