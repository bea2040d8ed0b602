"""Languages: English from the source, others from a compiled catalogue, and never a crash for want of one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from mooring.core.wording.catalogue import LOCALES, choose_language, mark, mark_plural, translator
from tests.support.translations import compile_language


def test_english_says_the_message_itself():
    english = translator("en")
    assert english.gettext("Sign in") == "Sign in"
    assert english.ngettext("one seat", "{n} seats", 1) == "one seat"
    for number in (0, 2, 11):
        assert english.ngettext("one seat", "{n} seats", number) == "{n} seats"


def test_a_marked_message_is_unchanged():
    assert mark("Sign in") == "Sign in"
    assert mark_plural("one", "many") == ("one", "many")


@pytest.fixture
def locales(tmp_path: Path) -> str:
    """Return a folder that holds Polish, with its three plural forms, and a Polish of one country."""
    polish = Catalog(locale="pl")
    polish.add("Sign in", "Zaloguj")
    polish.add(("one seat", "{n} seats"), ("miejsce", "miejsca", "miejsc"))
    compile_language(polish, "pl", tmp_path)
    regional = Catalog(locale="pl")
    regional.add("Sign in", "Zaloguj się")
    compile_language(regional, "pl_PL", tmp_path)
    nested = Catalog(locale="de")
    nested.add("Sign in", "never read")
    compile_language(nested, "de", tmp_path / "nested")
    return str(tmp_path)


def test_another_language_speaks_from_its_catalogue(locales):
    assert translator("pl", locales).gettext("Sign in") == "Zaloguj"


def test_each_language_counts_in_its_own_way(locales):
    polish = translator("pl", locales)
    said = [polish.ngettext("one seat", "{n} seats", number) for number in (1, 2, 5, 22, 25)]
    assert said == ["miejsce", "miejsca", "miejsc", "miejsca", "miejsc"]


def test_what_is_not_translated_is_said_in_english(locales):
    assert translator("pl", locales).gettext("Sign out") == "Sign out"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl-PL", "Zaloguj się"),
        ("pl_PL", "Zaloguj się"),
        ("PL_pl", "Zaloguj się"),
        ("pl_PL.UTF-8", "Zaloguj się"),
        ("pl_AT", "Zaloguj"),
        ("PL", "Zaloguj"),
        ("pl@euro", "Zaloguj"),
        ("fr", "Sign in"),
        ("en", "Sign in"),
        ("", "Sign in"),
        ("C", "Sign in"),
    ],
)
def test_the_closest_catalogue_speaks(locales, language, said):
    assert translator(language, locales).gettext("Sign in") == said


def test_english_of_any_country_needs_no_catalogue(locales):
    trap = Catalog(locale="en")
    trap.add("Sign in", "never read")
    compile_language(trap, "en", Path(locales))
    assert translator("en", locales).gettext("Sign in") == "Sign in"
    assert translator("en-GB", locales).gettext("Sign in") == "Sign in"


@pytest.mark.parametrize("language", ["nested/de", "nested/DE", "../de", "..", "/", "/etc", "pł", "de\0"])
def test_a_language_never_leads_to_another_folder(locales, language):
    assert (Path(locales) / "nested/de/LC_MESSAGES/mooring.mo").is_file()
    assert translator(language, locales).gettext("Sign in") == "Sign in"


def test_a_catalogue_is_read_once(locales):
    assert translator("pl", locales) is translator("pl", locales)


def test_the_catalogues_lie_beside_the_source():
    assert (Path(LOCALES) / "mooring.pot").is_file()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de_AT"),
        ({"LANG": "de", "LC_MESSAGES": "fr_FR"}, "fr_FR"),
        ({"LANG": "de", "LC_MESSAGES": "fr", "LC_ALL": "pl_PL@euro"}, "pl_PL"),
        ({"LANG": "de", "LC_ALL": ""}, "de"),
        ({"LANG": "de", "LANGUAGE": "pt_BR:fr"}, "pt_BR"),
        ({"LANG": "de", "LANGUAGE": "pt_BR:fr:pl"}, "pt_BR"),
        ({"LANG": "de", "LANGUAGE": "fr"}, "fr"),
        ({"LANG": "de", "LANGUAGE": ":fr"}, "de"),
        ({"LANG": "de", "LANGUAGE": ""}, "de"),
        ({"LANG": "C", "LANGUAGE": "fr"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "de"}, "en"),
        ({"LANGUAGE": "fr"}, "en"),
    ],
)
def test_the_environment_names_the_language_as_for_gettext(environ, language):
    assert choose_language(None, environ) == language
    assert choose_language("", environ) == language


def test_the_language_asked_for_comes_first():
    assert choose_language("pt-BR", {"LC_ALL": "de", "LANGUAGE": "fr"}) == "pt_BR"
    assert choose_language("C", {"LC_ALL": "de"}) == "en"


@pytest.mark.skipif("MUTANT_UNDER_TEST" in os.environ, reason="mutmut loads modules of its own")
def test_english_loads_no_gettext_and_nothing_heavy():
    script = (
        "import sys\n"
        "import mooring\n"
        "before = set(sys.modules)\n"
        "from mooring.core import refusals\n"
        "from mooring.core.wording import advice, catalogue, reasons, sentences\n"
        "catalogue.translator('en').gettext('x')\n"
        "print(sorted(name for name in set(sys.modules) - before if not name.startswith('mooring.core')))\n"
    )
    run = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"]
    printed = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
