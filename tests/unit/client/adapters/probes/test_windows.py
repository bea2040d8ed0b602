"""The Windows probe on recorded answers of the system's calls."""

import struct

import pytest

from mooring.client.adapters.probes.windows import (
    WindowsProbe,
    WindowsReadings,
    built_in_addresses,
    components_from,
    disk_serial,
    processor,
)
from tests.unit.client.adapters.probes.test_smbios import recorded_firmware_table

# STORAGE_DEVICE_DESCRIPTOR of a SATA disk behind StorAHCI: 40 bytes of header, then its texts.
STORAGE_DESCRIPTOR = (
    struct.pack("<IIBBBBIIIIII4x", 40, 120, 0, 0, 0, 1, 0, 40, 69, 78, 11, 0)
    + b"Samsung SSD 860 EVO 500GB   \0RVT02B6Q\0"
    + b"      S3Z2NB0K812345\0"
)


def row(address, *, permanent=None, kind=6, flags=0b01, length=6):
    """One MIB_IF_ROW2 of 1352 bytes."""
    data = bytearray(1352)
    data[28:38] = "Wi-Fi".encode("utf-16-le")
    struct.pack_into("<I", data, 1056, length)
    data[1060:1066] = bytes.fromhex(address)
    data[1092:1098] = bytes.fromhex(permanent if permanent is not None else address)
    struct.pack_into("<I", data, 1128, kind)
    data[1152] = flags
    return bytes(data)


def interface_table(*rows):
    return struct.pack("<II", len(rows), 0) + b"".join(rows)


READINGS = WindowsReadings(
    firmware_table=recorded_firmware_table(),
    storage_descriptor=STORAGE_DESCRIPTOR,
    interface_table=interface_table(
        row("f8b1562a901c"),
        row("f8b1562a901c", flags=0b11),  # its packet filter
        row("761e40c207d9", permanent="3cf0117b6d02", kind=71),  # Wi-Fi with a random address
        row("000000000000", kind=24, flags=0, length=0),  # loopback
        row("00155d2a901d", flags=0),  # Hyper-V's switch
    ),
    processor_vendor="GenuineIntel",
    processor_identifier="Intel64 Family 6 Model 158 Stepping 10",
    machine_guid="0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
    volume_name="\\\\?\\Volume{6f3c9d2e-1b4a-4c8d-9e7f-0a1b2c3d4e5f}\\",
    volume_serial=0x1A2B3C4D,
)


def test_reads_a_recorded_laptop():
    assert WindowsProbe(lambda: READINGS).read() == {
        "board_serial": "/L1HF8CD/CNWS2009C501BL/",
        "system_uuid": "4c4c4544-0058-4b10-8032-b7c04f513133",
        "root_disk_serial": "S3Z2NB0K812345",
        "mac_addresses": ["f8:b1:56:2a:90:1c", "3c:f0:11:7b:6d:02"],
        "cpu_id": "GenuineIntel/6/158/10",
        "machine_id": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "root_filesystem_uuid": "6f3c9d2e-1b4a-4c8d-9e7f-0a1b2c3d4e5f",
    }


def test_what_no_call_answered_is_absent():
    assert components_from(WindowsReadings()) == {}


@pytest.mark.parametrize("lacks", [OSError, AttributeError])
def test_a_system_without_the_calls_has_no_components(lacks):
    def take_readings():
        raise lacks

    assert WindowsProbe(take_readings).read() == {}


def test_the_volumes_serial_number_stands_in_for_its_name():
    assert components_from(WindowsReadings(volume_serial=0xABC)) == {"root_filesystem_uuid": "00000abc"}
    assert components_from(WindowsReadings(volume_serial=0)) == {"root_filesystem_uuid": "00000000"}
    assert components_from(WindowsReadings(volume_name="{half", volume_serial=0xABC)) == {
        "root_filesystem_uuid": "00000abc"
    }


@pytest.mark.parametrize("length", [0, 7, 8, 12])
def test_a_cut_firmware_table_tells_nothing(length):
    assert components_from(WindowsReadings(firmware_table=READINGS.firmware_table[:length])) == {}


def test_a_firmware_table_ends_where_it_says():
    table = bytearray(READINGS.firmware_table)
    struct.pack_into("<I", table, 4, 0)
    assert components_from(WindowsReadings(firmware_table=bytes(table))) == {}


@pytest.mark.parametrize("offset", [0, 24, 0xFFFFFFFF, len(STORAGE_DESCRIPTOR)])
def test_a_disk_without_a_serial_number_has_none(offset):
    descriptor = bytearray(STORAGE_DESCRIPTOR)
    struct.pack_into("<I", descriptor, 24, offset)
    assert disk_serial(bytes(descriptor)) == ""


@pytest.mark.parametrize("length", [0, 27, 28])
def test_a_cut_descriptor_has_no_serial_number(length):
    assert disk_serial(STORAGE_DESCRIPTOR[:length]) == ""


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (row("f8b1562a901c"), ["f8:b1:56:2a:90:1c"]),
        (row("f8b1562a901c", permanent="000000000000"), ["f8:b1:56:2a:90:1c"]),
        (row("f8b1562a901c", flags=0b101), ["f8:b1:56:2a:90:1c"]),
        (row("f8b1562a901c", flags=0b100), []),
        (row("f8b1562a901c", flags=0b11), []),
        (row("f8b1562a901c", kind=131), []),  # a tunnel
        (row("f8b1562a901c", length=8), []),
    ],
)
def test_counts_only_hardware_adapters(entry, expected):
    assert built_in_addresses(interface_table(entry)) == expected


def test_a_table_that_claims_more_rows_than_it_has_is_read_as_far_as_it_goes():
    whole = interface_table(row("f8b1562a901c"), row("f8b1562a901d"))
    assert built_in_addresses(whole[:-1]) == ["f8:b1:56:2a:90:1c"]
    assert built_in_addresses(struct.pack("<II", 9, 0) + row("f8b1562a901c")) == ["f8:b1:56:2a:90:1c"]
    assert built_in_addresses(struct.pack("<II", 1, 0) + whole[8:]) == ["f8:b1:56:2a:90:1c"]
    assert built_in_addresses(whole[:7]) == []


@pytest.mark.parametrize(
    ("vendor", "identifier", "expected"),
    [
        ("AuthenticAMD", "AMD64 Family 25 Model 33 Stepping 0", "AuthenticAMD/25/33/0"),
        (
            "Qualcomm Technologies Inc",
            "ARMv8 (64-bit) Family 8 Model 805 Revision D0E",
            "Qualcomm Technologies Inc/ARMv8 (64-bit) Family 8 Model 805 Revision D0E",
        ),
        ("", "x86 Kind 6 Model 158 Stepping 10", "x86 Kind 6 Model 158 Stepping 10"),
        ("GenuineIntel", "", "GenuineIntel"),
        ("", "", ""),
    ],
)
def test_names_a_processor_as_linux_does(vendor, identifier, expected):
    assert processor(vendor, identifier) == expected
