"""Privacy choices: nothing optional leaves before it is agreed to, and withdrawing takes it back at once."""

import pytest

from mooring import Refused, ServerUnreachable
from mooring.client.adapters.store.account_file import MemoryAccount
from mooring.client.domain.accounts.privacy import NOBODY
from mooring.testing import FakeServer
from mooring.testing.computers import FakeSystem

OLE = "ole@harbor.example"
NAME = "device_name"


@pytest.fixture
def server():
    return FakeServer()


@pytest.fixture
def bodies(server, monkeypatch):
    """What reaches the server, by method and path, in its order."""
    seen = []
    post, ask = server.post, server.ask

    def posting(path, body, **options):
        seen.append(("POST", path, dict(body)))
        return post(path, body, **options)

    def asking(method, path, body=None, **options):
        seen.append((method, path, body))
        return ask(method, path, body, **options)

    monkeypatch.setattr(server, "post", posting)
    monkeypatch.setattr(server, "ask", asking)
    return seen


def signed_in(server, computer="studio-pc", **options):
    app = server.app(computer, **options)
    app.sign_in()
    return app


def agreeing(server, computer="studio-pc", **options):
    app = signed_in(server, computer, **options)
    app.set_privacy(NAME, True)
    return app


def linked(server, computer="studio-pc"):
    app = server.app(computer)
    app.activate(server.mint())
    app.sign_in()
    app.link()
    return app


def names(app):
    return [mine.device.name for mine in app.devices()]


def refused(work, *given, **named):
    with pytest.raises(Refused) as caught:
        work(*given, **named)
    return caught.value.code, caught.value.members


class TestReading:
    def test_it_tells_what_is_asked_for_and_what_is_not(self, server):
        chosen = signed_in(server).privacy()
        assert [(choice.name, choice.kind, choice.agreed) for choice in chosen.choices] == [
            (NAME, "data", False)
        ]
        assert chosen.choices[0].agreed_at is None
        assert chosen.choices[0].text_version == 1
        assert chosen.not_asked == (
            "usage",
            "diagnostics",
            "country",
            "support",
            "improvement",
            "partners",
            "offers",
        )
        assert chosen.history == ()
        assert chosen.signed_in

    def test_without_an_account_everything_optional_is_off_and_nobody_is_asked(self, server):
        app = server.app()
        for verb in (app.privacy, app.share_nothing, lambda: app.set_privacy(NAME, False)):
            assert verb() == NOBODY
        assert server.requests == []
        assert NOBODY.to_document() == {"signed_in": False, "choices": [], "not_asked": [], "history": []}

    def test_where_the_sign_in_has_ended_it_is_the_same(self, server):
        app = agreeing(server)
        server.end_sign_ins()
        server.end_access_tokens()
        assert app.privacy() == NOBODY
        assert "name" not in app.privacy_preview()["device"]

    def test_another_refusal_is_one(self, server):
        app = signed_in(server)
        server.refuse_everything("not_found")
        for verb in (app.privacy, app.share_nothing, lambda: app.set_privacy(NAME, False)):
            assert refused(verb)[0] == "not_found"

    @pytest.mark.parametrize(
        "change",
        [
            {"choices": None},
            {"choices": [1]},
            {"not_asked": None},
            {"history": [{"name": NAME}]},
            {"choices": [{"name": NAME, "kind": "data", "agreed": 1, "text": "a", "text_version": 1}]},
        ],
    )
    def test_an_answer_that_says_something_else_is_none(self, server, monkeypatch, change):
        app = signed_in(server)
        ask = server.ask
        monkeypatch.setattr(server, "ask", lambda *given, **named: {**ask(*given, **named), **change})
        with pytest.raises(ServerUnreachable):
            app.privacy()

    def test_a_name_that_could_not_be_one_is_not_shown(self, server, monkeypatch):
        app = signed_in(server)
        ask = server.ask
        change = {"not_asked": ["usage", "of you", 7]}
        monkeypatch.setattr(server, "ask", lambda *given, **named: {**ask(*given, **named), **change})
        assert app.privacy().not_asked == ("usage",)


