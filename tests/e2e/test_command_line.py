"""The device's command line: exit codes, one JSON document for programs, plain words when piped."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mooring.core.product_key import generate
from tests.support.commands import Laptop, mooring, plain_environ
from tests.support.computers import a_computer, container
from tests.support.servers import Server, free_port
from tests.support.typing_errors import mistyped

STATUS_MEMBERS = {
    "product", "edition", "state", "method", "linked", "holder", "signed_in", "sentence", "reason", "advice",
    "entitlements", "locked", "license", "device", "installation", "activation", "can_move", "certificate",
}  # fmt: skip
KEY_OF_ANOTHER_PRODUCT = "BCDFG-HJKMN-PQRTV-WXY23-46789"


@pytest.fixture(scope="module")
def active(server: Server, keys: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A computer that is activated; no test changes that."""
    laptop = Laptop(tmp_path_factory.mktemp("active"), server.folder / "mooring.json", a_computer(1))
    laptop.ask("activate", next(keys))
    return laptop


def test_a_program_that_was_never_activated_says_why_and_what_to_do(laptop: Laptop):
    told = laptop.ask("status", exit_code=3)
    assert set(told) == STATUS_MEMBERS
    assert told["product"] == {"slug": "harbor-notes", "name": "Harbor Notes"}
    assert (told["edition"], told["state"], told["method"]) == ("pro", "not_activated", None)
    assert told["sentence"] == "Harbor Notes is not activated"
    assert told["reason"]["code"] == "no_digital_license"
    assert told["reason"]["next"]["label"]
    assert told["entitlements"] == ["read"]
    assert sorted(told["locked"]) == ["export-pdf", "sync"]
    assert told["license"] is told["certificate"] is told["activation"] is told["device"] is None


def test_an_activated_program_tells_all_that_the_contract_promises(active: Laptop):
    told = active.ask("status")
    assert set(told) == STATUS_MEMBERS
    assert (told["state"], told["method"], told["linked"]) == ("activated", "digital_license", False)
    assert told["sentence"] == "Harbor Notes is activated with a digital license"
    assert told["reason"] is told["holder"] is told["signed_in"] is None
    assert set(told["entitlements"]) == {"export-pdf", "sync", "read"}
    assert told["locked"] == []
    assert set(told["license"]) == {"id", "channel", "last_five", "expires_at"}
    assert told["can_move"] == {"allowed": True, "left": 5, "next_at": None}
    assert told["certificate"]["sequence"] == 1
    times = [told["certificate"][name] for name in ("issued_at", "renew_at", "grace_at", "expires_at")]
    assert times == sorted(times)
    assert all(len(time) == len("2026-01-02T03:04:05Z") and time.endswith("Z") for time in times)
    ids = [told[name]["id"] for name in ("license", "device", "installation", "activation")]
    assert [name[:4] for name in ids] == ["lic_", "dev_", "ins_", "act_"]
    assert {len(name) for name in ids} == {30}


ON_AN_ACTIVE_COMPUTER = [
    (("status",), 0),
    (("allows", "sync"), 0),
    (("allows", "teleport"), 3),
    (("hardware",), 0),
    (("certificate", "inspect"), 0),
    (("privacy", "preview"), 0),
    (("support-code",), 0),
    (("check-connection",), 0),
    (("check", KEY_OF_ANOTHER_PRODUCT), 0),
    (("check", mistyped(KEY_OF_ANOTHER_PRODUCT, 3, 2)), 4),
    (("activate", KEY_OF_ANOTHER_PRODUCT), 4),
    (("trial",), 4),
    (("frobnicate",), 2),
]


@pytest.mark.parametrize(("command", "exit_code"), ON_AN_ACTIVE_COMPUTER)
def test_json_before_and_after_a_command_is_one_and_the_same_document(
    active: Laptop, command: tuple[str, ...], exit_code: int
):
    before, after = active.mooring("--json", *command), active.mooring(*command, "--json")
    assert (before.exit_code, after.exit_code) == (exit_code, exit_code)
    assert isinstance(before.document, dict)
    assert set(before.document) == set(after.document)
    if exit_code in {2, 4}:
        assert {"code", "title", "detail", "next"} <= set(after.document)
        assert {"action", "label"} <= set(after.document["next"])


@pytest.mark.parametrize(("command", "exit_code"), ON_AN_ACTIVE_COMPUTER)
def test_a_command_that_is_piped_speaks_plainly(active: Laptop, command: tuple[str, ...], exit_code: int):
    ran = active.mooring(*command)
    assert ran.exit_code == exit_code
    assert ran.text
    assert not {"\x1b", "\r"} & set(ran.out + ran.err)
    assert "Traceback" not in ran.text


@pytest.mark.parametrize("command", [("renew",), ("deactivate",), ("certificate", "inspect")])
def test_a_command_that_needs_an_activation_says_so(laptop: Laptop, command: tuple[str, ...]):
    assert laptop.ask(*command, exit_code=3)["code"] == "no_digital_license"
    assert laptop.mooring(*command).exit_code == 3


