"""*System > Activation*: the state, the key, the troubleshooter; and everything that can go wrong there."""

import pytest

from mooring.client.view.settings.problem import fault
from mooring.testing import FakeServer, activated_app, expired_app
from mooring.testing.computers import a_computer
from tests.support.settings import shown_settings


def test_before_the_state_was_read_there_is_a_title_only():
    shown = shown_settings(started=False)
    page = shown.view.activation.snapshot
    assert (page.title, page.ready, page.view) == ("Activation", False, None)
    assert shown.changes == []


def test_the_state_is_told_with_the_reason_and_what_activation_would_add():
    page = shown_settings(FakeServer(entitlements={"sync": "Sync between devices"})).view.activation.snapshot
    assert page.ready
    assert page.view.sentence == "Harbor Notes is not activated"
    assert page.view.why == "This computer holds no digital license. Type your product key, or sign in."
    assert page.view.adds == "Activation adds this feature: Sync between devices"
    assert (page.way, page.activated, page.before_hardware) == ("key", False, None)


def test_a_key_activates_and_the_state_says_so():
    shown = shown_settings()
    assert shown.view.activation.activate(shown.server.mint())
    page = shown.view.activation.snapshot
    assert page.notice == page.view.sentence == "Harbor Notes is activated with a digital license"
    assert (page.busy, page.problem, page.activated, page.advise_linking) == (None, None, True, True)
    assert page.before_hardware.startswith("Link this license to your account before you change hardware")
    assert page.view.advice == (), "it is said once"
    busy = [snapshot.busy for name, snapshot in shown.changes if name == "activation" and snapshot.busy]
    assert busy[0] == "Activating"


def test_the_license_of_this_hardware_comes_back_without_a_key():
    server = FakeServer()
    activated_app(server)
    shown = shown_settings(server)
    shown.view.activation.activate_again()
    assert shown.view.activation.snapshot.activated


def test_a_wrong_key_is_a_problem_at_its_field_and_changes_nothing():
    shown = shown_settings()
    shown.view.activation.activate("BCDFG-HJKMN-PQRTV-WXY23-46789")
    problem = shown.view.activation.snapshot.problem
    assert (problem.code, problem.is_about_key, problem.way) == ("key_unknown", True, "key")
    assert not shown.app.status().activated


def test_nothing_typed_is_a_mistyped_key_and_never_the_license_of_the_hardware():
    server = FakeServer()
    activated_app(server)
    shown = shown_settings(server)
    shown.view.activation.activate("")
    assert shown.view.activation.snapshot.problem.code == "key_malformed"
    assert not shown.app.status().activated


def test_a_server_that_is_gone_is_a_problem_that_can_be_tried_again():
    shown = shown_settings()
    key = shown.server.mint()
    shown.server.go_offline()
    shown.view.activation.activate(key)
    problem = shown.view.activation.snapshot.problem
    assert (problem.code, problem.way) == ("service_unavailable", "retry")
    shown.server.come_back()
    assert shown.view.take(problem.next_step, "activation")
    assert shown.view.activation.snapshot.activated
    assert shown.view.activation.snapshot.problem is None


def test_a_fault_of_the_program_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch):
    shown = shown_settings()
    monkeypatch.setattr(shown.app, "renew", lambda: 1 / 0)
    shown.view.activation.renew()
    problem = shown.view.activation.snapshot.problem
    assert problem.code == "fault"
    assert "ZeroDivisionError" in problem.detail
    assert shown.view.activation.snapshot.busy is None


def test_a_fault_that_has_much_to_say_is_a_sentence_still():
    problem = fault(ValueError("x" * 100_000), "en")
    assert "ValueError: xxx" in problem.detail
    assert 1000 < len(problem.detail) < 1500


