"""An account on real commands: sign in, link, change hardware, come back, and what a thief gets."""

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from mooring.server.cli.demo.person import Person
from tests.e2e.test_terminal import at_terminal, ended, plain
from tests.support.commands import Laptop
from tests.support.servers import Server

CODE = r"[B-Z]{4}-[B-Z]{4}"


@pytest.fixture
def mia(server: Server, tmp_path: Path) -> Person:
    """Somebody who has no account yet; their browser makes one when it is asked to sign in."""
    email = f"mia.{os.urandom(4).hex()}@outlook.example"
    return Person(server.address, email, "a password of four words", str(tmp_path / "cookies.txt"))


def browser_of(person: Person, folder: Path) -> dict[str, str]:
    """Return the setting that makes the system open the browser of ``person``."""
    file = folder / "person.json"
    person.write(file)
    return {"BROWSER": f"{sys.executable} -m mooring.server.cli.demo.person {file} %s &"}


def sign_in(laptop: Laptop, person: Person) -> dict:
    ran = laptop.mooring("sign-in", "--create", "--json", environ=browser_of(person, laptop.folder))
    assert ran.exit_code == 0, ran.text
    return ran.document


def test_signed_in_and_linked_it_comes_back_on_new_hardware_without_the_key(
    a_laptop: Callable[..., Laptop], keys: Iterator[str], mia: Person
):
    old, new = a_laptop(), a_laptop()
    old.ask("activate", next(keys))
    status = sign_in(old, mia)
    assert status["signed_in"] == {"masked": "m•••@o•••.example", "provider": "local"}
    assert status["linked"] is False
    assert status["advice"] == ["link_before_hardware_change"]
    linked = old.ask("link")
    assert linked["sentence"].endswith("activated with a digital license linked to your account")
    assert linked["holder"] == status["signed_in"]
    assert linked["advice"] == []

    new.ask("activate", exit_code=4)
    returning = Person(mia.site, mia.email, mia.password, mia.cookies)
    sign_in(new, returning)
    (candidate,) = new.ask("reactivate")["candidates"]
    assert candidate["device"]["id"] == linked["device"]["id"]
    assert new.status()["state"] == "not_activated"
    assert new.ask("reactivate", "--device", candidate["device"]["id"])["linked"] is True

    assert old.ask("renew", exit_code=4)["code"] == "device_unknown"
    assert old.status()["reason"]["code"] == "device_unknown"
    (device,) = new.ask("devices")["devices"]
    assert device["device"]["name"] == new.status()["device"]["name"]


def test_a_changed_mainboard_costs_no_move(laptop: Laptop, keys: Iterator[str], mia: Person):
    laptop.ask("activate", next(keys))
    sign_in(laptop, mia)
    before = laptop.ask("link")
    laptop.computer = laptop.computer | {
        "board_serial": "NEW-1",
        "system_uuid": "11112222-3333-4444-8555-666677778888",
    }
    assert laptop.status()["reason"]["code"] == "hardware_changed"
    (candidate,) = laptop.ask("reactivate")["candidates"]
    assert (candidate["likely"], candidate["costs_move"]) == (True, False)
    after = laptop.ask("reactivate", "--device", candidate["device"]["id"])
    assert after["device"] == before["device"]
    assert after["can_move"]["left"] == before["can_move"]["left"]


def test_what_is_kept_of_a_sign_in_is_the_owners_alone_and_worth_nothing_elsewhere(
    a_laptop: Callable[..., Laptop], mia: Person
):
    laptop, thief = a_laptop(), a_laptop()
    sign_in(laptop, mia)
    file = laptop.home / "account.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert mia.email not in file.read_text()
    thief.ask("activate", exit_code=4)  # makes a key of its own
    shutil.copy(file, thief.home / "account.json")
    assert thief.ask("account", exit_code=4)["code"] == "sign_in_required"
    forged = json.loads(file.read_text()) | {
        "jkt": json.loads((thief.home / "account.json").read_text())["jkt"],
    }
    (thief.home / "account.json").write_text(json.dumps(forged))
    assert thief.ask("account", exit_code=4)["code"] == "sign_in_required"
    assert laptop.ask("account")["masked"] == "m•••@o•••.example"


def test_the_key_of_a_linked_license_opens_nothing_new(
    a_laptop: Callable[..., Laptop], keys: Iterator[str], mia: Person, tmp_path: Path
):
    key, laptop, other = next(keys), a_laptop(), a_laptop()
    laptop.ask("activate", key)
    sign_in(laptop, mia)
    laptop.ask("link")
    laptop.ask("deactivate")
    assert other.ask("activate", key, exit_code=4)["code"] == "sign_in_required"
    ole = Person(mia.site, "ole@harbor.example", "another long password", str(tmp_path / "ole.txt"))
    sign_in(other, ole)
    refused = other.ask("activate", key, exit_code=4)
    assert (refused["code"], refused["holder"]) == ("not_license_holder", "m•••@o•••.example")