class TestAgreeing:
    def test_it_stands_with_the_text_it_was_agreed_by(self, server, bodies):
        app = signed_in(server)
        bodies.clear()
        chosen = app.set_privacy(NAME, True, text_version=1)
        assert bodies == [
            ("PUT", "/v1/me/privacy", {"choices": {NAME: True}, "text_versions": {NAME: 1}}),
        ]
        choice = chosen.named(NAME)
        assert (choice.agreed, choice.agreed_at) == (True, server.clock.now())
        assert [(each.name, each.withdrawn_at, each.text_version, each.by) for each in chosen.history] == [
            (NAME, None, 1, "program")
        ]
        assert app.privacy() == chosen

    def test_the_server_learns_in_which_language_it_was_read(self, server, monkeypatch):
        app, told = signed_in(server, language="de"), []
        ask = server.ask

        def watching(method, path, body=None, **options):
            told.append((method, options["language"]))
            return ask(method, path, body, **options)

        monkeypatch.setattr(server, "ask", watching)
        app.set_privacy(NAME, True)
        app.devices()
        assert told == [("GET", "de"), ("PUT", "de"), ("GET", None)]

    def test_without_a_version_the_newest_text_is_meant(self, server, bodies):
        app = signed_in(server)
        bodies.clear()
        assert app.set_privacy(NAME, True).agreed == (NAME,)
        assert [(method, path) for method, path, _ in bodies] == [
            ("GET", "/v1/me/privacy"),
            ("PUT", "/v1/me/privacy"),
        ]

    def test_another_text_than_todays_is_refused(self, server):
        app = signed_in(server)
        code, members = refused(app.set_privacy, NAME, True, text_version=0)
        assert (code, members["member"]) == ("invalid_request", f"text_versions.{NAME}")
        assert app.privacy().agreed == ()

    @pytest.mark.parametrize("name", ["usage", "shoe_size"])
    @pytest.mark.parametrize("version", [None, 1])
    def test_what_is_not_asked_for_cannot_be_agreed_to(self, server, name, version):
        app = signed_in(server)
        code, members = refused(app.set_privacy, name, True, text_version=version)
        assert (code, members["member"]) == ("invalid_request", f"choices.{name}")

    def test_it_takes_an_account(self, server):
        app = server.app()
        for version in (None, 1):
            assert refused(app.set_privacy, NAME, True, text_version=version)[0] == "sign_in_required"

    def test_twice_is_once(self, server):
        app = agreeing(server)
        since = app.privacy()
        server.clock.advance(days=1)
        assert app.set_privacy(NAME, True) == since


