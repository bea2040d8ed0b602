"""Finding the device that a computer is, by what of its hardware is stored."""

from base64 import urlsafe_b64decode

import pytest

from mooring.core.hardware.matching import Tolerance
from mooring.server.licensing.domain.activations.recognition import (
    IDENTIFIERS,
    INDEXED,
    has_other_mainboard,
    is_same_once_confirmed,
    lookup_hashes,
    recognized,
    shares_identifier,
)
from tests.support.computers import (
    a_computer,
    after_disk_upgrade,
    after_mainboard_swap,
    after_new_network_card,
    after_reinstall,
    disk_moved_into,
    unprivileged_linux,
    with_changed,
    without,
)
from tests.support.licenses import AT, DAY, a_device, a_license, a_policy, hardware_of, protected


def test_looks_devices_up_by_what_names_one_computer():
    assert INDEXED == (
        "board_serial",
        "system_uuid",
        "root_disk_serial",
        "machine_id",
        "root_filesystem_uuid",
    )
    assert IDENTIFIERS == ("system_uuid", "machine_id", "root_filesystem_uuid")


def test_a_lookup_hash_is_the_protected_component_in_bytes():
    hardware = protected(a_computer())
    hashes = lookup_hashes(hardware, ("machine_id", "root_disk_serial"))
    assert hashes == [
        urlsafe_b64decode(hardware.components[name] + "==") for name in ("machine_id", "root_disk_serial")
    ]
    assert all(len(each) == 16 for each in hashes)
    assert len(lookup_hashes(hardware)) == 5


def test_what_could_not_be_read_is_not_looked_up():
    assert (
        lookup_hashes(protected({"machine_id": "4b1d7c2a9e8f4f0c8a6b5d4c3e2f1a09"}), ("system_uuid",)) == []
    )


def test_recognizes_the_likeliest_first():
    upgraded, same = a_device(after_disk_upgrade(a_computer())), a_device()
    stranger = a_device(a_computer(2))
    hardware = protected(after_reinstall(a_computer()))
    assert recognized([upgraded, stranger, same], hardware, Tolerance.STANDARD) == [same, upgraded]
    assert recognized([upgraded, same], hardware, Tolerance.STRICT) == [same]


def test_of_equals_the_one_seen_last_comes_first():
    earlier, later = a_device(), a_device(last_seen_at=AT + DAY)
    assert recognized([earlier, later], earlier.hardware, Tolerance.STANDARD) == [later, earlier]


def is_same(license_, computer, *, key_proven=True, of=None):
    return is_same_once_confirmed(license_, a_device(of), protected(computer), key_proven=key_proven)


@pytest.mark.parametrize(
    ("change", "key_proven", "same"),
    [
        (after_reinstall, False, True),  # known by its hardware alone
        (after_disk_upgrade, False, True),
        (after_new_network_card, True, True),
        (after_mainboard_swap, True, True),  # rather far, but with its key
        (after_mainboard_swap, False, False),
        (lambda _: a_computer(2), True, False),
        (lambda _: a_computer(2), False, False),
        (lambda mine: disk_moved_into(a_computer(2), mine), False, False),
    ],
)
def test_an_owner_says_which_device_it_is_where_hardware_and_key_do_not_say_otherwise(
    change, key_proven, same
):
    assert is_same(a_license(), change(a_computer()), key_proven=key_proven) is same


def test_weak_hardware_is_known_by_its_key_and_by_nothing_else():
    for computer in (WEAK, a_computer(2)):
        assert is_same(a_license(), computer, of=WEAK, key_proven=True)
        assert not is_same(a_license(), computer, of=WEAK, key_proven=False)


def test_an_oem_license_does_not_follow_its_owner_to_another_mainboard():
    oem = a_license(channel="oem")
    assert not is_same(oem, after_mainboard_swap(a_computer()))
    assert not is_same(oem, with_changed(a_computer(), "board_serial", "system_uuid"))


def test_an_oem_license_stays_with_its_mainboard_whatever_else_was_changed():
    rebuilt = after_new_network_card(after_disk_upgrade(a_computer()))
    oem = a_license(channel="oem")
    assert is_same(oem, rebuilt)
    assert not is_same(oem, rebuilt, key_proven=False)
    assert is_same(oem, after_reinstall(a_computer()))


@pytest.mark.parametrize(
    ("tolerance", "key_proven", "same"),
    [
        (Tolerance.STRICT, True, False),
        (Tolerance.STANDARD, True, True),
        (Tolerance.STRICT, False, False),
        (Tolerance.STANDARD, False, False),
    ],
)
def test_how_far_a_computer_may_change_is_the_policys_choice(tolerance, key_proven, same):
    license_ = a_license(policy=a_policy(tolerance=tolerance))
    assert is_same(license_, after_mainboard_swap(a_computer()), key_proven=key_proven) is same


def test_recognition_follows_the_policys_tolerance_too():
    for tolerance, same in ((Tolerance.STRICT, False), (Tolerance.STANDARD, True)):
        license_ = a_license(policy=a_policy(tolerance=tolerance))
        assert is_same(license_, after_disk_upgrade(a_computer()), key_proven=False) is same


WEAK = {"machine_id": "4b1d7c2a9e8f4f0c8a6b5d4c3e2f1a09", "cpu_id": "genuineintel/6/158/10"}


def test_weak_hardware_is_held_against_by_an_identifier():
    seen = protected(a_computer() | WEAK)
    assert shares_identifier(seen, protected(WEAK))
    assert shares_identifier(protected(WEAK), seen)


def test_a_shared_processor_says_nothing():
    other = WEAK | {"machine_id": "5c2e8d3b0f9a401d9b7c6e5d4f3a2b10"}
    assert not shares_identifier(protected(WEAK), protected(other))
    without_any = protected({"cpu_id": WEAK["cpu_id"]})
    assert not shares_identifier(without_any, without_any)


def test_strong_hardware_is_judged_by_recognition_instead():
    assert not shares_identifier(protected(a_computer()), protected(a_computer()))


@pytest.mark.parametrize(
    ("certified", "presented", "other"),
    [
        ([a_computer()], a_computer(), False),
        ([a_computer()], with_changed(a_computer(), "board_serial", "system_uuid"), True),
        ([a_computer()], with_changed(a_computer(), "system_uuid"), False),
        ([a_computer()], with_changed(a_computer(), "root_disk_serial", "mac_addresses", "cpu_id"), False),
        ([a_computer(2), a_computer()], a_computer(), False),
        ([a_computer(2), a_computer(3)], a_computer(), True),
        ([unprivileged_linux(a_computer()), a_computer(2)], a_computer(), True),
        ([unprivileged_linux(a_computer())], a_computer(), False),
        ([a_computer(2)], unprivileged_linux(a_computer()), False),
        ([without(a_computer(2), "system_uuid")], a_computer(), True),
        ([without(a_computer(2), "board_serial")], without(a_computer(), "system_uuid"), False),
        ([], a_computer(), False),
    ],
)
def test_another_mainboard_is_one_that_no_certificate_names_and_missing_is_none(certified, presented, other):
    known = [hardware_of(each) for each in certified]
    assert has_other_mainboard(known, hardware_of(presented)) is other
