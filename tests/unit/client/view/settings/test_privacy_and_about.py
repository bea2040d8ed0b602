"""*Privacy* and *About*: exactly what is sent, no switch that does nothing, no secret for support."""

import json

from mooring.testing import FakeServer
from tests.support.settings import shown_settings


def test_the_preview_is_what_an_activation_sends_and_looking_sends_nothing():
    shown = shown_settings()
    shown.view.opened("privacy")
    page = shown.view.privacy.snapshot
    assert json.loads(page.preview_text) == dict(shown.app.privacy_preview())
    assert ("device.platform", "linux") in page.preview
    assert shown.server.requests == []


def test_every_value_of_the_preview_is_a_row():
    shown = shown_settings()
    shown.view.opened("privacy")
    names = [name for name, _ in shown.view.privacy.snapshot.preview]
    assert "hardware.components.mac_addresses" in names
    assert len(names) == len(set(names))


def test_purposes_are_told_apart_and_none_pretends_to_be_a_switch():
    page = shown_settings().view.privacy.snapshot
    assert [each.standing for each in page.purposes] == [
        "Always on",
        "Off",
        "Your choice, on Your info",
        "Off",
    ]
    assert page.headline == "This program shares nothing with anybody else, and sends nothing optional"


def test_the_publishers_page_on_privacy_is_offered_where_there_is_one():
    url = "https://harbor.example/privacy"
    assert shown_settings(urls={"privacy": url}).view.privacy.snapshot.policy.url == url
    assert shown_settings(FakeServer()).view.privacy.snapshot.policy is None


def test_about_without_a_certificate():
    shown = shown_settings()
    shown.view.opened("about")
    page = shown.view.about.snapshot
    assert (page.genuine, page.certificate) == (None, ())
    assert page.certificate_sentence == "No certificate is held here: Harbor Notes was not activated yet"
    assert "product=harbor-notes" in page.support_code
    assert page.facts[0] == ("Product", "Harbor Notes")


def test_about_tells_the_certificate_in_plain_words_and_no_secret():
    shown = shown_settings()
    key = shown.server.mint()
    shown.view.activation.activate(key)
    shown.view.opened("about")
    page = shown.view.about.snapshot
    assert (page.genuine, page.certificate_sentence) == (
        True,
        "Genuine: the publisher of Harbor Notes signed it",
    )
    assert dict(page.certificate)["Activated with"] == "digital license"
    assert key not in repr(page)


def test_a_certificate_of_somebody_else_is_not_to_be_believed(monkeypatch):
    shown = shown_settings()
    other = FakeServer()
    stranger = other.app()
    stranger.activate(other.mint())
    text = stranger._wiring.store.load().state.certificate
    shown.view.activation.activate(shown.server.mint())
    inspect = shown.app.inspect_certificate
    monkeypatch.setattr(shown.app, "inspect_certificate", lambda: inspect(text))
    shown.view.about.load()
    page = shown.view.about.snapshot
    assert page.genuine is False
    assert page.certificate_sentence.endswith("Believe nothing of it")


def test_the_connection_is_tried_step_by_step():
    shown = shown_settings()
    shown.view.about.check_connection()
    page = shown.view.about.snapshot
    assert page.connection == ((True, "http://localhost:1 · answer", "/healthz answers 200"),)
    assert page.notice == "The activation service can be reached"
    shown.server.go_offline("the cable is out")
    shown.view.about.check_connection()
    page = shown.view.about.snapshot
    assert page.connection[0].passed is False
    assert page.notice.startswith("The activation service cannot be reached.")
