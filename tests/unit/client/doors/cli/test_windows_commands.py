"""`mooring windows`: what it says, what it opens, and how it ends."""

import io
import json
import subprocess
import sys

import pytest

from mooring.client.doors.cli import build_parser, run
from mooring.command_line.console import Console
from mooring.windows.adapters import powershell, surroundings
from tests.support.windows_answers import ADMINISTRATOR, EVERYONE, StandInPc, answer


@pytest.fixture
def pc(tmp_path, monkeypatch):
    """Return a PC that is activated, online, and used by an administrator, until told otherwise."""
    monkeypatch.setattr(powershell, "is_windows", lambda: True)
    monkeypatch.setattr(surroundings, "is_online", lambda: True)
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    pc = StandInPc(tmp_path)
    pc.answers(answer("retail/digital_license.json"))
    pc.is_used_by(EVERYONE, ADMINISTRATOR)
    return pc


@pytest.fixture
def opened(monkeypatch):
    """Return the list of what is opened: Settings can be had on Windows only."""
    addresses: list[str] = []
    monkeypatch.setattr(surroundings, "open_settings", lambda address: addresses.append(address) or True)
    return addresses


def windows(*arguments):
    return run(build_parser()[0], ["windows", *arguments])


def sitting(monkeypatch, typed):
    monkeypatch.setattr(Console, "is_interactive", property(lambda console: not console.as_json))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))


def test_status_tells_the_three_answers_to_people(pc, capsys):
    assert windows("status") == 0
    assert capsys.readouterr().out == (
        "✓ Windows 11 Pro is activated with a digital license\n"
        "\n"
        "  Is it active\n"
        "    Yes (status 1, licensed)\n"
        "  How\n"
        "    Retail: bought by itself; it may move to another PC. Nobody typed a product key: the digital "
        "license of this hardware activates it\n"
        "  Linked to a Microsoft account\n"
        "    Unknown: no documented interface tells it. Look at Settings > System > Activation, under "
        "Activation state: it is linked if it says “Windows is activated with a digital license linked to "
        "your Microsoft account”. Without the words about the account, it is not\n"
        "\n"
        "  Version                10.0.22631\n"
        "  Edition                Professional\n"
        "  Product key ending in  3V66T\n"
        "  Language               en-US\n"
        "\n"
        "  Link Windows to a Microsoft account before you change hardware: `mooring windows link`\n"
    )


def test_status_tells_problem_and_fix(pc, capsys):
    pc.answers(answer("volume/kms_unreachable.json"))
    assert windows("status") == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "✗ Windows 11 Pro is not activated"
    assert lines[1] == "  No activation service of the organization can be reached (0xC004F074)"
    assert lines[2].startswith("  Connect to your organization's network")
    assert lines[3] == "  → Ask your organization"


def test_status_is_one_document_for_programs(pc, capsys):
    pc.answers(answer("retail/notification_hardware_changed.json"))
    assert windows("status", "--json") == 3
    document = json.loads(capsys.readouterr().out)
    assert document["windows"] == {
        "name": "Windows 10 Home",
        "edition": "Core",
        "version": "10.0.19045",
        "build": 19045,
        "language": "en-US",
        "server": False,
    }
    assert {name: document[name] for name in ("state", "method", "channel", "last_five", "ends_at")} == {
        "state": "not_activated",
        "method": None,
        "channel": "retail",
        "last_five": "8HVX7",
        "ends_at": None,
    }
    assert document["status"] == {"number": 5, "name": "notification"}
    assert (document["linked"], document["link"]) == (None, "unknown")
    assert document["reason"]["code"] == "0xC004F213"
    assert document["reason"]["next"] == {
        "action": "hardware",
        "label": "Troubleshoot after a hardware change",
    }
    assert [each["question"] for each in document["answers"]] == [
        "Is it active",
        "How",
        "Linked to a Microsoft account",
    ]


