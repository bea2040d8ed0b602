"""Signing in and out: by the browser of this computer, and with a code on another."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from mooring import Refused, ServerUnreachable
from mooring.client.adapters.installation_key.key_file import MemoryKey
from mooring.client.adapters.store.account_file import MemoryAccount
from mooring.client.domain.accounts.oauth import OAuthRefused
from mooring.client.domain.status import Account
from mooring.testing import FakeServer, activated_app

MIA = Account("m•••@o•••.example", "local")


@pytest.fixture
def server():
    return FakeServer()


def refused(work):
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


class TestByBrowser:
    def test_the_status_tells_who_is_signed_in(self, server):
        app = server.app()
        assert app.status().signed_in is None
        assert app.sign_in().signed_in == MIA
        assert app.status().signed_in == MIA
        assert app.account() == MIA

    def test_nothing_is_linked_by_it(self, server):
        app = activated_app(server)
        status = app.sign_in()
        assert (status.linked, status.holder) == (False, None)

    def test_the_computers_own_name_is_not_told_to_whoever_signs_in_next(self, server):
        app = activated_app(server)
        app.sign_in()
        app.link()
        app.set_privacy("device_name", True)
        assert app.renew().device.name == app._wiring.system.name()
        app.sign_out()
        app.sign_in()
        assert "device_name=Linux+computer" in app._wiring.browser.visited[-1]

    def test_the_browser_is_sent_with_all_that_protects_the_answer(self, server):
        keys = MemoryKey()
        app = server.app(keys=keys)
        app.sign_in(create=True)
        (address,) = app._wiring.browser.visited
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith("http://localhost:1/oauth/authorize?")
        secrets = {name: asked.pop(name) for name in ("state", "code_challenge")}
        assert asked == {
            "response_type": "code",
            "client_id": "mooring-device",
            "redirect_uri": "http://127.0.0.1:1/callback",
            "scope": "activate",
            "code_challenge_method": "S256",
            "dpop_jkt": keys.thumbprint(),
            "product": "harbor-notes",
            "device_name": "Linux computer",
            "action": "sign_in",
            "prompt": "create",
        }
        assert all(len(each) == 43 for each in secrets.values())

    def test_a_computer_is_called_by_the_neutral_name_it_was_given(self, server):
        app = activated_app(server)
        app.sign_in()
        assert "device_name=amber-heron" in app._wiring.browser.visited[0]

    def test_the_address_is_told_should_the_browser_not_show_it(self, server):
        told = []
        app = server.app()
        app.sign_in(on_address=told.append)
        assert told == app._wiring.browser.visited

    def test_the_person_may_say_no(self, server):
        server.person = None
        app = server.app()
        assert refused(app.sign_in) == "sign_in_declined"
        assert app.status().signed_in is None

    def test_the_person_may_go_away(self, server):
        app = server.app()
        app._wiring.browser._visit = lambda address: None
        assert refused(app.sign_in) == "sign_in_timed_out"

    def test_without_a_browser_that_is_said(self, server, monkeypatch):
        app = server.app()
        monkeypatch.setattr(app._wiring.browser, "open", lambda address: False)
        assert refused(app.sign_in) == "browser_unavailable"

    @pytest.mark.parametrize(
        "change", [{"iss": "https://evil.example"}, {"iss": ""}, {"error": "server_error"}]
    )
    def test_an_answer_of_another_server_is_not_believed(self, server, change):
        app = server.app()
        browser = app._wiring.browser
        visit = browser._visit
        browser._visit = lambda address: {**visit(address), **change}
        with pytest.raises(ServerUnreachable):
            app.sign_in()
        assert app.status().signed_in is None

    def test_an_answer_with_another_state_is_not_the_answer(self, server):
        app = server.app()
        browser = app._wiring.browser
        visit = browser._visit
        browser._visit = lambda address: {**visit(address), "state": "forged"}
        assert refused(app.sign_in) == "sign_in_timed_out"

    @pytest.mark.parametrize(
        "metadata",
        [
            "not json",
            "{}",
            '{"issuer": "https://a.example", "authorization_endpoint": "https://evil.example/authorize"}',
            '{"issuer": "https://a.example", "authorization_endpoint": "https://a.example.evil/authorize"}',
            '{"issuer": "http://a.example", "authorization_endpoint": "http://a.example/authorize"}',
            '{"issuer": "https://a.example", "authorization_endpoint": "https://a.example/authorize?x=1"}',
        ],
    )
    def test_a_browser_is_sent_nowhere_else(self, server, monkeypatch, metadata):
        app = server.app()
        monkeypatch.setattr(server, "get", lambda path, **_: metadata)
        with pytest.raises(ServerUnreachable):
            app.sign_in()
        assert app._wiring.browser.visited == []

    def test_tokens_that_are_bound_to_no_key_are_not_taken(self, server, monkeypatch):
        app, submit = server.app(), server.submit
        monkeypatch.setattr(
            server, "submit", lambda *args, **rest: {**submit(*args, **rest), "token_type": "Bearer"}
        )
        with pytest.raises(ServerUnreachable):
            app.sign_in()
        assert app.status().signed_in is None

    def test_given_up_here_it_ends_as_if_declined_even_with_the_answer_in_hand(self, server):
        keys = MemoryAccount()
        app = server.app(accounts=keys)
        assert refused(lambda: app.sign_in(cancelled=lambda: True)) == "sign_in_declined"
        assert keys.load() is None
        assert ("POST", "/oauth/token") not in server.requests

    def test_who_does_not_give_up_is_signed_in(self, server):
        assert server.app().sign_in(cancelled=lambda: False).signed_in == MIA


class TestByCode:
    def test_a_code_is_shown_and_waited_for(self, server):
        shown = []

        def show(codes):
            shown.append(codes)
            server.approve(codes.user_code)

        app = server.app()
        assert app.sign_in(show_code=show).signed_in == MIA
        assert shown[0].address == "http://localhost:1/device"
        assert shown[0].complete_address.endswith(shown[0].user_code)
        assert shown[0].device_code not in repr(shown[0])
        assert app._wiring.browser.visited == []

    def test_the_interval_is_kept_and_slowing_down_is_heard(self, server, monkeypatch):
        pauses, answers = [], ["authorization_pending", "slow_down", "authorization_pending", None]
        submit, sleep = server.submit, server.clock.sleep

        def answering(path, form, **rest):
            if "device_code" in form and (error := answers.pop(0)):
                raise OAuthRefused(error)
            return submit(path, form, **rest)

        monkeypatch.setattr(server, "submit", answering)
        monkeypatch.setattr(server.clock, "sleep", lambda seconds: (pauses.append(seconds), sleep(seconds)))
        server.app().sign_in(show_code=lambda codes: server.approve(codes.user_code))
        assert pauses == [5, 5, 10, 10]

    def test_given_up_it_ends_within_a_look_and_asks_no_more(self, server, monkeypatch):
        pauses, sleep = [], server.clock.sleep
        monkeypatch.setattr(server.clock, "sleep", lambda seconds: (pauses.append(seconds), sleep(seconds)))
        app = server.app()
        assert (
            refused(lambda: app.sign_in(show_code=lambda _: None, cancelled=lambda: len(pauses) == 3))
            == "sign_in_declined"
        )
        assert pauses == [0.25] * 3
        assert ("POST", "/oauth/token") not in server.requests

    def test_who_may_give_up_and_does_not_waits_the_whole_interval(self, server, monkeypatch):
        pauses, sleep = [], server.clock.sleep
        monkeypatch.setattr(server.clock, "sleep", lambda seconds: (pauses.append(seconds), sleep(seconds)))
        signed_in = server.app().sign_in(
            show_code=lambda codes: server.approve(codes.user_code), cancelled=lambda: False
        )
        assert signed_in.signed_in == MIA
        assert pauses == [0.25] * 20

    def test_an_outage_while_the_person_types_ends_nothing(self, server, monkeypatch):
        app, sleep = server.app(), server.clock.sleep

        def show(codes):
            server.approve(codes.user_code)
            server.go_offline()

        def coming_back(seconds):
            sleep(seconds)
            if seconds > 5:
                server.come_back()

        monkeypatch.setattr(server.clock, "sleep", coming_back)
        assert app.sign_in(show_code=show).signed_in == MIA

    def test_too_many_questions_wait_as_long_as_was_asked(self, server, monkeypatch):
        submit, pauses, sleep = server.submit, [], server.clock.sleep
        answers = [Refused("rate_limited", {"retry_after": 60}), None]

        def answering(path, form, **rest):
            if "device_code" in form and (error := answers.pop(0)):
                raise error
            return submit(path, form, **rest)

        monkeypatch.setattr(server, "submit", answering)
        monkeypatch.setattr(server.clock, "sleep", lambda seconds: (pauses.append(seconds), sleep(seconds)))
        server.app().sign_in(show_code=lambda codes: server.approve(codes.user_code))
        assert pauses == [5, 60]

    def test_the_person_may_say_no(self, server):
        app = server.app()
        declining = {"show_code": lambda codes: server.deny(codes.user_code)}
        assert refused(lambda: app.sign_in(**declining)) == "sign_in_declined"

    def test_a_code_that_nobody_types_ends(self, server):
        app, before = server.app(), server.clock.now()
        assert refused(lambda: app.sign_in(show_code=lambda codes: None)) == "sign_in_timed_out"
        assert 590 <= (server.clock.now() - before).total_seconds() <= 600

    def test_a_server_that_wants_nobody_in_is_told(self, server, monkeypatch):
        def submit(path, form, **rest):
            raise OAuthRefused("invalid_client")

        monkeypatch.setattr(server, "submit", submit)
        with pytest.raises(ServerUnreachable):
            server.app().sign_in(show_code=lambda codes: None)


class TestTheSignIn:
    def test_it_outlives_the_program(self, server):
        accounts, keys = MemoryAccount(), MemoryKey()
        server.app(accounts=accounts, keys=keys).sign_in()
        again = server.app(accounts=accounts, keys=keys)
        assert again.status().signed_in == MIA
        assert again.account() == MIA

    def test_a_copy_without_the_key_is_worth_nothing(self, server):
        accounts = MemoryAccount()
        server.app(accounts=accounts).sign_in()
        thief = server.app(accounts=accounts, keys=MemoryKey())
        thief._wiring.keys.load_or_create()
        assert refused(thief.account) == "sign_in_required"
        assert accounts.load() is not None

    def test_an_access_token_is_used_as_long_as_it_is_good(self, server):
        app = server.app()
        app.sign_in()
        before = len(server.requests)
        app.account()
        app.account()
        assert server.requests[before:] == [("GET", "/v1/me")] * 2
        server.clock.advance(seconds=571)
        app.account()
        assert ("POST", "/oauth/token") in server.requests[before:]

    def test_a_token_that_the_server_does_not_take_is_refreshed_once(self, server):
        accounts = MemoryAccount()
        app = server.app(accounts=accounts)
        app.sign_in()
        first = accounts.load().refresh_token
        server.end_access_tokens()
        assert app.account() == MIA
        assert accounts.load().refresh_token != first

    def test_what_another_process_refreshed_is_read_again(self, server):
        accounts, keys = MemoryAccount(), MemoryKey()
        one, two = (server.app(accounts=accounts, keys=keys) for _ in range(2))
        one.sign_in()
        two.account()
        server.end_access_tokens()
        assert one.account() == two.account() == MIA

    def test_a_sign_in_that_was_ended_elsewhere_is_over_here(self, server):
        app = server.app()
        app.sign_in()
        server.end_sign_ins()
        assert refused(app.account) == "sign_in_required"
        assert app.status().signed_in is None

    def test_an_outage_ends_nothing(self, server):
        app = server.app()
        app.sign_in()
        server.end_access_tokens()
        server.go_offline()
        with pytest.raises(ServerUnreachable):
            app.account()
        assert app.status().signed_in == MIA

    def test_signing_in_again_gives_up_the_earlier_one(self, server):
        app = server.app()
        app.sign_in()
        server.person = "ole@harbor.example"
        assert app.sign_in().signed_in == Account("o•••@h•••.example", "local")
        assert len(server._accounts._grants) == 1

    def test_nobody_is_signed_in_at_first(self, server):
        assert refused(server.app().account) == "sign_in_required"

    def test_its_secrets_are_not_shown(self, server):
        accounts = MemoryAccount()
        app = server.app(accounts=accounts)
        app.sign_in()
        assert accounts.load().refresh_token not in repr(accounts.load())
        assert app._wiring.access._token.text not in repr(app._wiring.access._token)

    def test_a_listener_hears_of_it(self, server):
        told = []
        app = server.app()
        app.on_change(lambda status: told.append(status.signed_in))
        app.sign_in()
        app.sign_out()
        assert told == [MIA, None]

    def test_while_another_program_refreshes_nobody_else_does(self, server):
        accounts = MemoryAccount()
        app = server.app(accounts=accounts)
        app.sign_in()
        app._timeout = 0.02
        with accounts.lock(seconds=0), pytest.raises(ServerUnreachable) as caught:
            app.account()
        assert "another program" in caught.value.cause


class TestSigningOut:
    def test_it_ends_here_and_there(self, server):
        app = activated_app(server)
        app.sign_in()
        assert app.sign_out() is True
        assert app.status().signed_in is None
        assert app.status().activated
        assert server._accounts._grants == []
        assert refused(app.account) == "sign_in_required"

    def test_it_ends_here_even_where_the_server_is_gone(self, server):
        app = server.app()
        app.sign_in()
        server.go_offline()
        assert app.sign_out() is False
        assert app.status().signed_in is None

    def test_where_nobody_is_signed_in_there_is_nothing_to_do(self, server):
        assert server.app().sign_out() is True
        assert server.requests == []
