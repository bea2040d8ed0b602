"""The device's commands on an App in this process: what each prints, asks for and answers."""

import io
import json
import sys

import pytest

from mooring.client.doors.cli import activation, build_parser, run
from mooring.testing import FakeServer, a_computer
from tests.support.typing_errors import mistyped


class Terminal:
    """Runs commands on one App."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.server = FakeServer(
            entitlements={"export-pdf": "Export to PDF", "sync": "Sync"}, unactivated_entitlements=["sync"]
        )
        self.key = self.server.mint()
        self.use(self.server.app())

    def use(self, app) -> None:
        self.app = app
        self._monkeypatch.setattr(activation, "app_for", lambda arguments: app)

    def type(self, text: str) -> None:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    def run(self, *arguments: str) -> tuple[int, str, str]:
        exit_code = run(build_parser()[0], list(arguments))
        return exit_code, *self._capsys.readouterr()

    def ask(self, *arguments: str) -> tuple[int, dict]:
        exit_code, out, _ = self.run(*arguments, "--json")
        return exit_code, json.loads(out)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def test_status_shows_the_way_back_and_what_activation_adds(terminal: Terminal):
    exit_code, out, err = terminal.run("status")
    assert (exit_code, err) == (3, "")
    first, why, following, again, with_key, *_, adds = out.splitlines()
    assert first == "✗ Harbor Notes is not activated"
    assert why.startswith("  This computer holds no digital license.")
    assert following.startswith("  → ")
    assert again == "    mooring activate      if this computer was activated before"
    assert with_key == "    mooring activate KEY  with the key"
    assert adds == "  Activation adds this feature: Export to PDF"


def test_activate_shows_the_page_and_the_document(terminal: Terminal):
    exit_code, out, _ = terminal.run("activate", terminal.key)
    assert exit_code == 0
    assert out.startswith("✓ Harbor Notes is activated with a digital license\n\n  Edition ")
    assert "Features" in out
    assert terminal.ask("status") == (0, terminal.app.status().to_document())


def test_grace_is_a_warning(terminal: Terminal):
    terminal.run("activate", terminal.key)
    terminal.server.clock.advance(days=25)
    exit_code, out, _ = terminal.run("status")
    assert (exit_code, out[0]) == (0, "!")
    assert "Connect to the internet soon" in out


def test_allows_answers_by_its_exit_code(terminal: Terminal):
    assert terminal.run("allows", "sync") == (0, "yes\n", "")
    assert terminal.run("allows", "export-pdf") == (3, "no\n", "")
    assert terminal.ask("allows", "export-pdf") == (3, {"entitlement": "export-pdf", "allowed": False})


def test_a_dash_reads_the_key(terminal: Terminal):
    terminal.type(f"{terminal.key}\n")
    assert terminal.run("check", "-")[0] == 0
    terminal.type(f"{terminal.key}\n")
    assert terminal.run("activate", "-")[0] == 0


@pytest.mark.parametrize("command", ["activate", "check"])
def test_nothing_on_standard_input_is_a_mistyped_key(terminal: Terminal, command: str):
    terminal.type("")
    assert terminal.ask(command, "-")[1]["code"] == "key_malformed"
    assert terminal.server.requests == []


def test_check_marks_a_mistyped_key_and_a_short_one_has_no_mark(terminal: Terminal):
    exit_code, _, err = terminal.run("check", mistyped(terminal.key, 5, 1))
    assert (exit_code, err.splitlines()[1].index("^")) == (4, 11 + 24)
    exit_code, _, err = terminal.run("check", terminal.key[:-1])
    assert exit_code == 4
    assert "^" not in err


def test_a_mistyped_key_is_marked_and_never_corrected_unasked(terminal: Terminal):
    wrong = mistyped(terminal.key, 2, 3)
    exit_code, out, err = terminal.run("activate", wrong)
    assert (exit_code, out) == (4, "")
    typed, marked, offered = err.splitlines()[:3]
    assert typed == f"  Typed    {wrong}"
    assert marked == " " * (11 + 8) + "^"
    assert offered == f"  Perhaps  {terminal.key}"
    assert terminal.server.requests == []


def test_the_corrected_key_activates_where_the_person_agrees(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    agrees = lambda console, question: asked.append(question) or True  # noqa: E731
    monkeypatch.setattr("mooring.command_line.console.Console.confirms", agrees)
    assert terminal.run("activate", mistyped(terminal.key, 2, 3))[0] == 0
    assert asked == ["Activate with the corrected key?"]
    assert terminal.app.status().license.last_five == terminal.key[-5:]


def test_another_refusal_offers_no_correction(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mooring.command_line.console.Console.confirms", pytest.fail)
    terminal.server.app("another").activate(terminal.key)
    assert terminal.ask("activate", terminal.key)[1]["code"] == "seat_limit_reached"


def test_trial_renew_and_deactivate_tell_the_status(terminal: Terminal):
    exit_code, told = terminal.ask("trial")
    assert (exit_code, told["method"]) == (0, "trial")
    exit_code, told = terminal.ask("renew")
    assert (exit_code, told["certificate"]["sequence"]) == (0, 2)
    exit_code, out, _ = terminal.run("deactivate")
    assert (exit_code, out.count("\n")) == (0, 1)
    assert "24 hours" in out
    assert terminal.ask("status")[1]["state"] == "not_activated"


def test_check_tells_a_key_of_this_product_from_another(terminal: Terminal):
    assert terminal.run("check", terminal.key)[1].startswith("✓ The key is well typed, for Harbor Notes.")
    other = FakeServer(name="Sea Charts").mint()
    code = terminal.ask("check", other)[1]["product_code"]
    if code == terminal.app.descriptor.product_code:
        other = "BCDFG-HJKMN-PQRTV-WXY23-46789"
    exit_code, out, _ = terminal.run("check", other)
    assert (exit_code, out) == (0, "! The key is well typed, but for another product.\n")


@pytest.mark.parametrize(
    ("parts", "strength"),
    [(a_computer(), "recognized after a reinstall"), ({"cpu_id": "x/1/2"}, "keep the product key"),
     ({"cpu_id": "0"}, "only a lease")],
)  # fmt: skip
def test_hardware_says_how_strong_it_is(terminal: Terminal, parts: dict, strength: str):
    terminal.use(terminal.server.app(hardware=parts))
    exit_code, out, _ = terminal.run("hardware")
    assert exit_code == 0
    assert strength in out
    assert out.count("not readable here") == sum(
        each["hash"] is None for each in terminal.ask("hardware")[1]["components"]
    )


def test_a_certificate_is_inspected_from_here_a_file_or_standard_input(terminal: Terminal, tmp_path):
    assert terminal.run("certificate", "inspect")[0] == 3
    terminal.run("activate", terminal.key)
    exit_code, out, _ = terminal.run("certificate", "inspect")
    assert exit_code == 0
    assert out.startswith("✓ Genuine")
    for text in ("nonsense", ""):
        file = tmp_path / "x.jws"
        file.write_text(text)
        assert terminal.ask("certificate", "inspect", str(file))[1]["code"] == "certificate_invalid"
    terminal.type("nonsense\n")
    assert terminal.run("certificate", "inspect", "-")[0] == 4
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for unreadable in ("binary", "missing", "."):
        assert terminal.run("certificate", "inspect", str(tmp_path / unreadable))[0] == 2


def test_a_strangers_certificate_is_shown_but_not_believed(terminal: Terminal):
    terminal.run("activate", terminal.key)
    held = terminal.app._wiring.store.load().state.certificate
    terminal.use(FakeServer(name="Sea Charts").app())
    terminal.type(f"{held}\n")
    exit_code, out, _ = terminal.run("certificate", "inspect", "-")
    assert exit_code == 4
    assert out.startswith("✗ Not genuine")
    assert "Believe nothing" in out


def test_the_connection_is_told_step_by_step(terminal: Terminal):
    exit_code, out, _ = terminal.run("check-connection")
    assert exit_code == 0
    assert "✓" in out
    terminal.server.go_offline()
    exit_code, out, _ = terminal.run("check-connection")
    assert exit_code == 5
    assert "✗" in out


def test_the_support_code_is_one_line(terminal: Terminal):
    exit_code, out, _ = terminal.run("support-code")
    assert (exit_code, out.count("\n")) == (0, 1)
    assert terminal.ask("support-code")[1]["support_code"] == out.strip()


def test_privacy_preview_shows_what_an_activation_sends(terminal: Terminal):
    exit_code, out, _ = terminal.run("privacy", "preview")
    assert exit_code == 0
    shown = json.loads(out[out.index("{") : out.rindex("}") + 1])
    assert terminal.ask("privacy", "preview") == (0, shown)
    assert terminal.server.requests == []
