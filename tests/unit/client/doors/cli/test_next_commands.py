"""Each next step of the catalogue has a command to type, or is one that no command does."""

import pytest

from mooring.client.domain.errors import FeatureNotLicensed, InvalidCertificate, Refused, ServerUnreachable
from mooring.client.doors.cli import build_parser
from mooring.client.doors.cli.next_commands import COMMANDS, NOTHING_TO_TYPE, next_commands
from mooring.core.wording.reasons import REASONS, UNKNOWN_REASON, reason_document

DEVICE = "dev_01k0000000000000000000000"


def a_device(number: int) -> dict[str, str]:
    return {"id": f"{DEVICE}{number:x}", "name": f"device-{number}"}


def test_every_next_step_is_done_by_a_command_or_by_none():
    exact = {"choose_device", "choose_license"}
    actions = {each.next_action for each in (*REASONS.values(), UNKNOWN_REASON)} | exact
    assert set(COMMANDS) | NOTHING_TO_TYPE == actions
    assert not set(COMMANDS) & NOTHING_TO_TYPE


@pytest.mark.parametrize("command", sorted({line for lines in COMMANDS.values() for line, _ in lines}))
def test_every_command_that_is_named_can_be_typed(command):
    program, *words = command.split()
    assert program == "mooring"
    build_parser()[0].parse_args(words)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_refusal_that_a_command_can_mend_names_it(code):
    lines = next_commands(reason_document(code))
    assert bool(lines) is (REASONS[code].next_action in COMMANDS)
    assert all(line.startswith("mooring ") for line in lines)


def test_a_refusal_names_the_commands_that_bring_the_license_back():
    assert next_commands(reason_document("seat_limit_reached", {"seats": 1})) == (
        "mooring sign-in     if the license is linked to your account",
        "mooring reactivate  if this is one of your devices",
        "mooring devices     to see them and free one",
    )
    assert next_commands(reason_document("sign_in_required")) == ("mooring sign-in",)
    assert next_commands(reason_document("not_found", {"device": "x"})) == ("mooring devices  lists yours",)
    assert next_commands(reason_document("not_found")) == ()


def test_who_has_not_asked_yet_is_told_that_the_service_may_know_this_computer():
    nothing = reason_document("no_digital_license")
    assert next_commands(nothing, asked=False) == (
        "mooring activate      if this computer was activated before",
        *next_commands(nothing),
    )
    assert next_commands(nothing, asked=True) == (
        "mooring activate KEY  with the key",
        "mooring sign-in       if the license is linked to your account",
        "mooring reactivate    when you are signed in",
    )
    expired = reason_document("certificate_expired")
    assert next_commands(expired, asked=False) == next_commands(expired)


def test_a_holder_is_given_the_command_for_each_device():
    document = reason_document("seat_limit_reached", {"seats": 2, "devices": [a_device(1), a_device(2)]})
    assert next_commands(document) == (
        f"mooring devices free {DEVICE}1  frees device-1",
        f"mooring devices free {DEVICE}2  frees device-2",
        "mooring reactivate  if one of them is this computer",
    )


def test_of_many_devices_the_first_ten_are_named():
    lines = next_commands(
        reason_document("seat_limit_reached", {"seats": 11, "devices": [a_device(n) for n in range(11)]})
    )
    assert len(lines) == 12
    assert lines[9].endswith("frees device-9")
    assert lines[10].split() == ["mooring", "devices", "lists", "them", "all"]
    ten = reason_document("seat_limit_reached", {"seats": 10, "devices": [a_device(n) for n in range(10)]})
    assert len(next_commands(ten)) == 11


@pytest.mark.parametrize(
    "listed",
    [[{"id": "dev_1; rm -rf ~", "name": "x"}], [{"id": f"{DEVICE}1"}], [5], "dev_1", [{"name": "x"}]],
)
def test_what_is_no_device_is_never_part_of_a_command(listed):
    document = reason_document("seat_limit_reached", {"seats": 1, "devices": listed})
    assert next_commands(document) == next_commands(reason_document("seat_limit_reached"))


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (ServerUnreachable("nothing answers"), "mooring check-connection  says what is in the way"),
        (InvalidCertificate("signature"), "mooring activate"),
        (FeatureNotLicensed("x", name="X", sentence="It is not activated"), "mooring activate"),
        (Refused("of_a_later_version"), "mooring support-code  what to send them"),
    ],
)
def test_other_errors_name_their_command_too(error, command):
    assert next_commands(error.to_document()) == (command,)


@pytest.mark.parametrize("document", [{}, {"next": None}, {"next": {"action": 7}}, {"next": "home"}])
def test_a_document_without_a_known_step_names_none(document):
    assert next_commands(document) == ()
