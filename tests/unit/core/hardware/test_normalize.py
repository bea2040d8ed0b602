"""One spelling for what identifies a computer; nothing for what does not."""

import pytest

from mooring.core.hardware.normalize import normalize
from tests.support.computers import a_computer, container, virtual_machine_defaults, with_placeholders


@pytest.mark.parametrize("name", ["board_serial", "root_disk_serial", "cpu_id", "system_uuid", "machine_id"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "\0\0",
        "Default string",
        "default_string",
        "To be filled by O.E.M.",
        "To Be Filled By O.E.M",
        "System Serial Number",
        "Base Board Serial Number",
        "Not Specified",
        "Not Applicable",
        "N/A",
        "None",
        "NULL",
        "Unknown",
        "OEM",
        "INVALID",
        "uninitialized",
        "0",
        "00000000",
        "0000-0000-0000",
        "FFFFFFFFFFFF",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "xxxxxxx",
        "................",
        "1",
        "123456789",
        "0123456789",
        "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009",
        "12345678-1234-5678-1234-567812345678",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "QM00001",
        "drive-scsi0",
        "persistent-disk-0",
        "VMware NVME_0000",
        "overlay",
        "overlay:/var/lib/docker/overlay2/abc",
    ],
)
def test_drops_placeholders_and_virtual_values(name, value):
    assert normalize({name: value}) == {}


@pytest.mark.parametrize(
    "address",
    [
        "02:42:ac:11:00:02",  # Docker: locally administered
        "52:54:00:12:34:56",  # QEMU
        "da:a1:19:00:00:01",  # a randomized one
        "01:00:5e:00:00:01",  # multicast
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "00:05:69:12:34:56",
        "00:0c:29:12:34:56",
        "00:1c:14:12:34:56",
        "00:50:56:12:34:56",
        "00:15:5d:12:34:56",
        "00:16:3e:12:34:56",
        "00:1c:42:12:34:56",
        "08:00:27:12:34:56",
        "00:53:45:00:00:00",
        "44:45:53:54:00:00",
        "f8:b1:56:00:00",  # too short
        "f8:b1:56:00:00:01:02",
        "f8:b1:56:00:00:0g",
        "",
    ],
)
def test_drops_addresses_that_belong_to_no_built_in_adapter(address):
    assert normalize({"mac_addresses": [address]}) == {}
    assert normalize({"mac_addresses": [address, "f8:b1:56:00:00:01"]}) == {
        "mac_addresses": ("f8b156000001",)
    }


@pytest.mark.parametrize(
    ("name", "one", "other", "spelling"),
    [
        ("board_serial", " /7XK2Q13/CNWS2\n", "/7xk2q13/cnws2", "/7xk2q13/cnws2"),
        ("board_serial", "AB  12\0", "ab 12", "ab 12"),
        (
            "system_uuid",
            "{4C4C4544-0058-4B10-8032-B7C04F513133}",
            "4c4c4544-0058-4b10-8032-b7c04f513133",
            "4c4c454400584b108032b7c04f513133",
        ),
        (
            "machine_id",
            "3d1219c7c4c5404aaa1f6d2a48adfda4\n",
            "3D1219C7-C4C5-404A-AA1F-6D2A48ADFDA4",
            "3d1219c7c4c5404aaa1f6d2a48adfda4",
        ),
        ("root_filesystem_uuid", "67E3-17ED", "67e317ed", "67e317ed"),
        ("cpu_id", "GenuineIntel/6/158/10", "genuineintel/6/158/10", "genuineintel/6/158/10"),
    ],
)
def test_spells_a_value_in_one_way(name, one, other, spelling):
    assert normalize({name: one}) == normalize({name: other}) == {name: spelling}


def test_keeps_the_punctuation_of_serial_numbers():
    assert normalize({"root_disk_serial": "A-12"}) != normalize({"root_disk_serial": "A12"})


def test_two_different_symbols_are_enough_to_be_a_value():
    assert normalize({"board_serial": "7A7A"}) == {"board_serial": "7a7a"}
    assert normalize({"mac_addresses": ["f8:8f:f8:8f:f8:8f"]}) == {"mac_addresses": ("f88ff88ff88f",)}


def test_sorts_addresses_once_each_in_any_notation():
    raw = ["F8-B1-56-00-00-02", "f8:b1:56:00:00:01", "f8b156000002"]
    assert normalize({"mac_addresses": raw}) == {"mac_addresses": ("f8b156000001", "f8b156000002")}


def test_accepts_one_address_without_a_list():
    assert normalize({"mac_addresses": "f8:b1:56:00:00:01"}) == {"mac_addresses": ("f8b156000001",)}


def test_keeps_at_most_eight_addresses_the_first_in_order():
    raw = [f"f8:b1:56:00:00:{i:02x}" for i in range(9, 0, -1)]
    assert normalize({"mac_addresses": raw}) == {
        "mac_addresses": tuple(f"f8b1560000{i:02x}" for i in range(1, 9))
    }


def test_drops_what_is_no_component_and_a_list_where_one_value_belongs():
    assert normalize({"keyboard_serial": "K1234", "board_serial": ["A1", "B2"]}) == {}


def test_an_ordinary_computer_keeps_every_component():
    assert list(normalize(a_computer())) == [
        "board_serial",
        "system_uuid",
        "root_disk_serial",
        "mac_addresses",
        "cpu_id",
        "machine_id",
        "root_filesystem_uuid",
    ]


def test_a_default_virtual_machine_has_only_its_processor_and_its_system():
    assert set(normalize(virtual_machine_defaults())) == {"cpu_id", "machine_id", "root_filesystem_uuid"}


def test_a_container_has_only_its_processor():
    assert set(normalize(container())) == {"cpu_id"}


def test_a_mainboard_full_of_placeholders_is_no_platform():
    assert not {"board_serial", "system_uuid"} & set(normalize(with_placeholders()))
