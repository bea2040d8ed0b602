"""*Accounts > Your info*: signing in and out, linking; and a person who changes their mind at any instant."""

import threading

import pytest

from mooring.client.domain.errors import Refused
from mooring.testing import FakeServer
from tests.support.settings import Shown, shown_settings


def activated_settings() -> Shown:
    shown = shown_settings()
    shown.view.activation.activate(shown.server.mint())
    return shown


def test_nobody_is_signed_in_and_the_page_says_what_an_account_brings():
    page = shown_settings().view.your_info.snapshot
    assert (page.headline, page.signed_in, page.offer) == ("Nobody is signed in", False, None)
    assert "never touches how you sign in to this computer" in page.explanation


def test_signing_in_through_the_browser_offers_to_link():
    shown = activated_settings()
    shown.view.your_info.sign_in()
    page = shown.view.your_info.snapshot
    assert (page.headline, page.signed_in) == ("m•••@o•••.example", True)
    assert page.notice == "You are signed in as m•••@o•••.example"
    assert (page.signing_in, page.busy) == (None, None)
    assert page.offer.title == "Link this license to your account?"
    assert page.offer.undone == "You can undo it on this page, in one step."
    waits = [each.signing_in for name, each in shown.changes if name == "your_info" and each.signing_in]
    assert waits[0].way == "browser"
    assert waits[-1].address.startswith("http://localhost:1/oauth/authorize?")


def test_signing_in_where_nothing_is_activated_offers_nothing_to_link():
    shown = shown_settings()
    shown.view.your_info.sign_in()
    assert shown.view.your_info.snapshot.signed_in
    assert shown.view.your_info.snapshot.offer is None


def test_a_code_is_shown_with_its_address_and_a_picture_of_both():
    shown = activated_settings()
    seen = []

    def let_in(page, snapshot):
        if page == "your_info" and snapshot.signing_in and snapshot.signing_in.code and not seen:
            seen.append(snapshot.signing_in)
            shown.server.approve(snapshot.signing_in.code)

    shown.view._desk.changed = let_in
    shown.view.your_info.sign_in_by_code()
    (waiting,) = seen
    assert (waiting.way, waiting.address) == ("code", "http://localhost:1/device")
    assert waiting.complete_address.endswith(waiting.code)
    assert waiting.good_for == "The code is good for 10 minutes."
    assert len(waiting.qr) == len(waiting.qr[0]) > 20
    assert shown.view.your_info.snapshot.signed_in


def test_where_there_is_no_browser_a_code_is_shown_without_asking(monkeypatch: pytest.MonkeyPatch):
    shown = shown_settings()
    sign_in, ways = shown.app.sign_in, []

    def without_browser(**options):
        ways.append("code" if options.get("show_code") else "browser")
        if ways[-1] == "browser":
            raise Refused("browser_unavailable")
        return sign_in(**options | {"show_code": lambda codes: shown.server.approve(codes.user_code)})

    monkeypatch.setattr(shown.app, "sign_in", without_browser)
    shown.view.your_info.sign_in()
    assert ways == ["browser", "code"]
    assert shown.view.your_info.snapshot.signed_in


def test_a_person_who_says_no_in_the_browser_reads_that_and_can_begin_again():
    shown = shown_settings()
    shown.server.person = None
    shown.view.your_info.sign_in()
    page = shown.view.your_info.snapshot
    assert (page.problem.code, page.signed_in, page.signing_in) == ("sign_in_declined", False, None)
    shown.server.person = "mia@outlook.example"
    assert shown.view.your_info.try_again()
    assert shown.view.your_info.snapshot.signed_in


def test_a_server_that_is_gone_ends_the_sign_in_with_a_problem():
    shown = shown_settings()
    shown.server.go_offline()
    shown.view.your_info.sign_in()
    page = shown.view.your_info.snapshot
    assert (page.problem.code, page.signing_in, page.busy) == ("service_unavailable", None, None)


def in_threads() -> tuple[Shown, threading.Event]:
    """Return settings whose errands run in threads, and an event for when somebody looks at the browser."""
    shown = shown_settings()
    shown.view._desk.run_in_background = lambda work: threading.Thread(target=work).start()
    return shown, threading.Event()


