"""The commands about privacy: what each prints and answers, and how it ends."""

import pytest

from mooring.testing import FakeServer
from tests.unit.client.doors.cli.test_account_commands import Terminal

OFF = "mooring privacy set device_name off"
ON = "mooring privacy set device_name on"


@pytest.fixture
def terminal(monkeypatch, capsys) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def signed_in(terminal) -> Terminal:
    terminal.app.sign_in()
    return terminal


class TestNobodySignedIn:
    @pytest.mark.parametrize(
        "command", [("show",), ("off",), ("set", "device_name", "off"), ("set", "device-name", "off")]
    )
    def test_everything_is_off_already(self, terminal, command):
        exit_code, out, err = terminal.run("privacy", *command)
        assert (exit_code, err) == (0, "")
        assert out.startswith("✓ Nobody is signed in on this computer, so it sends nothing optional.\n")
        assert ("mooring sign-in" in out) == (command == ("show",))
        nothing = {"signed_in": False, "choices": [], "not_asked": [], "history": []}
        assert terminal.ask("privacy", *command) == (0, nothing)
        assert terminal.server.requests == []

    def test_agreeing_takes_an_account(self, terminal):
        exit_code, out, err = terminal.run("privacy", "set", "device_name", "on")
        assert (exit_code, out) == (4, "")
        assert "Please sign in" in err
        assert "    mooring sign-in\n" in err
        exit_code, document = terminal.ask("privacy", "set", "device_name", "on")
        assert (exit_code, document["code"], document["next"]["action"]) == (4, "sign_in_required", "sign_in")


class TestShowing:
    def test_what_is_asked_for_with_its_text_and_how_to_agree(self, signed_in):
        exit_code, out, err = signed_in.run("privacy", "show")
        assert (exit_code, err) == (0, "")
        first, _, title, text, *rest = out.splitlines()
        assert first == "✓ Nothing optional is sent: you agreed to nothing, or withdrew it."
        assert title == "Names of your computers: off"
        assert text.startswith("  Programs may send the name that your computer has")
        assert rest[0] == f"  To agree: {ON}"
        assert rest[-1].startswith("Not asked for, and so not collected: How often features are used; Rep")
        assert "Personalized offers" in rest[-1]

    def test_what_was_agreed_to_and_how_to_withdraw_it(self, signed_in):
        signed_in.app.set_privacy("device_name", True)
        out = signed_in.run("privacy", "show")[1]
        assert "Nothing optional is sent" not in out
        assert "Names of your computers: on\n" in out
        assert f"  Agreed to on {signed_in.server.clock.now().date()}\n  To withdraw: {OFF}\n" in out

    def test_the_document_is_the_choices(self, signed_in):
        assert signed_in.ask("privacy", "show") == (0, signed_in.app.privacy().to_document())

    def test_where_nothing_is_asked_for_nothing_can_be_chosen(self, terminal):
        terminal.server = FakeServer(privacy_asks=())
        terminal.use(terminal.server.app())
        terminal.app.sign_in()
        out = terminal.run("privacy", "show")[1]
        assert "mooring privacy set" not in out
        assert "Names of your computers;" in out

    def test_what_is_asked_for_no_more_can_only_be_withdrawn(self, signed_in, monkeypatch):
        signed_in.app.set_privacy("device_name", True)
        chosen = signed_in.app.privacy()
        once = chosen._replace(choices=(chosen.choices[0]._replace(asked=False),), not_asked=())
        monkeypatch.setattr(signed_in.app, "privacy", lambda: once)
        out = signed_in.run("privacy", "show")[1]
        assert (OFF in out, ON in out, "Not asked for" in out) == (True, False, False)
        assert signed_in.run("privacy", "set", "device_name", "on")[0] == 2
        assert signed_in.run("privacy", "set", "device_name", "off")[0] == 0
        withdrawn = once._replace(choices=(once.choices[0]._replace(agreed=False),))
        monkeypatch.setattr(signed_in.app, "privacy", lambda: withdrawn)
        out = signed_in.run("privacy", "show")[1]
        assert "mooring privacy set" not in out

    def test_without_the_service_there_is_nothing_to_show(self, signed_in):
        signed_in.server.go_offline()
        assert signed_in.run("privacy", "show")[0] == 5


class TestChoosing:
    def test_agreeing_shows_what_is_agreed_to_and_how_to_withdraw(self, signed_in):
        exit_code, out, err = signed_in.run("privacy", "set", "device-name", "on")
        assert (exit_code, err) == (0, "")
        text, done, undone = out.splitlines()
        assert text.startswith("Programs may send the name that your computer has")
        assert (done, undone) == ("✓ On: Names of your computers", f"  To withdraw: {OFF}")
        assert signed_in.app.privacy().agreed == ("device_name",)

    def test_withdrawing(self, signed_in):
        signed_in.app.set_privacy("device_name", True)
        assert signed_in.run("privacy", "set", "device_name", "off") == (
            0,
            "✓ Off: Names of your computers\n",
            "",
        )
        assert signed_in.app.privacy().agreed == ()

    def test_all_in_one_act(self, signed_in):
        signed_in.app.set_privacy("device_name", True)
        assert signed_in.run("privacy", "off") == (0, "✓ Off: everything optional\n", "")
        assert signed_in.app.privacy().agreed == ()

    @pytest.mark.parametrize("turned", ["on", "off"])
    def test_the_document_is_the_choices_as_they_are_then(self, signed_in, turned):
        exit_code, document = signed_in.ask("privacy", "set", "device_name", turned)
        assert (exit_code, document) == (0, signed_in.app.privacy().to_document())
        assert document["choices"][0]["agreed"] == (turned == "on")

    def test_what_is_not_asked_for_is_off_and_cannot_be_agreed_to(self, signed_in):
        exit_code, out, err = signed_in.run("privacy", "set", "usage", "on")
        assert (exit_code, out) == (2, "")
        assert err.startswith("How often features are used: that is not asked for")
        assert signed_in.run("privacy", "set", "usage", "off") == (
            0,
            "✓ Off: How often features are used\n",
            "",
        )
        assert ("PUT", "/v1/me/privacy") not in signed_in.server.requests

    @pytest.mark.parametrize("wrong", [("shoe_size", "on"), ("device_name", "perhaps"), ("device_name",), ()])
    def test_what_is_no_choice_is_wrong_usage(self, signed_in, wrong):
        before = len(signed_in.server.requests)
        assert signed_in.run("privacy", "set", *wrong)[0] == 2
        assert len(signed_in.server.requests) == before


def test_the_preview_says_that_the_name_was_agreed_to(signed_in):
    out = signed_in.run("privacy", "preview")[1]
    assert "All of it is necessary for activation:" in out
    assert '"name"' not in out
    signed_in.app.set_privacy("device_name", True)
    out = signed_in.run("privacy", "preview")[1]
    assert f"except device.name, which you agreed to; to withdraw that: {OFF}" in out
    assert '"name": "laptop"' in out