@pytest.mark.parametrize(
    ("name", "exit_code"),
    [
        ("retail/own_key.json", 0),
        ("retail/first_grace.json", 0),
        ("limited/evaluation.json", 0),
        ("retail/not_genuine.json", 3),
        ("retail/unlicensed.json", 3),
        ("shapes/no_key_installed.json", 3),
        ("damaged/status_missing.json", 5),
        ("damaged/access_denied.json", 5),
        ("damaged/empty.json", 5),
        ("damaged/cut_short.json", 5),
    ],
)
def test_the_exit_code_is_that_of_status_elsewhere(pc, name, exit_code):
    pc.answers(answer(name))
    assert windows("status", "--json") == exit_code


def test_an_answer_in_another_language_is_said_in_ours(pc, capsys):
    pc.answers(answer("languages/japanese.json"))
    assert windows("status", "--language", "de") == 0
    assert capsys.readouterr().out.startswith("✓ Windows 11 Pro ist mit einer digitalen Lizenz aktiviert\n")


@pytest.mark.parametrize("command", ["status", "link"])
def test_elsewhere_than_on_windows_it_declines_politely(capsys, monkeypatch, command):
    monkeypatch.delenv("LANG", raising=False)
    assert windows(command, "--json", "--language", "en") == 4
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "code": "not_windows",
        "title": "This computer does not run Windows",
        "detail": (
            "Only Windows can be asked how Windows is activated. "
            "`mooring status` tells of your programs' licenses."
        ),
        "next": {"action": "use_a_windows_pc", "label": "Run it on the PC in question"},
    }
    assert said.err.startswith("✗ This computer does not run Windows\n")


def test_access_denied_names_the_code_of_windows(pc, capsys):
    pc.answers(answer("damaged/access_denied.json"))
    windows("status", "--json")
    document = json.loads(capsys.readouterr().out)
    assert document["code"] == "access_denied"
    assert document["detail"].endswith("Windows named the code 0x80041003.")


def test_link_opens_the_pages_one_after_the_other_and_says_how_it_must_end(pc, opened, capsys, monkeypatch):
    sitting(monkeypatch, "\n\n")
    assert windows("link") == 0
    assert opened == ["ms-settings:yourinfo", "ms-settings:activation"]
    said = capsys.readouterr()
    assert said.err.count("The page is open. Press Enter when it is done:") == 2
    lines = said.out.splitlines()
    assert lines[0] == "1. Settings > Accounts > Your info  ms-settings:yourinfo"
    assert "2. Settings > System > Activation, under Activation state  ms-settings:activation" in lines
    assert lines[-2:] == [
        "In the end the Activation page must say:",
        "  Windows is activated with a digital license linked to your Microsoft account",
    ]


def test_link_leads_through_the_pages_of_windows_10(pc, opened, capsys, monkeypatch):
    pc.answers(answer("retail/windows_10_owner_checks_terms.json"))
    sitting(monkeypatch, "\n\n")
    assert windows("link") == 0
    assert opened == ["ms-settings:yourinfo", "ms-settings:activation"]
    out = capsys.readouterr().out
    assert "2. Settings > Update & Security > Activation  ms-settings:activation" in out
    assert "choose “Add an account”" in out


