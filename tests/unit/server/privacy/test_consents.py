"""What follows from a choice: agreed once, withdrawn once, and only what is asked for in today's words."""

from datetime import timedelta

import pytest

from mooring.core.identifiers import is_identifier, new_account_id
from mooring.core.privacy import CATALOGUE, DEVICE_NAME, Choice, choice_named
from mooring.core.refusals import InvalidRequest
from mooring.server.privacy.domain import consents
from mooring.server.privacy.domain.consents import Door, OfferedChoice, Wish, change_by, choices_of
from mooring.server.privacy.domain.texts import TEXTS
from tests.support.licenses import AT

LATER = AT + timedelta(hours=1)
MIA = new_account_id(AT)
ASKS = (DEVICE_NAME,)
TODAY = {DEVICE_NAME: 1}
OTHERS = ["usage", "diagnostics", "country", "support", "improvement", "partners", "offers"]


def a_wish(door=Door.PROGRAM, /, versions=TODAY, **choices):
    return Wish(choices=choices, text_versions=versions, language="de", door=door)


def agreed(*, at=AT):
    (consent,) = change_by(a_wish(device_name=True), MIA, [], ASKS, at=at).agreed
    return consent


def test_agreeing_is_written_down_with_text_language_time_and_door():
    consent = agreed()
    assert is_identifier(consent.id, "cns")
    assert (consent.account_id, consent.choice, consent.text_version) == (MIA, DEVICE_NAME, 1)
    assert (consent.language, consent.agreed_at, consent.agreed_by) == ("de", AT, Door.PROGRAM)
    assert (consent.withdrawn_at, consent.withdrawn_by, consent.counts) == (None, None, True)


def test_agreeing_again_changes_nothing():
    assert change_by(a_wish(device_name=True), MIA, [agreed()], ASKS, at=LATER) == ([], [])


def test_withdrawing_needs_no_text_and_keeps_the_record():
    standing = agreed()
    change = change_by(a_wish(Door.SITE, {}, device_name=False), MIA, [standing], ASKS, at=LATER)
    (withdrawn,) = change.withdrawn
    assert change.agreed == []
    assert (withdrawn.id, withdrawn.agreed_at, withdrawn.agreed_by) == (standing.id, AT, Door.PROGRAM)
    assert (withdrawn.withdrawn_at, withdrawn.withdrawn_by) == (LATER, Door.SITE)
    assert not withdrawn.counts


def test_withdrawing_what_does_not_stand_changes_nothing():
    assert change_by(a_wish(device_name=False), MIA, [], ASKS, at=AT) == ([], [])


def test_what_is_not_named_stays():
    assert change_by(a_wish(), MIA, [agreed()], ASKS, at=LATER) == ([], [])


@pytest.mark.parametrize("versions", [{}, {DEVICE_NAME: 0}, {DEVICE_NAME: 2}, {"usage": 1}])
def test_agreeing_takes_the_text_of_today(versions):
    with pytest.raises(InvalidRequest) as refused:
        change_by(a_wish(versions=versions, device_name=True), MIA, [], ASKS, at=AT)
    assert (refused.value.member, refused.value.status) == ("text_versions.device_name", 422)


@pytest.mark.parametrize("name", ["usage", "partners", "unheard", ""])
@pytest.mark.parametrize("wanted", [True, False])
def test_chooses_nothing_that_is_not_asked_for(name, wanted):
    with pytest.raises(InvalidRequest) as refused:
        change_by(a_wish(versions={name: 1}, **{name: wanted}), MIA, [], ASKS, at=AT)
    assert refused.value.member == f"choices.{name}"


def test_what_has_no_text_cannot_be_agreed_to_though_it_were_asked_for():
    with pytest.raises(InvalidRequest) as refused:
        change_by(a_wish(versions={"usage": 1}, usage=True), MIA, [], ("usage",), at=AT)
    assert refused.value.member == "text_versions.usage"


def test_what_is_not_asked_for_any_more_can_only_be_withdrawn():
    standing = agreed()
    assert len(change_by(a_wish(device_name=False), MIA, [standing], (), at=LATER).withdrawn) == 1
    with pytest.raises(InvalidRequest) as refused:
        change_by(a_wish(device_name=True), MIA, [standing], (), at=LATER)
    assert refused.value.member == "choices.device_name"
    (offered,) = choices_of([standing], [], ()).offered
    assert (offered.agreed, offered.asked) == (True, False)


def test_a_new_text_is_agreed_to_anew(monkeypatch):
    standing = agreed()
    monkeypatch.setattr(consents, "choice_named", lambda name: Choice(name, "data", text_version=2))
    assert not standing.counts
    wish = a_wish(versions={DEVICE_NAME: 2}, device_name=True)
    change = change_by(wish, MIA, [standing], ASKS, at=LATER)
    assert [(each.id, each.withdrawn_at) for each in change.withdrawn] == [(standing.id, LATER)]
    assert [(each.text_version, each.agreed_at) for each in change.agreed] == [(2, LATER)]
    (offered,) = choices_of([standing], [standing], ASKS).offered
    assert not offered.agreed


@pytest.mark.parametrize("first", [True, False])
def test_several_choices_are_made_in_one_wish(monkeypatch, first):
    monkeypatch.setattr(consents, "choice_named", lambda name: Choice(name, "data", text_version=1))
    wish = a_wish(versions={DEVICE_NAME: 1, "usage": 1}, device_name=first, usage=True)
    change = change_by(wish, MIA, [agreed()], ("usage", DEVICE_NAME), at=LATER)
    assert [each.choice for each in change.agreed] == ["usage"]
    assert [each.choice for each in change.withdrawn] == ([] if first else [DEVICE_NAME])


def test_lists_what_is_asked_for_and_says_of_the_rest_that_nobody_asks():
    assert choices_of([], [], ASKS) == ([OfferedChoice(DEVICE_NAME, "data", 1, None, True)], OTHERS, [])
    assert choices_of([], [], ()) == ([], [DEVICE_NAME, *OTHERS], [])
    standing = agreed()
    shown = choices_of([standing], [standing], ASKS)
    assert shown.offered == [OfferedChoice(DEVICE_NAME, "data", 1, standing, True)]
    assert shown.history == [standing]


def test_every_choice_has_a_title_and_who_can_be_agreed_to_has_a_text():
    assert set(TEXTS) == {choice.name for choice in CATALOGUE}
    assert all(text.title for text in TEXTS.values())
    with_text = {name for name, text in TEXTS.items() if text.text}
    assert with_text == {choice.name for choice in CATALOGUE if choice.text_version is not None}


def test_the_catalogue_is_closed():
    assert choice_named(DEVICE_NAME) == Choice("device_name", "data", text_version=1)
    assert choice_named("unheard") is None
    assert [choice.name for choice in CATALOGUE if choice.kind == "purpose"] == OTHERS[3:]