def test_what_works_without_activation_is_allowed_without_it(laptop: Laptop):
    assert laptop.ask("allows", "read") == {"entitlement": "read", "allowed": True}
    assert laptop.ask("allows", "sync", exit_code=3) == {"entitlement": "sync", "allowed": False}


def test_a_key_is_checked_without_any_server(server: Server, laptop: Laptop, keys: Iterator[str]):
    key, code = next(keys), json.loads(laptop.descriptor.read_text())["product_code"]
    assert laptop.ask("check", key) == {
        "well_typed": True,
        "for_this_product": True,
        "product_code": code,
        "last_five": key[-5:],
    }
    spread = key.lower().replace("-", " \N{EN DASH} ", 2).replace("-", "", 1)
    assert laptop.ask("check", "-", stdin=f"{spread}\n")["for_this_product"] is True
    other = laptop.ask("check", generate((code + 1) % 625).formatted())
    assert (other["for_this_product"], other["product_code"]) == (False, (code + 1) % 625)


@pytest.mark.parametrize("command", ["check", "activate"])
def test_a_mistyped_key_names_the_place_and_the_key_that_is_meant(
    laptop: Laptop, keys: Iterator[str], command: str
):
    key = next(keys)
    refused = laptop.ask(command, mistyped(key, 4, 3), exit_code=4)
    assert refused["code"] == "key_malformed"
    assert (refused["group"], refused["position"], refused["suggestion"]) == (4, 3, key)
    two_wrong = laptop.ask(command, mistyped(mistyped(key, 1, 1), 2, 5), exit_code=4)
    assert two_wrong["code"] == "key_malformed"
    assert "suggestion" not in two_wrong or two_wrong["suggestion"] != key
    assert "suggestion" not in laptop.ask(command, key[:-1], exit_code=4)
    assert laptop.status()["state"] == "not_activated"


def test_a_mistyped_key_is_shown_with_the_place_when_piped(laptop: Laptop, keys: Iterator[str]):
    key = next(keys)
    ran = laptop.mooring("activate", mistyped(key, 2, 4))
    assert ran.exit_code == 4
    typed, marked, offered = (
        line for line in ran.err.splitlines() if line.startswith(" " * 13) or key[:5] in line
    )
    assert mistyped(key, 2, 4) in typed
    assert typed[marked.index("^")] == mistyped(key, 2, 4)[9]
    assert key in offered


def test_hardware_shows_hashes_and_never_a_serial_number(laptop: Laptop):
    ran = laptop.mooring("hardware")
    raw = [value for value in laptop.computer.values() if isinstance(value, str)]
    assert all(value not in ran.text and value.lower() not in ran.text for value in raw)
    assert "weight 100 of 100" in ran.text
    laptop.computer = container()
    assert "keep the product key" in laptop.mooring("hardware").text


def test_privacy_preview_is_what_the_profile_is_and_holds_no_name(laptop: Laptop):
    preview = laptop.ask("privacy", "preview")
    assert set(preview) == {"product", "hardware", "device", "environment"}
    assert "name" not in preview["device"]
    hashes = {each["name"]: each["hash"] for each in laptop.ask("hardware")["components"]}
    assert preview["hardware"] == {"v": 1, "components": hashes}


def test_a_certificate_is_explained_and_a_forged_one_is_not_believed(active: Laptop, tmp_path: Path):
    held = json.loads((active.home / "state.json").read_text())["state"]["certificate"]
    file = tmp_path / "certificate.jws"
    file.write_text(held)
    assert active.ask("certificate", "inspect", str(file))["genuine"] is True
    head, body, signature = held.split(".")
    file.write_text(f"{head}.{body}.{'AAAA' + signature[4:]}")
    assert active.ask("certificate", "inspect", str(file), exit_code=4)["genuine"] is False
    file.write_text("not a certificate")
    assert active.ask("certificate", "inspect", str(file), exit_code=4)["code"] == "certificate_invalid"
    assert active.mooring("certificate", "inspect", str(tmp_path / "none")).exit_code == 2


def test_the_support_code_holds_no_secret(active: Laptop):
    code = active.ask("support-code")["support_code"]
    kept = "".join(content.decode("utf-8", "replace") for content in active.kept().values())
    assert active.ask("status")["license"]["id"] in code
    assert not [word for word in code.replace("=", " ").split() if len(word) > 30 and word in kept]
    hashes = [each["hash"] for each in active.ask("hardware")["components"]]
    assert not [each for each in hashes if isinstance(each, str) and each in code]


def test_a_server_that_is_not_there_is_told_with_the_step_that_fails(laptop: Laptop, keys: Iterator[str]):
    document = json.loads(laptop.descriptor.read_text())
    laptop.descriptor = laptop.folder / "elsewhere.json"
    laptop.descriptor.write_text(json.dumps(document | {"servers": [f"http://127.0.0.1:{free_port()}"]}))
    refused = laptop.ask("activate", next(keys), exit_code=5)
    assert refused["code"] == "service_unavailable"
    assert laptop.mooring("activate").exit_code == laptop.mooring("trial").exit_code == 5
    report = laptop.ask("check-connection", exit_code=5)
    assert report["reachable"] is False
    assert "nothing answers" in laptop.mooring("check-connection").text