def test_where_no_thread_can_be_had_the_page_says_so_and_is_not_busy_for_ever(monkeypatch):
    shown = shown_settings()

    def no_thread(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(shown.view._desk, "run_in_background", no_thread)
    assert shown.view.activation.renew()
    assert shown.view.activation.snapshot.problem.code == "fault"
    assert shown.view.activation.snapshot.busy is None


def test_a_double_click_activates_once():
    shown = shown_settings()
    held, key = shown.hold(), shown.server.mint()
    assert shown.view.activation.activate(key)
    assert not shown.view.activation.activate(key)
    assert not shown.view.activation.renew()
    held.run()
    assert [path for _, path in shown.server.requests] == ["/v1/activations"]
    assert shown.view.activation.snapshot.activated


def test_closed_while_busy_the_result_is_dropped():
    shown = shown_settings()
    held = shown.hold()
    shown.view.activation.activate(shown.server.mint())
    shown.view.close()
    heard = len(shown.changes)
    held.run()
    assert len(shown.changes) == heard
    assert not shown.view.activation.renew(), "nothing is begun after the end"
    assert shown.app.status().activated, "what the person asked for was done all the same"


def test_what_changed_elsewhere_shows_and_no_longer_after_the_end():
    shown = shown_settings()
    shown.app.activate(shown.server.mint())
    assert shown.view.activation.snapshot.activated
    shown.view.close()
    heard = len(shown.changes)
    shown.app.deactivate()
    assert len(shown.changes) == heard


def test_renewing_brings_what_the_publisher_did():
    server = FakeServer()
    shown = shown_settings(server)
    key = server.mint()
    shown.view.activation.activate(key)
    server.revoke(key)
    shown.view.activation.renew()
    page = shown.view.activation.snapshot
    assert page.problem.code == "license_revoked"
    assert (page.activated, page.view.sentence) == (False, "Harbor Notes is not activated")
    assert page.told, "the state does not say it once more beside the problem"
    shown.view.activation.dismiss()
    page = shown.view.activation.snapshot
    assert not page.told
    assert page.view.why.startswith("The publisher has withdrawn this license.")


def test_freeing_the_seat_asks_first_and_says_what_it_means():
    shown = shown_settings(app=None)
    shown.view.activation.activate(shown.server.mint())
    assert shown.view.activation.snapshot.deactivate_question.startswith("Free this computer's seat?")
    shown.view.activation.deactivate()
    page = shown.view.activation.snapshot
    assert (page.activated, page.notice) == (
        False,
        "This computer's seat is free. Within 24 hours, activating here again costs nothing.",
    )


def test_the_next_step_of_an_ended_certificate_is_taken_here():
    server = FakeServer()
    shown = shown_settings(server, app=expired_app(server))
    page = shown.view.activation.snapshot
    assert (page.view.next_step.action, page.way) == ("go_online", "retry")
    assert shown.view.take(page.view.next_step, "activation")
    assert shown.view.activation.snapshot.activated


class TestTroubleshooter:
    def holder(self) -> FakeServer:
        server = FakeServer()
        app = server.app("old")
        app.activate(server.mint())
        app.sign_in()
        app.link()
        return server

    def test_it_asks_to_sign_in_first_and_goes_on_by_itself(self):
        shown = shown_settings(self.holder())
        assert not shown.view.activation.troubleshoot()
        assert shown.view.activation.snapshot.troubleshooter.needs_sign_in
        shown.view.your_info.sign_in()
        open_ = shown.view.activation.snapshot.troubleshooter
        assert not open_.needs_sign_in
        assert [row.name for row in open_.candidates] == ["amber-heron"]

    def test_the_device_that_it_was_is_chosen_and_the_license_comes_along(self):
        server = self.holder()
        hardware = a_computer("old") | {"board_serial": "NEW-BOARD-1", "system_uuid": "another"}
        shown = shown_settings(server, app=server.app("old", hardware=hardware))
        shown.view.your_info.sign_in()
        assert shown.view.activation.troubleshoot()
        open_ = shown.view.activation.snapshot.troubleshooter
        assert open_.sentence == "Which of these devices are you using right now?"
        row = open_.candidates[0]
        assert (row.likely, row.allowed, row.why_not) == (True, True, None)
        assert "same disk" in row.reasons
        assert ("Last seen", "2026-01-02") in row.facts
        shown.view.activation.reactivate(row.id)
        page = shown.view.activation.snapshot
        assert page.troubleshooter is None
        assert page.notice == ("Harbor Notes is activated with a digital license linked to your account")

    def test_nothing_to_choose_from_is_said_with_a_way_on(self):
        shown = shown_settings()
        shown.view.your_info.sign_in()
        shown.view.activation.troubleshoot()
        open_ = shown.view.activation.snapshot.troubleshooter
        assert open_.candidates == ()
        assert open_.sentence.startswith("No device uses a license of your account")

    def test_left_while_it_looks_what_comes_is_dropped(self):
        shown = shown_settings(self.holder())
        shown.view.your_info.sign_in()
        held = shown.hold()
        shown.view.activation.troubleshoot()
        assert shown.view.activation.snapshot.busy == "Looking for your devices"
        shown.view.activation.close_troubleshooter()
        assert shown.view.activation.snapshot.busy is None
        held.run()
        assert shown.view.activation.snapshot.troubleshooter is None

    def test_somebody_elses_devices_are_never_shown(self):
        shown = shown_settings(self.holder())
        shown.view.your_info.sign_in()
        held = shown.hold()
        shown.view.activation.troubleshoot()
        looking = held.waiting.pop()
        shown.view.your_info.sign_out()
        held.run()
        looking()
        open_ = shown.view.activation.snapshot.troubleshooter
        assert open_ is None or open_.candidates == ()

    def test_a_device_that_may_not_move_says_so_before_it_is_chosen(self):
        server = FakeServer()
        app = server.app("old")
        app.activate(server.mint(channel="oem"))
        app.sign_in()
        app.link()
        shown = shown_settings(server, app=server.app("new"))
        shown.view.your_info.sign_in()
        shown.view.activation.troubleshoot()
        row = shown.view.activation.snapshot.troubleshooter.candidates[0]
        assert not row.allowed
        assert row.why_not == "This license belongs to this computer: it does not move to other hardware"
        shown.view.activation.reactivate(row.id)
        assert shown.view.activation.snapshot.problem.code == "move_not_allowed"