def test_given_up_the_page_is_free_at_once_and_nobody_is_signed_in(monkeypatch: pytest.MonkeyPatch):
    shown, gone = in_threads()
    begun = threading.Event()

    def patient(*, cancelled, **_):
        begun.set()
        while not cancelled():
            assert not gone.wait(0.01)
        gone.set()
        raise Refused("sign_in_declined")

    monkeypatch.setattr(shown.app, "sign_in", patient)
    assert shown.view.your_info.sign_in()
    assert begun.wait(5)
    assert not shown.view.your_info.sign_in(), "one sign-in at a time"
    shown.view.your_info.cancel()
    page = shown.view.your_info.snapshot
    assert (page.busy, page.signing_in, page.problem) == (None, None, None)
    assert gone.wait(5), "the browser is waited for no longer"


def test_given_up_too_late_to_be_heard_the_person_is_signed_out_again(monkeypatch: pytest.MonkeyPatch):
    shown = shown_settings()
    sign_in = shown.app.sign_in

    def late(**options):
        status = sign_in(**options | {"cancelled": None})
        shown.view.your_info.cancel()
        return status

    monkeypatch.setattr(shown.app, "sign_in", late)
    shown.view.your_info.sign_in()
    assert shown.app.status().signed_in is None
    page = shown.view.your_info.snapshot
    assert (page.signed_in, page.busy, page.notice) == (False, None, None)


def test_closing_the_window_gives_the_sign_in_up(monkeypatch: pytest.MonkeyPatch):
    shown = shown_settings()
    heard = []

    def closing(*, cancelled, **_):
        shown.view.close()
        heard.append(cancelled())
        raise Refused("sign_in_declined")

    monkeypatch.setattr(shown.app, "sign_in", closing)
    shown.view.your_info.sign_in()
    assert heard == [True]


def test_linking_changes_the_sentence_and_unlinking_undoes_it():
    shown = activated_settings()
    shown.view.your_info.sign_in()
    shown.view.your_info.link()
    page = shown.view.your_info.snapshot
    linked = "Harbor Notes is activated with a digital license linked to your account"
    assert (page.linked, page.notice, page.offer) == (linked, linked, None)
    assert not shown.view.activation.snapshot.advise_linking
    shown.view.your_info.unlink()
    page = shown.view.your_info.snapshot
    assert (page.linked, page.offer) == (None, None), "and who unlinks is not asked to link again"


def test_declining_takes_the_offer_away_until_somebody_signs_in_anew():
    shown = activated_settings()
    shown.view.your_info.sign_in()
    shown.view.your_info.decline()
    assert shown.view.your_info.snapshot.offer is None
    shown.view.activation.renew()
    assert shown.view.your_info.snapshot.offer is None
    shown.view.your_info.sign_out()
    shown.view.your_info.sign_in()
    assert shown.view.your_info.snapshot.offer is not None


def test_a_mistyped_key_links_nothing():
    shown = activated_settings()
    shown.view.your_info.sign_in()
    shown.view.your_info.link("BCDFG")
    page = shown.view.your_info.snapshot
    assert (page.problem.code, page.problem.is_about_key, page.linked) == ("key_malformed", True, None)
    assert page.offer is not None


def test_signing_out_says_what_stays():
    shown = activated_settings()
    shown.view.your_info.sign_in()
    shown.view.your_info.sign_out()
    page = shown.view.your_info.snapshot
    assert not page.signed_in
    assert page.notice == "You are signed out on this computer. What is activated stays activated."
    assert shown.view.activation.snapshot.activated


def test_signing_out_without_a_network_says_that_the_service_was_not_told():
    shown = activated_settings()
    shown.view.your_info.sign_in()
    shown.server.go_offline()
    shown.view.your_info.sign_out()
    assert shown.view.your_info.snapshot.notice.endswith("look over the devices on your account page.")


def test_related_support_leads_where_the_publisher_says():
    urls = {"support": "https://harbor.example/help", "account": "https://harbor.example/account"}
    shown = shown_settings(urls=urls)
    always = (
        ("Your account page", "https://harbor.example/account"),
        ("Contact the publisher", "https://harbor.example/help"),
    )
    help_ = ("Help with signing in", f"{shown.app.descriptor.servers[0]}/forgot-password")
    assert shown.view.your_info.snapshot.support == (help_, *always)
    shown.view.your_info.sign_in()
    assert shown.view.your_info.snapshot.support == always
    assert shown_settings(FakeServer()).view.your_info.snapshot.support == (help_,)
