"""Settings as a whole: every next step of the catalogue is taken, or read; every label is said everywhere."""

import subprocess
import sys

import pytest

from mooring.client.view.activation import NextStep
from mooring.client.view.settings import LABELS, PAGES, labels_in, way_of
from mooring.core.wording.next_steps import NEXT_STEPS
from mooring.core.wording.reasons import REASONS, UNKNOWN_REASON
from mooring.server.wording.languages import LANGUAGES
from mooring.testing import FakeServer
from tests.support.settings import shown_settings

TO_READ = {
    "ask_holder", "ask_organization", "buy", "check_code", "contact_publisher", "correct_request",
    "forget_a_pc", "look_and_agree", "renew_license", "run_as_administrator", "switch_edition",
    "undo_handover", "update_program",
}  # fmt: skip
"""Steps that lead out of the program, or are said in the sentence: a button only with an address."""


@pytest.mark.parametrize("action", sorted({each.next_action for each in (*REASONS.values(), UNKNOWN_REASON)}))
def test_every_step_of_the_catalogue_has_a_way_or_is_only_read(action: str):
    step = NextStep(action, NEXT_STEPS[action].label, None)
    assert (way_of(step) is None) == (action in TO_READ)
    if action in TO_READ:
        assert way_of(step._replace(url="https://harbor.example")) == "address"


@pytest.mark.parametrize(
    ("action", "went"),
    [
        ("check_key", ("activation", "key")),
        ("troubleshoot", ("activation", None)),
        ("activate", ("activation", None)),
        ("sign_in", ("your_info", None)),
        ("sign_in_with_code", ("your_info", None)),
        ("free_a_device", ("your_info", None)),
    ],
)
def test_a_step_leads_to_its_page(action: str, went: tuple[str, str | None]):
    shown = shown_settings()
    shown.hold()
    assert shown.view.take(NextStep(action, "", None), "about")
    assert shown.went_to == [went]


def test_a_step_to_the_devices_leads_there_for_who_is_signed_in():
    shown = shown_settings()
    shown.view.your_info.sign_in()
    shown.view.take(NextStep("free_a_device", "", None), "activation")
    assert shown.went_to == [("devices", None)]


def test_a_step_with_an_address_opens_it():
    shown = shown_settings()
    assert shown.view.take(NextStep("buy", "", "https://harbor.example/buy"), "activation")
    assert shown.opened == ["https://harbor.example/buy"]
    assert not shown.view.take(NextStep("buy", "", None), "activation")


def test_a_step_to_try_again_without_anything_tried_renews():
    shown = shown_settings()
    shown.view.take(NextStep("go_online", "", None), "activation")
    assert shown.view.activation.snapshot.problem.code == "no_digital_license"


def test_without_a_thread_to_be_had_the_state_is_read_all_the_same(monkeypatch):
    shown = shown_settings(started=False)

    def no_thread(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(shown.view._desk, "run_in_background", no_thread)
    shown.view.start()
    assert shown.view.activation.snapshot.ready


def test_started_twice_is_started_once():
    shown = shown_settings()
    heard = len(shown.changes)
    shown.view.start()
    shown.app.activate(shown.server.mint())
    sentences = [each.view.sentence for name, each in shown.changes[heard:] if name == "activation"]
    assert len(sentences) == 1


def test_closed_before_it_was_read_nothing_is_heard():
    shown = shown_settings(started=False)
    shown.view.close()
    shown.view.start()
    assert shown.changes == []


def test_dismissing_takes_problem_and_notice_away():
    shown = shown_settings()
    shown.view.activation.renew()
    assert shown.view.activation.snapshot.problem
    shown.view.activation.dismiss()
    assert shown.view.activation.snapshot.problem is None


def test_titles_and_labels_are_there_before_anything_was_read():
    view = shown_settings(started=False).view
    assert [view.page(page).snapshot.title for page in PAGES] == [
        "Your info", "Devices and licenses", "Activation", "Privacy", "About",
    ]  # fmt: skip
    assert (view.product, view.language, view.labels["cancel"]) == ("Harbor Notes", "en", "Cancel")


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_label_is_said_in_every_language(language: str):
    said = labels_in(language)
    assert set(said) == set(LABELS)
    same = {name for name, text in said.items() if text == LABELS[name]}
    assert same <= {"code", "activation", "pages", "system", "account", "no"}, same


def test_neither_toolkit_nor_view_is_loaded_by_a_program_that_shows_nothing():
    loaded = (
        "import sys, mooring\n"
        "bad = [name for name in sys.modules if name.split('.')[0] in {'textual', 'PySide6'}"
        " or name.startswith(('mooring.client.view', 'mooring.client.doors'))]\n"
        "sys.exit(', '.join(bad) or 0)"
    )
    subprocess.run([sys.executable, "-c", loaded], check=True, timeout=60)


def test_the_view_loads_no_toolkit():
    loaded = (
        "import sys, mooring.client.view.settings\n"
        "bad = [name for name in sys.modules if name.split('.')[0] in {'textual', 'PySide6'}]\n"
        "sys.exit(', '.join(bad) or 0)"
    )
    subprocess.run([sys.executable, "-c", loaded], check=True, timeout=60)


def test_the_fake_server_is_reached_only_by_what_was_asked_for():
    server = FakeServer()
    shown = shown_settings(server)
    for page in PAGES:
        shown.view.opened(page)
    assert server.requests == []