def test_link_opens_nothing_where_nobody_sits_or_that_was_asked_for(pc, opened, capsys, monkeypatch):
    assert windows("link") == 0
    sitting(monkeypatch, "")
    assert windows("link", "--no-open") == 0
    capsys.readouterr()
    assert windows("link", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert opened == document["opened"] == []
    assert [step["address"] for step in document["steps"]] == [
        "ms-settings:yourinfo",
        "ms-settings:activation",
    ]
    assert document["in_the_end"].endswith("linked to your Microsoft account")
    assert document["windows"] == "Windows 11 Pro"


def test_a_page_that_does_not_open_is_still_named(pc, capsys, monkeypatch):
    monkeypatch.setattr(surroundings, "open_settings", lambda _: False)
    sitting(monkeypatch, "")
    assert windows("link") == 0
    said = capsys.readouterr()
    assert "ms-settings:activation" in said.out
    assert "Press Enter" not in said.err


def test_link_asks_for_an_administrator_before_anything_opens(pc, opened, capsys, monkeypatch):
    sitting(monkeypatch, "\n\n")
    pc.is_used_by(EVERYONE)
    assert windows("link") == 4
    assert opened == []
    assert capsys.readouterr().err.startswith("✗ Linking asks for an administrator of this PC\n")


def test_link_goes_on_where_windows_does_not_tell_who_is_an_administrator(pc, opened):
    pc.whoami.unlink()
    assert windows("link") == 0


def test_link_asks_for_the_internet_before_anything_opens(pc, opened, capsys, monkeypatch):
    sitting(monkeypatch, "\n\n")
    monkeypatch.setattr(surroundings, "is_online", lambda: False)
    assert windows("link") == 5
    assert opened == []
    assert capsys.readouterr().err.startswith("✗ The internet cannot be reached\n")


@pytest.mark.parametrize(
    ("name", "exit_code", "code"),
    [
        ("volume/mak.json", 4, "windows_of_an_organization"),
        ("limited/evaluation.json", 4, "windows_evaluation"),
        ("limited/subscription.json", 4, "windows_on_subscription"),
        ("server/standard_mak.json", 4, "windows_server"),
        ("retail/notification_no_license.json", 3, "windows_not_activated"),
        ("damaged/empty.json", 5, "no_answer"),
    ],
)
def test_link_is_refused_with_the_reason_where_it_makes_no_sense(pc, opened, capsys, name, exit_code, code):
    pc.answers(answer(name))
    assert windows("link", "--json") == exit_code
    document = json.loads(capsys.readouterr().out)
    assert document["code"] == code
    assert document["detail"]
    assert document["next"]["label"]
    assert opened == []


@pytest.mark.parametrize("typed", ["0xC004F074", "c004f074", " 0XC004F074 ", "-1073418124", "3221549172"])
def test_a_code_is_explained_on_any_computer(capsys, typed):
    assert windows("explain", typed, "--json", "--language", "en") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["code"], document["known"]) == ("0xC004F074", True)
    assert document["title"] == "No activation service of the organization can be reached"


def test_a_code_without_words_says_where_to_look_it_up(capsys):
    assert windows("explain", "0x12345678", "--language", "en") == 0
    assert capsys.readouterr().out == (
        "0x12345678: Windows gives a code that Mooring has no words for\n"
        "  `slui 0x2a 0x12345678` shows what Windows itself says about it; "
        "Microsoft's support knows it by this code.\n"
    )


@pytest.mark.parametrize(
    "typed", ["0xC004F07", "0xC004F0740", "0xC004F07G", "-2147483649", "+C004F07", "0x_1234567"]
)
def test_what_is_no_code_is_wrong_usage(capsys, typed):
    assert windows("explain", "--json", "--language", "en", "--", typed) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "code_malformed"


def test_windows_alone_shows_what_there_is_to_do(capsys):
    assert windows() == 2
    shown = capsys.readouterr().out
    assert "explain" in shown
    assert shown.endswith("  mooring windows explain 0xC004F074\n")


def test_no_other_command_loads_what_reads_windows():
    script = "import sys, mooring.command; mooring.command.main(['--version'])"
    script = f"import atexit, sys; atexit.register(lambda: print(*sys.modules)); {script}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "mooring.client.doors.cli.windows" in loaded
    assert [name for name in loaded if name.startswith("mooring.windows")] == []


def test_nobody_is_left_without_a_next_step_where_windows_gives_no_reason(pc, capsys):
    pc.answers(answer("oem/notification_without_reason.json"))
    assert windows("status") == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  Windows gives no reason"
    assert lines[2].startswith("  If you have a product key, type it under")
    assert lines[3] == "  → Enter a product key, or troubleshoot"
