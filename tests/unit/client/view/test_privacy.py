"""Choices in words: what a person reads is what the server records that they agreed to."""

from datetime import UTC, datetime

import pytest

from mooring.client.domain.accounts.privacy import PrivacyChoice, PrivacyChoices
from mooring.client.view.privacy import TEXTS, not_asked_sentence, shown_choices, title_of
from mooring.core.privacy import CATALOGUE
from mooring.server.privacy.domain.texts import TEXTS as RECORDED
from mooring.server.wording.languages import LANGUAGES, site_translator

AT = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)


def a_choice(**changes):
    choice = PrivacyChoice("device_name", "data", False, None, "What the server says.", 1)
    return choice._replace(**changes)


def shown(choice, language="en"):
    return shown_choices(PrivacyChoices(True, (choice,)), language)[0]


def test_the_text_is_the_one_that_the_server_records():
    current = {choice.name: choice.text_version for choice in CATALOGUE if choice.text_version is not None}
    assert {(name, version): RECORDED[name].text for name, version in current.items()} == TEXTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_choice_is_called_and_told_as_on_the_account_page(language):
    say = site_translator(language).gettext
    assert {choice.name: title_of(choice.name, language) for choice in CATALOGUE} == {
        name: say(words.title) for name, words in RECORDED.items()
    }
    assert shown(a_choice(), language).text == say(RECORDED["device_name"].text)


def test_of_a_text_that_is_not_known_the_server_itself_tells():
    assert shown(a_choice()).text == TEXTS["device_name", 1]
    assert shown(a_choice(text_version=2)).text == "What the server says."
    assert shown(a_choice(name="shoe_size"))[:3] == ("shoe_size", "shoe size", "What the server says.")


def test_since_when_is_said_while_it_is_agreed_to():
    assert shown(a_choice(agreed=True, agreed_at=AT)).since == "Agreed to on 2026-03-01"
    assert shown(a_choice(agreed=True)).since is None
    assert shown(a_choice(agreed_at=AT)).since is None


def test_what_is_needed_to_agree_is_there():
    choice = shown(a_choice(text_version=7, agreed=True, asked=False))
    assert (choice.name, choice.text_version, choice.agreed, choice.asked) == ("device_name", 7, True, False)


def test_what_is_not_asked_for_is_named():
    assert not_asked_sentence(PrivacyChoices(True, not_asked=("usage", "shoe_size")), "en") == (
        "Not asked for, and so not collected: How often features are used; shoe size"
    )
    assert not_asked_sentence(PrivacyChoices(True), "en") is None
