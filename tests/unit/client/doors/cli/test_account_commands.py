"""The commands for a person with an account: what each prints, asks for and answers."""

import io
import json
import sys

import pytest

from mooring.client.doors.cli import accounts, activation, build_parser, devices, run
from mooring.command_line.console import Console
from mooring.testing import FakeServer, a_computer
from tests.support.typing_errors import mistyped

DEVICE = "dev_01k0000000000000000000000a"
LICENSE = "lic_01k0000000000000000000000a"
ADDRESS = "https://licenses.example/device?user_code=WDJB-MJHT"
MIA = {"masked": "m•••@o•••.example", "provider": "local"}


class Terminal:
    """Runs commands on one App; ``answers`` are what the person types."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.server = FakeServer()
        self.key = self.server.mint()
        self.questions: list[str] = []
        self.use(self.server.app())

    def use(self, app) -> None:
        self.app = app
        self._monkeypatch.setattr(activation, "app_for", lambda arguments: app)

    def answers(self, *typed: str) -> None:
        left = list(typed)

        def ask(console, question):
            self.questions.append(question)
            return left.pop(0)

        self._monkeypatch.setattr(Console, "is_interactive", property(lambda console: not console.as_json))
        self._monkeypatch.setattr(Console, "ask", ask)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        exit_code = run(build_parser()[0], list(arguments))
        return exit_code, *self._capsys.readouterr()

    def ask(self, *arguments: str) -> tuple[int, dict]:
        exit_code, out, _ = self.run(*arguments, "--json")
        return exit_code, json.loads(out)


@pytest.fixture
def terminal(monkeypatch, capsys) -> Terminal:
    return Terminal(monkeypatch, capsys)


class TestSigningIn:
    def test_with_the_browser(self, terminal):
        exit_code, out, err = terminal.run("sign-in")
        assert (exit_code, err) == (0, "")
        first, address, last, following = out.splitlines()
        assert first.startswith("Your browser opens.")
        assert address.startswith("  http://localhost:1/oauth/authorize?")
        assert last == "✓ Signed in as m•••@o•••.example"
        assert following == "  Bring your license to this computer with: mooring reactivate"

    def test_with_json_it_never_links(self, terminal):
        terminal.app.activate(terminal.key)
        terminal.answers()
        exit_code, document = terminal.ask("sign-in")
        assert (exit_code, document["signed_in"], document["linked"]) == (0, MIA, False)
        assert terminal.questions == []

    def test_on_a_terminal_it_says_what_linking_brings_and_asks(self, terminal):
        terminal.app.activate(terminal.key)
        terminal.answers("y")
        exit_code, out, _ = terminal.run("sign-in")
        assert exit_code == 0
        assert terminal.questions == ["Link it now? [y/N] "]
        assert "Come back after a reinstall" in out
        assert "Necessary for that" in out
        assert "Who else gets something: nobody." in out
        assert "linked to your account" in out
        assert terminal.app.status().linked

    def test_declining_is_as_easy(self, terminal):
        terminal.app.activate(terminal.key)
        terminal.answers("")
        exit_code, out, _ = terminal.run("sign-in")
        assert (exit_code, "mooring reactivate" in out) == (0, False)
        assert not terminal.app.status().linked
        assert terminal.app.status().signed_in is not None

    @pytest.mark.parametrize("case", ["nothing is activated", "linked already", "an organization's"])
    def test_it_offers_nothing_where_there_is_nothing_to_link(self, terminal, case):
        if case != "nothing is activated":
            key = terminal.server.mint(channel="volume") if case == "an organization's" else terminal.key
            if case == "linked already":
                terminal.server.link(key)
                terminal.app.sign_in()
            terminal.app.activate(key)
        terminal.answers()
        assert terminal.run("sign-in")[0] == 0
        assert terminal.questions == []

    def test_with_a_code(self, terminal, monkeypatch):
        begin = terminal.server._accounts.begin

        def approved(jkt):
            codes = begin(jkt)
            terminal.server.approve(codes["user_code"])
            self.code = codes["user_code"]
            return codes

        monkeypatch.setattr(terminal.server._accounts, "begin", approved)
        exit_code, out, _ = terminal.run("sign-in", "--no-browser")
        assert exit_code == 0
        shown = out.splitlines()
        assert (
            shown[shown.index("On your phone or any other device, open") + 1] == "  http://localhost:1/device"
        )
        assert shown[shown.index("and type this code") + 1] == f"  {self.code}"
        assert "Good for 10 minutes" in out
        assert "Signed in as" in out

    def test_without_a_browser_a_code_is_shown_at_once(self, terminal, monkeypatch):
        monkeypatch.setattr(terminal.app._wiring.browser, "open", lambda address: False)
        terminal.server.person = None
        exit_code, out, err = terminal.run("sign-in")
        assert exit_code == 4
        assert "There is no browser on this computer" in out
        assert "Nobody signed in" in err

    @pytest.mark.parametrize("options", [(), ("--create",)])
    def test_the_complete_address_is_printed_where_no_qr_code_can_be_drawn(self, terminal, options):
        _, out, _ = terminal.run("sign-in", "--no-browser", *options)
        shown = out.splitlines()
        code = shown[shown.index("and type this code") + 1].strip()
        complete = shown[shown.index("or open this, with the code in it") + 1].strip()
        assert complete == f"http://localhost:1/device?user_code={code}"

    def test_an_address_that_is_complete_already_is_printed_once(self, terminal, monkeypatch):
        begin = terminal.server._accounts.begin
        monkeypatch.setattr(
            terminal.server._accounts,
            "begin",
            lambda jkt: begin(jkt) | {"verification_uri_complete": "http://localhost:1/device"},
        )
        out = terminal.run("sign-in", "--no-browser")[1]
        assert out.count("http://localhost:1/device") == 1
        assert "with the code in it" not in out

    def test_with_json_the_code_goes_to_people(self, terminal):
        exit_code, out, err = terminal.run("sign-in", "--no-browser", "--json")
        assert exit_code == 4
        assert json.loads(out)["code"] == "sign_in_timed_out"
        assert "type this code" in err
        assert "/device?user_code=" in err

    def test_saying_no_is_a_refusal(self, terminal):
        terminal.server.person = None
        assert terminal.ask("sign-in") == (4, terminal.ask("sign-in")[1])
        assert terminal.ask("sign-in")[1]["code"] == "sign_in_declined"

    def test_a_new_account_is_asked_for(self, terminal):
        terminal.run("sign-in", "--create")
        assert "prompt=create" in terminal.app._wiring.browser.visited[0]


class TestSigningOut:
    def test_it_says_what_stays(self, terminal):
        terminal.app.sign_in()
        exit_code, out, err = terminal.run("sign-out")
        assert (exit_code, err) == (0, "")
        assert "stays activated" in out
        assert terminal.app.status().signed_in is None

    def test_a_service_that_could_not_be_told_is_named(self, terminal):
        terminal.app.sign_in()
        terminal.server.go_offline()
        assert terminal.ask("sign-out") == (0, {"signed_out": True, "service_told": False})
        terminal.server.come_back()
        terminal.app.sign_in()
        assert terminal.ask("sign-out") == (0, {"signed_out": True, "service_told": True})

    def test_who_was_not_signed_in_is_told_so(self, terminal):
        exit_code, out, err = terminal.run("sign-out")
        assert (exit_code, err) == (0, "")
        assert out == "Nobody was signed in on this computer, so nothing has changed.\n"
        assert terminal.ask("sign-out") == (0, {"signed_out": False, "service_told": False})

    def test_the_account_is_told(self, terminal):
        assert terminal.ask("account")[1]["code"] == "sign_in_required"
        terminal.app.sign_in()
        assert terminal.ask("account") == (0, MIA)
        assert terminal.run("account")[1] == "Signed in as m•••@o•••.example\n"


class TestLinking:
    def test_the_page_tells_of_it(self, terminal):
        terminal.app.activate(terminal.key)
        assert terminal.run("link")[0] == 4
        terminal.app.sign_in()
        exit_code, out, _ = terminal.run("link")
        assert (exit_code, "linked to your account" in out) == (0, True)
        assert "Linked to" in out
        assert terminal.ask("unlink")[1]["linked"] is False

    def test_it_needs_an_activation(self, terminal):
        assert terminal.run("link")[0] == terminal.run("unlink")[0] == 3

    def test_a_mistyped_key_is_corrected_only_if_the_person_agrees(self, terminal):
        terminal.app.activate(terminal.key)
        terminal.app.sign_in()
        assert terminal.run("link", mistyped(terminal.key, 1, 2))[0] == 4
        terminal.answers("y")
        assert terminal.run("link", mistyped(terminal.key, 1, 2))[0] == 0
        assert terminal.questions == ["Link with the corrected key? [y/N] "]

    def test_the_key_may_come_from_standard_input(self, terminal, monkeypatch):
        terminal.app.activate(terminal.key)
        terminal.app.sign_in()
        for command in ("link", "claim"):
            monkeypatch.setattr(sys, "stdin", io.StringIO(terminal.key))
            assert terminal.run(command, "-")[0] == 0

    def test_a_key_is_claimed(self, terminal):
        terminal.app.sign_in()
        exit_code, out, _ = terminal.run("claim", terminal.key)
        assert exit_code == 0
        assert out.startswith(f"Yours: Harbor Notes, Pro (retail, key ending in {terminal.key[-5:]})")
        license_id = terminal.ask("licenses")[1]["licenses"][0]["license"]["id"]
        assert f"mooring activate --license {license_id}" in out
        assert terminal.ask("activate", "--license", license_id)[1]["linked"] is True


class TestListing:
    def test_licenses(self, terminal):
        terminal.app.sign_in()
        assert terminal.run("licenses")[1].startswith("Your account holds no license yet.")
        terminal.app.activate(terminal.key)
        terminal.app.link()
        out = terminal.run("licenses")[1]
        assert "Harbor Notes, Pro (retail" in out
        assert "1 of 1 taken: amber-heron" in out
        assert "You can safely change your mainboard" in out

    def test_devices(self, terminal):
        terminal.app.sign_in()
        assert terminal.run("devices")[1] == "No device uses a license of your account.\n"
        terminal.app.activate(terminal.key)
        terminal.app.link()
        out = terminal.run("devices")[1]
        assert out.startswith("amber-heron  (this computer)\n")
        (device,) = terminal.ask("devices")[1]["devices"]
        assert device["device"]["id"] in out
        code, document = terminal.ask("devices", "rename", device["device"]["id"], "Kitchen")
        assert (code, document["device"]["name"]) == (0, "Kitchen")
        assert terminal.ask("devices", "free", device["device"]["id"]) == (
            0, {"freed": device["device"]["id"]},
        )  # fmt: skip
        assert terminal.ask("devices", "free", "--all") == (0, {"freed": "all"})
        assert terminal.run("devices", "free")[0] == terminal.run("devices", "free", "x", "--all")[0] == 2

    def test_everything_of_it_needs_a_sign_in(self, terminal):
        for command in (["devices"], ["licenses"], ["reactivate"], ["devices", "free", "--all"]):
            assert terminal.ask(*command)[1]["code"] == "sign_in_required"


class TestReactivating:
    @pytest.fixture
    def changed(self, terminal):
        """A computer with a new mainboard, whose person is signed in."""
        terminal.server.app("laptop").activate(terminal.key)
        terminal.server.link(terminal.key)
        new = {"board_serial": "NEW-1", "system_uuid": "11112222-3333-4444-8555-666677778888"}
        terminal.use(terminal.server.app(hardware=a_computer("laptop") | new))
        terminal.app.sign_in()
        return terminal

    def test_the_person_picks_and_confirms(self, changed):
        changed.answers("2", "x", "1", "yes")
        exit_code, out, _ = changed.run("reactivate")
        assert exit_code == 0
        assert "most likely this one" in out
        assert "same disk, same network adapter" in out
        assert out.count("Please type one of the numbers") == 2
        assert changed.questions[-1] == "amber-heron: is this the device you are using right now? [y/N] "
        assert "activated with a digital license linked to your account" in out

    @pytest.mark.parametrize("typed", [("",), ("1", "n")])
    def test_who_leaves_it_changes_nothing(self, changed, typed):
        changed.answers(*typed)
        exit_code, out, _ = changed.run("reactivate")
        assert (exit_code, out.splitlines()[-1]) == (0, "Nothing was changed.")
        assert not changed.app.status().activated

    def test_with_json_it_lists_and_changes_nothing(self, changed):
        exit_code, document = changed.ask("reactivate")
        assert exit_code == 0
        (candidate,) = document["candidates"]
        assert {"id", "name"} <= set(candidate["device"])
        assert (candidate["likely"], candidate["can_move"]["allowed"]) == (True, True)
        assert not changed.app.status().activated

    def test_with_a_device_it_asks_nothing(self, changed):
        device = changed.ask("reactivate")[1]["candidates"][0]["device"]["id"]
        assert changed.ask("reactivate", "--device", device)[1]["state"] == "activated"

    def test_where_nobody_can_be_asked_it_lists_and_ends(self, changed):
        exit_code, out, err = changed.run("reactivate")
        assert exit_code == 2
        assert "amber-heron" in out
        assert "--device ID" in err

    def test_an_account_without_a_device_is_told(self, terminal):
        terminal.app.sign_in()
        assert terminal.ask("reactivate") == (0, {"candidates": []})
        assert terminal.run("reactivate")[0] == 4


def test_every_module_of_commands_takes_its_app_from_one_place():
    assert accounts.setting is devices.setting is activation.setting


def test_a_holder_is_told_whose_seat_is_in_the_way(terminal):
    devices = [{"id": DEVICE, "name": "amber-heron"}]
    terminal.server.refuse_everything("seat_limit_reached", seats=1, devices=devices)
    exit_code, _, err = terminal.run("activate", terminal.key)
    assert exit_code == 4
    step, free, along = err.splitlines()[-3:]
    assert step == "  → Free a device"
    assert free == f"    mooring devices free {DEVICE}  frees amber-heron"
    assert " ".join(along.split()) == "mooring reactivate if one of them is this computer"


class TestIdentifiers:
    @pytest.mark.parametrize(
        ("command", "sentence"),
        [
            (("reactivate", "--device", "garbage"), "'garbage' cannot be the id of a device: that is dev_"),
            (("activate", "--license", "lic_x"), "'lic_x' cannot be the id of a license: that is lic_"),
            (("devices", "free", "dev_zzz"), "'dev_zzz' cannot be the id of a device"),
            (("devices", "rename", "nonsense", "NAME"), "'nonsense' cannot be the id of a device"),
            (("activate", "--license", DEVICE), "cannot be the id of a license"),
        ],
    )
    def test_what_cannot_be_one_is_wrong_usage_and_nobody_is_asked(self, terminal, command, sentence):
        terminal.server.go_offline()
        exit_code, out, err = terminal.run(*command)
        assert (exit_code, out) == (2, "")
        assert sentence in err
        assert "lists yours." in err
        assert terminal.ask(*command)[1]["code"] == "invalid_request"

    def test_a_key_and_a_license_together_are_wrong_usage(self, terminal):
        for command in (
            ("activate", terminal.key, "--license", LICENSE),
            ("activate", "--license", LICENSE, "-"),
        ):
            exit_code, _, err = terminal.run(*command)
            assert exit_code == 2
            assert "KEY" in err
            assert "--license" in err
            assert "not both." in err

    def test_space_around_a_pasted_one_is_forgiven(self, terminal):
        terminal.app.sign_in()
        assert terminal.ask("devices", "free", f" {DEVICE} ")[1]["code"] == "not_found"

    @pytest.mark.parametrize(
        ("command", "kind", "sentence"),
        [
            (("reactivate", "--device", DEVICE), "device", "of your account."),
            (("devices", "free", DEVICE), "device", "of your account."),
            (("devices", "rename", DEVICE, "Kitchen"), "device", "of your account."),
            (("activate", "--license", LICENSE), "license", "of your account for this program."),
        ],
    )
    def test_one_of_another_account_is_told_in_a_sentence(self, terminal, command, kind, sentence):
        terminal.app.sign_in()
        exit_code, _, err = terminal.run(*command)
        named = DEVICE if kind == "device" else LICENSE
        assert exit_code == 4
        assert f"  {named} is not a {kind} {sentence}" in err.splitlines()
        assert f"    mooring {kind}s  lists yours" in err.splitlines()
        document = terminal.ask(*command)[1]
        assert (document["code"], document[kind]) == ("not_found", named)
        assert document["next"]["action"] == f"choose_{kind}"


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_a_qr_code_is_drawn_black_on_white_on_a_terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    accounts.draw_code(Console(out=screen, err=screen), ADDRESS)
    assert screen.getvalue().splitlines()[5].startswith("\x1b[30;107m")


@pytest.mark.parametrize("encoding", ["ascii", None, "no-such-thing"])
def test_where_a_qr_code_cannot_be_shown_it_is_not(monkeypatch, encoding):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(Screen, "encoding", encoding)
    accounts.draw_code(Console(out=screen, err=sys.stderr), ADDRESS)
    accounts.draw_code(Console(out=io.StringIO(), err=sys.stderr), ADDRESS)
    assert screen.getvalue() == ""
