"""*Privacy* and *About*: exactly what is sent, no switch that does nothing, no secret for support."""

import json

import pytest

from mooring.testing import FakeServer
from tests.support.settings import shown_settings

NOTHING = "This program shares nothing with anybody else, and sends nothing optional"


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
    assert [(each.kind, each.standing) for each in page.purposes] == [
        ("necessary", "Always on"),
        ("account", "Your choice, on Your info"),
        ("others", "Off"),
    ]


def signed_in(server=None):
    """Return Settings where somebody is signed in, and the page on privacy was opened."""
    server = server or FakeServer()
    app = server.app()
    app.sign_in()
    shown = shown_settings(server, app=app)
    shown.view.opened("privacy")
    return shown


class TestChoosing:
    def test_without_an_account_there_is_nothing_to_choose(self):
        shown = shown_settings()
        for _ in range(2):
            page = shown.view.privacy.snapshot
            assert page.headline == NOTHING
            assert (page.signed_in, page.loaded, page.shares, page.choices) == (False, False, False, ())
            assert page.explanation.startswith("Without an account nothing optional is sent.")
            assert page.not_asked is None
            shown.view.opened("privacy")
        assert shown.view.privacy.agree("device_name") is False
        assert shown.view.privacy.withdraw("device_name") is False

    def test_before_the_choices_are_read_nothing_is_said_of_them(self):
        server = FakeServer()
        app = server.app()
        app.sign_in()
        shown = shown_settings(server, app=app)
        page = shown.view.privacy.snapshot
        assert (page.signed_in, page.loaded, page.explanation) == (True, False, "")
        assert page.headline == "This program shares nothing with anybody else"

    def test_what_is_asked_for_is_shown_with_what_is_agreed_to_by_it(self):
        page = signed_in().view.privacy.snapshot
        (choice,) = page.choices
        assert (choice.name, choice.title, choice.agreed) == ("device_name", "Names of your computers", False)
        assert choice.text.startswith("Programs may send the name that your computer has")
        assert page.explanation.startswith("Everything here is off until you agree")
        assert page.not_asked.startswith("Not asked for, and so not collected: How often features are used;")
        assert (page.loaded, page.shares, page.problem, page.headline) == (True, False, None, NOTHING)

    def test_agreed_to_it_is_on_and_in_the_preview(self):
        shown = signed_in()
        assert shown.view.privacy.agree("device_name") is True
        page = shown.view.privacy.snapshot
        assert (page.choices[0].agreed, page.shares) == (True, True)
        assert page.choices[0].since == f"Agreed to on {shown.server.clock.now().date()}"
        assert page.notice == "You agreed: Names of your computers. You can withdraw it here at any time."
        assert page.headline == "This program sends what you agreed to, and shares nothing with anybody else"
        assert ("device.name", "laptop") in page.preview
        assert json.loads(page.preview_text) == dict(shown.app.privacy_preview())

    @pytest.mark.parametrize("way", ["one", "all"])
    def test_withdrawn_it_is_off_again_and_gone_from_the_preview(self, way):
        shown = signed_in()
        view = shown.view.privacy
        view.agree("device_name")
        assert (view.withdraw("device_name") if way == "one" else view.share_nothing()) is True
        page = view.snapshot
        assert (page.choices[0].agreed, page.shares, page.headline) == (False, False, NOTHING)
        assert (
            page.notice
            == {
                "one": "Withdrawn: Names of your computers",
                "all": "You share nothing that is optional",
            }[way]
        )
        assert "device.name" not in dict(page.preview)

    def test_it_is_agreed_to_by_the_text_that_was_shown(self, monkeypatch):
        shown, given = signed_in(), {}
        set_privacy = shown.app.set_privacy

        def watching(name, on, **terms):
            given.update(terms)
            return set_privacy(name, on, **terms)

        monkeypatch.setattr(shown.app, "set_privacy", watching)
        shown.view.privacy.agree("device_name")
        assert given == {"text_version": 1}

    def test_a_text_that_changed_meanwhile_is_shown_and_nothing_is_agreed_to(self):
        shown = signed_in()
        shown.server._privacy._asked["device_name"] = 2
        shown.view.privacy.agree("device_name")
        page = shown.view.privacy.snapshot
        assert page.notice.startswith("What you are asked for has changed meanwhile. Nothing was done")
        assert (page.choices[0].agreed, page.choices[0].text_version, page.problem) == (False, 2, None)

    def test_what_is_not_asked_for_any_more_cannot_be_turned_on(self, monkeypatch):
        shown = signed_in()
        chosen = shown.app.privacy()
        once = chosen._replace(choices=(chosen.choices[0]._replace(asked=False),))
        monkeypatch.setattr(shown.app, "privacy", lambda: once)
        shown.view.privacy.load()
        assert shown.view.privacy.agree("device_name") is False
        assert shown.view.privacy.withdraw("device_name") is True

    def test_where_nothing_is_asked_for_it_says_so(self):
        page = signed_in(FakeServer(privacy_asks=())).view.privacy.snapshot
        assert (page.loaded, page.choices) == (True, ())
        assert page.explanation == "You are asked for nothing beyond what is necessary."

    def test_without_the_service_what_would_be_sent_is_shown_all_the_same(self):
        shown = signed_in()
        shown.server.go_offline("the cable is out")
        shown.view.privacy.load()
        page = shown.view.privacy.snapshot
        assert page.preview
        assert "the cable is out" in page.problem.detail
        assert (page.choices, page.loaded) == ((), False)
        shown.server.come_back()
        assert shown.view.privacy.try_again() is True
        assert (shown.view.privacy.snapshot.problem, shown.view.privacy.snapshot.loaded) == (None, True)

    def test_another_refusal_is_a_problem_and_the_switch_stays(self):
        shown = signed_in()
        shown.server.refuse_everything("holder_provisional")
        shown.view.privacy.agree("device_name")
        page = shown.view.privacy.snapshot
        assert (page.problem.title, page.choices[0].agreed) == ("The link is not confirmed yet", False)

    def test_signed_out_the_choices_are_taken_away(self):
        shown = signed_in()
        shown.view.privacy.agree("device_name")
        shown.view.your_info.sign_out()
        page = shown.view.privacy.snapshot
        assert (page.signed_in, page.choices, page.shares, page.headline) == (False, (), False, NOTHING)

    def test_choices_that_come_for_somebody_else_are_dropped(self):
        shown = signed_in()
        shown.view.privacy.agree("device_name")
        errands = shown.hold()
        shown.view.privacy.load()
        (work,) = errands.waiting
        status = shown.app.status

        def first_mia_then_ole():
            shown.app.status = status
            now = status()
            shown.server.person = "ole@harbor.example"
            shown.app.sign_in()
            return now

        shown.app.status = first_mia_then_ole
        errands.waiting.clear()
        work()
        page = shown.view.privacy.snapshot
        assert (page.choices, page.loaded) == ((), False)

    def test_opened_before_the_state_is_known_it_shows_the_choices_all_the_same(self):
        server = FakeServer()
        app = server.app()
        app.sign_in()
        shown = shown_settings(server, app=app, started=False)
        shown.view.opened("privacy")
        assert shown.view.privacy.snapshot.loaded
        shown.view.start()
        assert shown.view.privacy.snapshot.loaded


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