class TestTheName:
    def test_it_is_not_sent_before_it_is_agreed_to(self, server, bodies):
        app = signed_in(server)
        assert app.privacy_preview()["device"] == {"platform": "linux", "os_version": "6.1"}
        app.activate(server.mint())
        assert bodies[-1][2]["device"] == {"platform": "linux", "os_version": "6.1"}
        assert app.status().device.name == "amber-heron"

    def test_once_agreed_the_preview_shows_it_and_the_activation_sends_it(self, server, bodies):
        app, key = agreeing(server), server.mint()
        preview = app.privacy_preview(key)
        assert preview["device"] == {"platform": "linux", "os_version": "6.1", "name": "studio-pc"}
        app.activate(key)
        assert bodies[-1] == ("POST", "/v1/activations", preview)
        assert app.status().device.name == "studio-pc"

    def test_a_device_that_is_active_already_tells_it_at_once(self, server, bodies):
        app = linked(server)
        assert names(app) == ["amber-heron"]
        bodies.clear()
        app.set_privacy(NAME, True, text_version=1)
        assert bodies[1:] == [
            (
                "PATCH",
                f"/v1/me/devices/{app.status().device.id}",
                {"name": "studio-pc", "consent": NAME},
            )
        ]
        assert names(app) == ["studio-pc"]
        assert app.renew().device.name == "studio-pc"

    def test_linking_tells_it_where_it_was_agreed_to_before(self, server):
        app = server.app("studio-pc")
        app.activate(server.mint())
        app.sign_in()
        app.set_privacy(NAME, True)
        assert app.renew().device.name == "amber-heron"
        app.link()
        assert names(app) == ["studio-pc"]

    def test_linking_tells_nothing_else(self, server, bodies):
        linked(server)
        assert [path for method, path, _ in bodies if method == "PATCH"] == []

    def test_of_another_accounts_device_nothing_is_told(self, server, bodies):
        key = server.mint()
        app = server.app("studio-pc")
        app.activate(key)
        server.link(key, OLE)
        app.renew()
        app.sign_in()
        app.set_privacy(NAME, True)
        assert [path for method, path, _ in bodies if method == "PATCH"] == []

    def test_a_name_that_a_person_typed_stays(self, server):
        app = linked(server)
        app.rename_device(app.status().device.id, "Mia's desk")
        app.set_privacy(NAME, True)
        assert names(app) == ["Mia's desk"]
        app.share_nothing()
        assert names(app) == ["Mia's desk"]

    def test_withdrawing_brings_the_neutral_name_back(self, server):
        app = linked(server)
        app.set_privacy(NAME, True)
        assert app.set_privacy(NAME, False).agreed == ()
        assert names(app) == ["amber-heron"]
        assert "name" not in app.privacy_preview()["device"]

    def test_the_choice_stands_where_telling_the_name_fails(self, server, monkeypatch):
        app = linked(server)
        ask = server.ask

        def failing(method, path, body=None, **options):
            if method == "PATCH":
                raise ServerUnreachable("it went to lunch")
            return ask(method, path, body, **options)

        monkeypatch.setattr(server, "ask", failing)
        assert app.set_privacy(NAME, True).agreed == (NAME,)
        assert names(app) == ["amber-heron"]
        assert app.privacy_preview()["device"]["name"] == "studio-pc"

    def test_a_container_tells_none(self, server, monkeypatch):
        app = agreeing(server)
        facts = FakeSystem("1.0").facts()._replace(environment="container")
        monkeypatch.setattr(FakeSystem, "facts", lambda system: facts)
        assert "name" not in app.privacy_preview()["device"]

    def test_where_it_was_withdrawn_meanwhile_it_is_not_taken(self, server, monkeypatch):
        app = linked(server)
        remembered = app.set_privacy(NAME, True)
        server.set_privacy(NAME, False)
        monkeypatch.setattr(app._accounts.privacy, "_asked", lambda *given: remembered)
        app.set_privacy(NAME, True)
        assert names(app) == ["amber-heron"]

    def test_a_computer_without_a_name_tells_none(self, server):
        app = agreeing(server, computer="", hardware={"machine_id": "0123456789abcdef0123456789abcdef"})
        assert app.privacy_preview()["device"].get("name", "") == ""

    def test_a_computer_that_comes_back_tells_it(self, server, bodies):
        old = linked(server, "old")
        new = agreeing(server, "new")
        new.reactivate(old.devices()[0].device.id)
        assert bodies[-1][1] == "/v1/me/reactivations"
        assert bodies[-1][2]["device"]["name"] == "new"
        assert new.status().device.name == "new"

    def test_a_computer_that_comes_back_without_consent_tells_none(self, server, bodies):
        old, new = linked(server, "old"), signed_in(server, "new")
        new.reactivate(old.devices()[0].device.id)
        assert "name" not in bodies[-1][2]["device"]


