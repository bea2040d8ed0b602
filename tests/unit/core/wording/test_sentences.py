"""Sentences: one for every row of the table of activation states, whole in every language."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from mooring.core.wording.sentences import day, locked_sentence, minute, move_sentence, state_sentence
from tests.support.time_zones import far_from_utc
from tests.support.translations import compile_language, messages_in_the_source

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
END = datetime(2026, 3, 1, 14, 5, 59, tzinfo=UTC)

TABLE = [
    ("activated", "product_key", {}, "Harbor Notes is activated with a product key"),
    ("activated", "digital_license", {}, "Harbor Notes is activated with a digital license"),
    (
        "activated",
        "digital_license",
        {"linked": True},
        "Harbor Notes is activated with a digital license linked to your account",
    ),
    (
        "activated",
        "digital_license",
        {"linked": True, "provider": "microsoft"},
        "Harbor Notes is activated with a digital license linked to your Microsoft account",
    ),
    ("activated", "trial", {"ends_at": NOW + timedelta(days=30)}, "Harbor Notes trial: 30 days left"),
    (
        "activated",
        "lease",
        {"ends_at": END},
        "Harbor Notes is activated on a lease until 2026-03-01 14:05 UTC",
    ),
    (
        "activated",
        "organization",
        {},
        "Harbor Notes is activated using your organization's activation service",
    ),
    ("activated", "subscription", {"ends_at": END}, "Harbor Notes subscription is active until 2026-03-01"),
    (
        "grace",
        "digital_license",
        {"ends_at": END, "linked": True},
        "Harbor Notes is activated; it must reach the activation service before 2026-03-01",
    ),
    ("not_activated", None, {}, "Harbor Notes is not activated"),
]


def sentence(state, method=None, **more):
    return state_sentence("Harbor Notes", state, method, at=NOW, **more)


@pytest.mark.parametrize(("state", "method", "more", "said"), TABLE, ids=lambda value: str(value)[:30])
def test_every_row_of_the_table_has_its_sentence(state, method, more, said):
    assert sentence(state, method, **more) == said


@pytest.mark.parametrize(
    "method", ["product_key", "digital_license", "organization", "trial", "lease", "subscription"]
)
def test_grace_says_the_same_however_it_is_activated(method):
    assert sentence("grace", method, ends_at=END).endswith(
        "must reach the activation service before 2026-03-01"
    )


@pytest.mark.parametrize("method", ["product_key", "digital_license", "organization"])
def test_an_end_is_not_named_where_the_license_outlasts_its_certificate(method):
    assert sentence("activated", method, ends_at=END) == sentence("activated", method)


@pytest.mark.parametrize(
    ("provider", "account"),
    [
        (None, "your account"),
        ("", "your account"),
        ("local", "your account"),
        ("microsoft", "your Microsoft account"),
        ("google", "your Google account"),
        ("github", "your GitHub account"),
        ("Contoso", "your Contoso account"),
        ("acme-id", "your Acme Id account"),
        ("eBay", "your eBay account"),
    ],
)
def test_a_linked_license_names_the_kind_of_account(provider, account):
    said = sentence("activated", "digital_license", linked=True, provider=provider)
    assert said == f"Harbor Notes is activated with a digital license linked to {account}"


def test_an_account_is_not_named_while_the_license_is_not_linked():
    assert sentence("activated", "digital_license", provider="microsoft") == sentence(
        "activated", "digital_license"
    )


@pytest.mark.parametrize("method", ["product_key", "organization"])
def test_only_a_digital_license_is_said_to_be_linked(method):
    assert "linked" not in sentence("activated", method, linked=True)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(days=1, seconds=1), "2 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(seconds=1), "1 day"),
        (timedelta(0), "0 days"),
    ],
)
def test_the_days_of_a_trial_are_rounded_up(left, said):
    assert sentence("activated", "trial", ends_at=NOW + left) == f"Harbor Notes trial: {said} left"


@pytest.mark.parametrize("method", ["trial", "lease", "subscription", "quantum_entanglement", None])
def test_an_unknown_method_or_end_is_left_out(method):
    assert sentence("activated", method) == "Harbor Notes is activated"
    assert sentence("grace", method) == "Harbor Notes is activated"


def test_an_unknown_method_is_left_out_even_with_an_end():
    assert sentence("activated", "quantum_entanglement", ends_at=END) == "Harbor Notes is activated"


def test_an_unknown_state_reads_not_activated():
    assert sentence("hibernating", "digital_license", ends_at=END) == "Harbor Notes is not activated"


def test_days_and_minutes_are_those_of_utc():
    evening = END.astimezone(timezone(timedelta(hours=10)))
    assert day(evening) == "2026-03-01"
    assert minute(evening) == "2026-03-01 14:05 UTC"
    next_morning = END.astimezone(timezone(timedelta(hours=12)))
    assert next_morning.day == 2
    assert day(next_morning) == "2026-03-01"


def test_days_and_minutes_are_those_of_utc_wherever_the_computer_is():
    with far_from_utc():
        assert day(END) == "2026-03-01"
        assert minute(END) == "2026-03-01 14:05 UTC"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"allowed": True}, "You can safely change your mainboard or computer"),
        (
            {"allowed": True, "left": 1},
            "You can safely change your mainboard or computer; 1 move is left",
        ),
        (
            {"allowed": True, "left": 4, "next_at": END},
            "You can safely change your mainboard or computer; 4 moves are left",
        ),
        (
            {"allowed": False, "left": 0, "next_at": END},
            "This license can move to other hardware again from 2026-03-01",
        ),
        (
            {"allowed": False},
            "This license belongs to this computer: it does not move to other hardware",
        ),
    ],
)
def test_whether_a_license_can_move_is_said_before_hardware_is_changed(facts, said):
    assert move_sentence(**facts) == said


def test_what_activation_adds_is_named():
    assert locked_sentence(["PDF export"]) == "Activation adds this feature: PDF export"
    assert locked_sentence(["PDF export", "Sync"]) == "Activation adds these features: PDF export, Sync"


@pytest.fixture
def upside_down(tmp_path: Path) -> str:
    """Return the folder of a language that says every English sentence between two marks."""
    catalog = Catalog(locale="de")
    for message in messages_in_the_source():
        if isinstance(message.id, tuple):
            catalog.add(message.id, tuple(f"«{form}»" for form in message.id))
        elif message.id:
            catalog.add(message.id, f"«{message.id}»")
    compile_language(catalog, "de", tmp_path)
    return str(tmp_path)


@pytest.mark.parametrize(("state", "method", "more", "said"), TABLE, ids=lambda value: str(value)[:30])
def test_every_sentence_is_one_message_in_another_language(upside_down, state, method, more, said):
    assert sentence(state, method, **more, language="de", locales=upside_down) == f"«{said}»"


def test_moves_and_features_are_said_in_another_language(upside_down):
    for facts in (
        {"allowed": True},
        {"allowed": True, "left": 2},
        {"allowed": False},
        {"allowed": False, "next_at": END},
    ):
        said = move_sentence(**facts, language="de", locales=upside_down)
        assert said == f"«{move_sentence(**facts)}»"
    assert (
        locked_sentence(["Sync"], language="de", locales=upside_down)
        == "«Activation adds this feature: Sync»"
    )
