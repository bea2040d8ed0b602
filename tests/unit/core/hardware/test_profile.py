"""Profiles on the wire, at rest, and how much they weigh."""

import base64
import hashlib
import hmac
import json
import re

import pytest

from mooring.core.hardware.components import (
    COMPONENTS,
    COMPONENTS_BY_GROUP,
    GROUP_OF,
    GROUPS,
    HASH_BYTES,
    RECOGNITION_COMPONENTS,
    WEIGHTS,
)
from mooring.core.hardware.hashing import hash_components
from mooring.core.hardware.profile import HardwareProfile
from tests.support.computers import (
    a_computer,
    container,
    unprivileged_linux,
    virtual_machine_defaults,
    without,
)

SALT = b"salt of harbor notes"
UUID_HASH = "AAAAAAAAAAAAAAAAAAAAAA"


def hashed(name, value, length):
    """The contract's formula, written out once more with other tools."""
    digest = hmac.new(SALT, f"{name}\0{value}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:length]).decode().rstrip("=")


def test_the_table_of_components_is_the_contracts():
    assert COMPONENTS_BY_GROUP == {
        "platform": ("board_serial", "system_uuid"),
        "storage": ("root_disk_serial",),
        "network": ("mac_addresses",),
        "processor": ("cpu_id",),
        "installation": ("machine_id", "root_filesystem_uuid"),
    }
    assert GROUPS == ("platform", "storage", "network", "processor", "installation")
    assert WEIGHTS == {"platform": 40, "storage": 20, "network": 15, "processor": 5, "installation": 20}
    assert {name for name, length in HASH_BYTES.items() if length == 16} == {
        "system_uuid",
        "machine_id",
        "root_filesystem_uuid",
    }
    assert set(HASH_BYTES.values()) == {3, 16}
    assert set(HASH_BYTES) == set(COMPONENTS) == set(GROUP_OF)
    assert {GROUP_OF[name] for name in RECOGNITION_COMPONENTS} == {"platform", "storage"}
    assert len(RECOGNITION_COMPONENTS) == 3


def test_hashes_each_component_by_the_contracts_formula():
    profile = hash_components(
        {
            "board_serial": "/7XK2Q13/",
            "system_uuid": "4C4C4544-0058-4B10-8032-B7C04F513133",
            "root_disk_serial": "S4EWNX0R",
            "mac_addresses": ["F8:B1:56:00:00:02", "f8:b1:56:00:00:01"],
            "cpu_id": "GenuineIntel/6/158/10",
            "machine_id": "3d1219c7c4c5404aaa1f6d2a48adfda4",
            "root_filesystem_uuid": "67E3-17ED",
        },
        SALT,
    )
    assert profile.components == {
        "board_serial": hashed("board_serial", "/7xk2q13/", 3),
        "system_uuid": hashed("system_uuid", "4c4c454400584b108032b7c04f513133", 16),
        "root_disk_serial": hashed("root_disk_serial", "s4ewnx0r", 3),
        "mac_addresses": tuple(sorted(hashed("mac_addresses", f"f8b15600000{i}", 3) for i in (1, 2))),
        "cpu_id": hashed("cpu_id", "genuineintel/6/158/10", 3),
        "machine_id": hashed("machine_id", "3d1219c7c4c5404aaa1f6d2a48adfda4", 16),
        "root_filesystem_uuid": hashed("root_filesystem_uuid", "67e317ed", 16),
    }


def test_two_publishers_cannot_join_what_they_know():
    one, other = (hash_components(a_computer(), salt).components for salt in (b"one", b"other"))
    assert not {name for name in one if one[name] == other[name]}


def test_no_raw_value_is_in_a_profile():
    computer = a_computer()
    text = json.dumps(hash_components(computer, SALT).to_wire()).casefold()
    for value in [*computer.values(), *computer["mac_addresses"]]:
        if isinstance(value, str):
            assert value.casefold() not in text


@pytest.mark.parametrize(
    ("computer", "groups", "weight", "weak"),
    [
        (a_computer(), GROUPS, 100, False),
        (without(a_computer(), "board_serial"), GROUPS, 100, False),
        (unprivileged_linux(a_computer()), ("storage", "network", "processor", "installation"), 60, False),
        (virtual_machine_defaults(), ("processor", "installation"), 25, True),
        (container(), ("processor",), 5, True),
        (without(a_computer(), "root_disk_serial", "mac_addresses", "machine_id", "root_filesystem_uuid"),
         ("platform", "processor"), 45, True),
        (without(a_computer(), "board_serial", "system_uuid", "cpu_id"),
         ("storage", "network", "installation"), 55, False),
        ({}, (), 0, True),
    ],
)  # fmt: skip
def test_weighs_each_group_once_and_is_weak_below_fifty(computer, groups, weight, weak):
    profile = hash_components(computer, SALT)
    assert (profile.groups, profile.weight, profile.is_weak) == (groups, weight, weak)
    assert profile.is_empty is (weight == 0)


def test_comes_back_from_the_wire_as_it_was():
    profile = hash_components(a_computer(), SALT)
    wire = json.loads(json.dumps(profile.to_wire()))
    assert wire["v"] == 1
    assert isinstance(wire["components"]["mac_addresses"], list)
    assert HardwareProfile.from_wire(wire) == profile


def test_ignores_members_and_components_it_does_not_know():
    wire = {"v": 1, "tolerance": "standard", "components": {"cpu_id": "AAAA", "tpm_serial": "?"}}
    assert HardwareProfile.from_wire(wire) == HardwareProfile({"cpu_id": "AAAA"})


def test_reads_addresses_in_any_order_and_once_each():
    wire = {"v": 1, "components": {"mac_addresses": ["BBBB", "AAAA", "BBBB"]}}
    assert HardwareProfile.from_wire(wire).components == {"mac_addresses": ("AAAA", "BBBB")}


@pytest.mark.parametrize(
    ("wire", "named"),
    [
        (None, "hardware is not an object"),
        ([], "hardware is not an object"),
        ({}, "hardware.v is not 1"),
        ({"v": 2, "components": {}}, "hardware.v is not 1"),
        ({"v": True, "components": {}}, "hardware.v is not 1"),
        ({"v": "1", "components": {}}, "hardware.v is not 1"),
        ({"v": 1}, "hardware.components is not an object"),
        ({"v": 1, "components": []}, "hardware.components is not an object"),
        *(
            (
                {"v": 1, "components": {name: value}},
                f"hardware.components.{name} is not a hash of {length} bytes",
            )
            for name, length, values in [
                (
                    "board_serial",
                    3,
                    ["", "AAA", "AAAAA", "AA+A", "AAA=", "AAAA\n", None, 5, ["AAAA"], UUID_HASH],
                ),
                ("root_disk_serial", 3, ["AAA"]),
                ("cpu_id", 3, [UUID_HASH]),
                (
                    "system_uuid",
                    16,
                    ["AAAA", UUID_HASH + "A", UUID_HASH[:-1] + "B", UUID_HASH[:-1] + "/", None],
                ),
                ("machine_id", 16, ["AAAA"]),
                ("root_filesystem_uuid", 16, [{}]),
            ]
            for value in values
        ),
        *(
            (
                {"v": 1, "components": {"mac_addresses": value}},
                "hardware.components.mac_addresses is not a list of 1 to 8 hashes",
            )
            for value in ("AAAA", [], ["AAAA"] * 9, None, {})
        ),
        *(
            (
                {"v": 1, "components": {"mac_addresses": ["AAAA", value]}},
                "hardware.components.mac_addresses has an entry that is not a hash of 3 bytes",
            )
            for value in ("AAA", 4, None, ["AAAA"], UUID_HASH)
        ),
    ],
)
def test_names_the_member_that_is_not_what_it_must_be(wire, named):
    with pytest.raises(ValueError, match=f"^{re.escape(named)}$"):
        HardwareProfile.from_wire(wire)


@pytest.mark.parametrize("last", "AQgw")
def test_accepts_the_four_canonical_ends_of_sixteen_bytes(last):
    wire = {"v": 1, "components": {"machine_id": UUID_HASH[:-1] + last}}
    assert HardwareProfile.from_wire(wire).components == {"machine_id": UUID_HASH[:-1] + last}


@pytest.mark.parametrize("count", [1, 8])
def test_accepts_one_to_eight_addresses(count):
    addresses = [f"AAA{symbol}" for symbol in "ABCDEFGH"[:count]]
    wire = {"v": 1, "components": {"mac_addresses": addresses}}
    assert HardwareProfile.from_wire(wire).components == {"mac_addresses": tuple(addresses)}


def test_is_stored_keyed_again_with_the_servers_secret():
    profile = hash_components(a_computer(), SALT)
    protected = profile.protected(b"secret")
    assert set(protected.components) == set(profile.components)
    cpu = profile.components["cpu_id"]
    digest = hmac.new(b"secret", f"cpu_id\0{cpu}".encode(), hashlib.sha256).digest()[:16]
    assert protected.components["cpu_id"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert protected.components["cpu_id"] != profile.protected(b"another").components["cpu_id"]
    assert all(len(each) == 22 for each in protected.components["mac_addresses"])
    assert list(protected.components["mac_addresses"]) == sorted(protected.components["mac_addresses"])
    assert len(protected.components["mac_addresses"]) == 2


def test_comes_back_from_the_servers_storage_as_it_was():
    protected = hash_components(a_computer(), SALT).protected(b"secret")
    stored = json.loads(json.dumps(protected.components))
    assert HardwareProfile.from_stored(stored) == protected
    assert HardwareProfile.from_stored(stored | {"retired_component": "x"}) == protected