WRONG_USAGE = {
    "no such command": (("frobnicate",), "frobnicate"),
    "a shortened option": (("status", "--js"), "--js"),
    "an option too much": (("status", "--loudly"), "--loudly"),
    "a key too much": (("activate", "A", "B"), "B"),
    "no entitlement": (("allows",), "ENTITLEMENT"),
}


@pytest.mark.parametrize(("command", "named"), [((), "privacy"), (("certificate",), "inspect")])
def test_half_a_command_shows_what_there_is_and_ends_with_2(
    laptop: Laptop, command: tuple[str, ...], named: str
):
    ran = laptop.mooring(*command)
    assert (ran.exit_code, ran.err) == (2, "")
    assert named in ran.out


@pytest.mark.parametrize(("command", "named"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_wrong_usage_ends_with_2_and_names_what_is_wrong(
    laptop: Laptop, command: tuple[str, ...], named: str
):
    ran = laptop.mooring(*command)
    assert ran.exit_code == 2
    assert named in ran.err
    assert "--help" in ran.err
    assert ran.out == ""


def test_without_a_descriptor_it_asks_which_program_is_meant(tmp_path: Path):
    ran = mooring("status", environ=plain_environ(), cwd=tmp_path)
    assert ran.exit_code == 2
    assert "MOORING_DESCRIPTOR" in ran.err
    ran = mooring("status", "--json", environ=plain_environ(), cwd=tmp_path)
    assert (ran.exit_code, ran.document["code"]) == (2, "invalid_request")


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"mooring": 1}'])
def test_a_descriptor_that_cannot_be_used_is_named(tmp_path: Path, content: str | None):
    file = tmp_path / "program.json"
    if content is not None:
        file.write_text(content)
    ran = mooring("--descriptor", str(file), "status", environ=plain_environ(), cwd=tmp_path)
    assert ran.exit_code == 2
    assert "descriptor" in ran.err or str(file) in ran.err
    assert "Traceback" not in ran.err


def test_the_option_wins_over_the_environment(active: Laptop, laptop: Laptop, tmp_path: Path):
    elsewhere = {"MOORING_HOME": str(tmp_path / "empty"), "MOORING_DESCRIPTOR": str(tmp_path / "none")}
    options = ("--descriptor", str(active.descriptor), "--home", str(active.home))
    assert active.mooring("status", environ=elsewhere).exit_code == 2
    assert active.mooring("status", *options, environ=elsewhere).exit_code == 0
    assert active.mooring(*options, "status", environ=elsewhere).exit_code == 0


def test_hardware_may_be_given_only_with_a_lab_descriptor(laptop: Laptop):
    document = json.loads(laptop.descriptor.read_text())
    assert document["lab"] is True  # the server's address is this computer
    laptop.descriptor = laptop.folder / "real.json"
    laptop.descriptor.write_text(json.dumps(document | {"lab": False}))
    ran = laptop.mooring("status")
    assert ran.exit_code == 2
    assert "lab" in ran.err


@pytest.mark.parametrize("content", ["{", "[1]", '{"board_serial": 7}'])
def test_a_hardware_file_that_cannot_be_used_is_wrong_usage(laptop: Laptop, content: str):
    laptop.folder.joinpath("hardware.json").write_text(content)
    ran = laptop.mooring("hardware")
    assert ran.exit_code == 2
    assert "Traceback" not in ran.err


def test_the_real_computer_is_read_without_a_fault(
    active: Laptop, tmp_path: Path, a_laptop: Callable[..., Laptop]
):
    environ = active.environ | {"MOORING_HOME": str(tmp_path / "home")}
    ran = mooring("hardware", "--json", environ=environ, cwd=tmp_path)
    assert ran.exit_code == 0
    assert len(ran.document["components"]) == 7
    assert mooring("status", environ=environ, cwd=tmp_path).exit_code == 3


def test_every_command_explains_itself_with_an_example(active: Laptop):
    for command in ("status", "allows", "check", "activate", "trial", "renew", "deactivate", "hardware",
                    "certificate", "support-code", "check-connection", "privacy"):  # fmt: skip
        ran = active.mooring(command, "--help")
        assert ran.exit_code == 0
        assert f"mooring {command}" in ran.out.split("examples:")[1]


def test_bytes_that_are_no_text_are_a_mistyped_key(laptop: Laptop):
    strict = {"PYTHONIOENCODING": "utf-8:strict"}
    for command in ("activate", "check"):
        ran = laptop.mooring(command, "-", "--json", stdin=b"\xff\xfe\x00\n", environ=strict)
        assert (ran.exit_code, ran.document["code"]) == (4, "key_malformed")


def test_a_reader_that_leaves_early_is_no_fault(active: Laptop):
    reader, writer = os.pipe()
    os.close(reader)
    options = ("--hardware", str(active.folder / "hardware.json"))
    with os.fdopen(writer, "w") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "mooring", *options, "certificate", "inspect"],
            env=active.environ, cwd=active.folder, stdout=gone, stderr=subprocess.PIPE, text=True,
            timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