class TestElsewhere:
    def test_what_was_agreed_to_elsewhere_is_learned_by_signing_in(self, server):
        server.set_privacy(NAME, True)
        assert signed_in(server, "new").privacy_preview()["device"]["name"] == "new"

    def test_what_was_agreed_to_on_the_site_is_told_once_the_program_learns_of_it(self, server, bodies):
        app = linked(server)
        server.set_privacy(NAME, True)
        assert names(app) == ["amber-heron"]
        bodies.clear()
        app.privacy()
        assert [method for method, _, _ in bodies] == ["GET", "PATCH"]
        assert names(app) == ["studio-pc"]
        bodies.clear()
        app.privacy()
        assert [method for method, _, _ in bodies] == ["GET"]

    def test_what_cannot_be_learned_then_is_off(self, server, monkeypatch):
        server.set_privacy(NAME, True)
        ask = server.ask

        def failing(method, path, body=None, **options):
            raise ServerUnreachable("it went to lunch")

        monkeypatch.setattr(server, "ask", failing)
        app = signed_in(server)
        assert app.status().signed_in is not None
        assert "name" not in app.privacy_preview()["device"]
        monkeypatch.setattr(server, "ask", ask)
        assert app.privacy().agreed == (NAME,)
        assert app.privacy_preview()["device"]["name"] == "studio-pc"

    def test_what_was_withdrawn_elsewhere_is_dropped_and_not_sent_again(self, server, bodies):
        app, key = agreeing(server), server.mint()
        server.set_privacy(NAME, False)
        app.activate(key)
        assert bodies[-1][2]["device"]["name"] == "studio-pc"
        assert app.status().device.name == "amber-heron"
        app.activate(key)
        assert "name" not in bodies[-1][2]["device"]

    def test_a_computer_that_comes_back_heeds_it_too(self, server):
        old, new = linked(server, "old"), agreeing(server, "new")
        server.set_privacy(NAME, False)
        new.reactivate(old.devices()[0].device.id)
        assert new.status().device.name == "amber-heron"
        assert "name" not in new.privacy_preview()["device"]

    def test_whoever_signs_in_next_has_not_agreed(self, server):
        app = agreeing(server)
        server.person = OLE
        app.sign_in()
        assert app.privacy().agreed == ()
        assert "name" not in app.privacy_preview()["device"]

    def test_signed_out_nothing_is_sent(self, server, bodies):
        app = agreeing(server)
        app.sign_out()
        app.activate(server.mint())
        assert "name" not in bodies[-1][2]["device"]

    def test_a_sign_in_that_ended_unnoticed_takes_the_name_out_of_the_request(self, server, bodies):
        app = agreeing(server)
        server.end_sign_ins()
        server.end_access_tokens()
        app.activate(server.mint())
        assert bodies[-1][2]["device"] == {"platform": "linux", "os_version": "6.1"}

    def test_what_another_account_agreed_to_is_not_kept_for_who_signed_in_meanwhile(
        self, server, monkeypatch
    ):
        accounts = MemoryAccount()
        app = signed_in(server, accounts=accounts)
        server.set_privacy(NAME, True)
        ask = server.ask

        def slow(*given, **options):
            answer = ask(*given, **options)
            held = accounts.load()
            accounts.save(held._replace(session="somebody else's", agreed=()))
            return answer

        monkeypatch.setattr(server, "ask", slow)
        assert app.privacy().agreed == (NAME,)
        assert accounts.load().agreed == ()


class TestSharingNothing:
    def test_it_withdraws_all_in_one_act(self, server, bodies):
        app = agreeing(server)
        bodies.clear()
        server.clock.advance(hours=1)
        chosen = app.share_nothing()
        assert bodies[-1] == ("PUT", "/v1/me/privacy", {"choices": {NAME: False}})
        assert chosen.agreed == ()
        assert [each.withdrawn_at for each in chosen.history] == [server.clock.now()]

    def test_where_nothing_is_asked_for_nothing_is_changed(self, bodies):
        server = FakeServer(privacy_asks=())
        app = signed_in(server)
        assert app.share_nothing().choices == ()
        assert [path for method, path in server.requests if method == "PUT"] == []

    def test_a_document_says_all_of_it(self, server):
        app = agreeing(server)
        app.share_nothing()
        document = app.privacy().to_document()
        at = document["history"][0]["withdrawn_at"]
        assert document["signed_in"] is True
        assert document["choices"][0] | {"text": ""} == {
            "name": NAME,
            "kind": "data",
            "agreed": False,
            "agreed_at": None,
            "text": "",
            "text_version": 1,
            "asked": True,
        }
        assert document["history"] == [
            {"name": NAME, "agreed_at": at, "withdrawn_at": at, "text_version": 1, "by": "program"}
        ]
        assert at.endswith("Z")
