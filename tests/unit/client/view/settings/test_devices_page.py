"""*Account > Devices and licenses*: what the account holds, and never somebody else's."""

import pytest

from mooring.testing import FakeServer
from tests.support.settings import Shown, shown_settings


def holding() -> Shown:
    """Return Settings of somebody who holds a license with two devices, the other of them gone."""
    server = FakeServer()
    key = server.mint(seats=3)
    shown = shown_settings(server)
    shown.view.activation.activate(key)
    server.app("lost laptop").activate(key)
    shown.view.your_info.sign_in()
    shown.view.your_info.link(key)
    shown.view.devices.load()
    return shown


def test_without_an_account_the_page_says_how_to_see_something():
    shown = shown_settings()
    assert not shown.view.devices.load()
    page = shown.view.devices.snapshot
    assert (page.ready, page.signed_in, page.loaded, page.devices) == (True, False, False, ())
    assert page.explanation == "Sign in to see the devices and licenses of your account."
    assert shown.server.requests == []


def test_devices_and_licenses_are_listed_this_computer_first():
    shown = holding()
    page = shown.view.devices.snapshot
    assert [row.here for row in page.devices] == [True, False]
    assert page.devices[0].facts[:2] == (("System", "Linux"), ("Last seen", "2026-01-02"))
    (license_,) = page.licenses
    assert license_.here
    assert license_.name.startswith("Harbor Notes, Pro (retail, key ending in ")
    assert license_.facts[0][1].startswith("2 of 3 taken: ")
    assert page.loaded


def test_a_lost_device_is_freed_after_a_question_and_the_list_is_read_anew():
    shown = holding()
    lost = shown.view.devices.snapshot.devices[1]
    assert lost.question.startswith(f"Free the seats of {lost.name}?")
    assert shown.view.devices.free(lost.id)
    page = shown.view.devices.snapshot
    assert [row.here for row in page.devices] == [True]
    assert page.notice == f"The seats of {lost.name} are free"


def test_every_seat_is_freed_this_computers_too():
    shown = holding()
    shown.view.devices.free_all()
    page = shown.view.devices.snapshot
    assert (page.devices, page.notice) == ((), "All seats of your licenses are free")


def test_a_device_gets_another_name():
    shown = holding()
    shown.view.devices.rename(shown.view.devices.snapshot.devices[1].id, "Kitchen")
    page = shown.view.devices.snapshot
    assert page.devices[1].name == "Kitchen"
    assert page.notice == "The device is called Kitchen now"


def test_an_account_without_licenses_is_told_how_to_bring_one():
    shown = shown_settings()
    shown.view.your_info.sign_in()
    shown.view.devices.load()
    assert shown.view.devices.snapshot.explanation.startswith("Your account holds no license yet.")


def test_what_cannot_be_read_is_a_problem_and_leaves_the_list():
    shown = holding()
    shown.server.go_offline()
    shown.view.devices.load()
    page = shown.view.devices.snapshot
    assert (page.problem.code, len(page.devices)) == ("service_unavailable", 2)


def test_signing_out_takes_the_lists_away_at_once():
    shown = holding()
    shown.view.your_info.sign_out()
    page = shown.view.devices.snapshot
    assert (page.devices, page.licenses, page.loaded, page.signed_in) == ((), (), False, False)


@pytest.mark.parametrize("next_person", [None, "kim@mail.example"])
def test_a_list_that_arrives_after_the_account_changed_is_dropped(next_person: str | None):
    shown = holding()
    held = shown.hold()
    shown.view.devices.load()
    listing = held.waiting.pop()
    held.at_once = True
    devices = shown.app.devices()
    shown.app.devices = lambda: devices  # the answer was on its way already
    shown.view.your_info.sign_out()
    if next_person is not None:
        shown.server.person = next_person
        shown.view.your_info.sign_in()
    listing()
    page = shown.view.devices.snapshot
    assert (page.devices, page.licenses, page.busy) == ((), (), None)


def test_a_sign_in_that_ended_elsewhere_says_so_and_shows_nothing_old():
    shown = holding()
    shown.server.end_access_tokens()
    shown.server.end_sign_ins()
    shown.view.devices.load()
    page = shown.view.devices.snapshot
    assert (page.problem.code, page.signed_in, page.devices) == ("sign_in_required", False, ())
    assert page.problem.way == "sign_in"