def test_a_claimed_key_is_never_needed_again(
    a_laptop: Callable[..., Laptop], keys: Iterator[str], mia: Person
):
    laptop, other = a_laptop(), a_laptop()
    sign_in(laptop, mia)
    license_id = laptop.ask("claim", next(keys))["license"]["id"]
    assert laptop.ask("activate", "--license", license_id)["linked"] is True
    sign_in(other, mia)
    refused = other.ask("activate", "--license", license_id, exit_code=4)
    assert refused["code"] == "seat_limit_reached"
    other.ask("devices", "free", refused["devices"][0]["id"])
    assert other.ask("activate", "--license", license_id)["state"] == "activated"


def test_signing_out_ends_it_here_and_at_the_server(laptop: Laptop, server: Server, mia: Person):
    sign_in(laptop, mia)
    kept = (laptop.home / "account.json").read_bytes()
    assert laptop.ask("sign-out") == {"signed_out": True, "service_told": True}
    assert laptop.status()["signed_in"] is None
    (laptop.home / "account.json").write_bytes(kept)  # somebody kept it
    assert laptop.ask("account", exit_code=4)["code"] == "sign_in_required"


def test_saying_no_in_the_browser_lets_nobody_in(laptop: Laptop, mia: Person, tmp_path: Path):
    says_no = tmp_path / "no.py"
    says_no.write_text(
        "import sys\nfrom pathlib import Path\nfrom mooring.server.cli.demo import person\n"
        "submit = person._Browser.submit\n"
        "person._Browser.submit = lambda self, page, **typed: submit(\n"
        "    self, page, **({'decision': 'deny'} if 'decision' in typed else typed))\n"
        "person.Person.read(Path(sys.argv[1])).says_yes_to(sys.argv[2])\n"
    )
    mia.write(tmp_path / "person.json")
    browser = {"BROWSER": f"{sys.executable} {says_no} {tmp_path / 'person.json'} %s &"}
    ran = laptop.mooring("sign-in", "--create", "--json", environ=browser)
    assert (ran.exit_code, ran.document["code"]) == (4, "sign_in_declined")
    assert not (laptop.home / "account.json").exists()


class TestAtATerminal:
    def test_a_code_is_shown_with_its_picture_and_linking_is_offered(
        self, laptop: Laptop, keys: Iterator[str], mia: Person
    ):
        laptop.ask("activate", next(keys))
        terminal = at_terminal(laptop, "sign-in", "--no-browser")
        terminal.expect(CODE)
        assert "\x1b[30;107m" in terminal.before  # the picture, black on white
        address = f"{mia.site}/device?user_code={terminal.after}&prompt=create"
        mia.says_yes_to(address)
        terminal.expect(r"Link it now\? \[y/N\] ")
        offer = plain(terminal.before)
        assert "Signed in as m•••@o•••.example" in offer
        assert "Come back after a reinstall or new hardware" in offer
        assert "Who else gets something: nobody" in offer
        terminal.sendline("y")
        exit_code, shown = ended(terminal)
        assert exit_code == 0
        assert "linked to your account" in plain(shown)
        assert laptop.status()["linked"] is True

    def test_interrupted_it_keeps_nothing(self, laptop: Laptop):
        terminal = at_terminal(laptop, "sign-in", "--no-browser")
        terminal.expect(CODE)
        terminal.sendintr()
        exit_code, shown = ended(terminal)
        assert exit_code == 130
        assert "Traceback" not in shown
        assert not (laptop.home / "account.json").exists()

    def test_waiting_for_the_browser_can_be_interrupted(self, laptop: Laptop):
        terminal = at_terminal(laptop, "sign-in", BROWSER="true")
        terminal.expect("If it does not open, go to:")
        terminal.sendintr()
        exit_code, shown = ended(terminal)
        assert exit_code == 130
        assert "Traceback" not in shown

    def test_the_device_is_picked_and_confirmed(
        self, a_laptop: Callable[..., Laptop], keys: Iterator[str], mia: Person
    ):
        old, new = a_laptop(), a_laptop()
        old.ask("activate", next(keys))
        sign_in(old, mia)
        old.ask("link")
        sign_in(new, mia)
        terminal = at_terminal(new, "reactivate")
        terminal.expect("Its number, or Enter")
        assert old.status()["device"]["name"] in plain(terminal.before)
        terminal.sendline("1")
        terminal.expect(r"is this the device you are using right now\? \[y/N\] ")
        terminal.sendline("y")
        exit_code, shown = ended(terminal)
        assert exit_code == 0, shown
        assert new.status()["state"] == "activated"

    def test_without_a_browser_the_code_comes_by_itself(self, laptop: Laptop, mia: Person):
        environ = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"), "")
        terminal = at_terminal(laptop, "sign-in", **environ)
        terminal.expect(CODE)
        assert "There is no browser on this computer" in plain(terminal.before)
        mia.says_yes_to(f"{mia.site}/device?user_code={terminal.after}&prompt=create")
        terminal.expect([r"Signed in as", pexpect.EOF])
        assert ended(terminal)[0] == 0
