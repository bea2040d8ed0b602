"""The mainboard's numbers in the firmware's table."""

from pathlib import Path

import pytest

from mooring.client.adapters.probes.smbios import Mainboard, read_mainboard

RECORDING = Path(__file__).parent / "recordings" / "windows_laptop_smbios.hex"

UUID = bytes.fromhex("33221100554477668899aabbccddeeff")
END = bytes.fromhex("7f04fffe0000")


def recorded_firmware_table():
    lines = RECORDING.read_text().splitlines()
    return bytes.fromhex("".join(line for line in lines if not line.startswith("#")))


def structure(kind, body, *strings):
    texts = b"".join(text + b"\0" for text in strings) or b"\0"
    return bytes([kind, 4 + len(body), 0, 0]) + body + texts + b"\0"


def system(uuid=UUID):
    return structure(1, bytes([1, 2, 0, 0]) + uuid + bytes(3), b"Maker", b"Model")


def board(number=2, *strings):
    return structure(2, bytes([1, 0, 0, number]), *strings)


def test_reads_a_recorded_laptop():
    table = recorded_firmware_table()
    assert read_mainboard(table[8:], (3, 2)) == Mainboard(
        "4c4c4544-0058-4b10-8032-b7c04f513133", "/L1HF8CD/CNWS2009C501BL/"
    )


def test_reads_the_uuid_as_linux_does_in_old_and_new_tables():
    assert read_mainboard(system(), (2, 6)).system_uuid == "00112233-4455-6677-8899-aabbccddeeff"
    assert read_mainboard(system(), (2, 5)).system_uuid == "33221100-5544-7766-8899-aabbccddeeff"


def test_the_first_structure_of_a_type_counts():
    table = board(2, b"Maker", b"FIRST") + board(2, b"Maker", b"SECOND") + system() + system(bytes(16)) + END
    assert read_mainboard(table, (3, 0)) == Mainboard("00112233-4455-6677-8899-aabbccddeeff", "FIRST")


def test_nothing_after_the_end_of_the_table_counts():
    assert read_mainboard(END + board(1, b"LATE"), (3, 0)) == Mainboard("", "")


@pytest.mark.parametrize(
    ("table", "serial"),
    [
        (board(0, b"Maker", b"S1"), ""),  # the firmware names no string
        (board(3, b"Maker", b"S1"), ""),  # a string that is not there
        (board(2, b"Maker", b"  S1 "), "S1"),
        (board(1, b"S\xe9rie"), "S\u00e9rie"),
        (structure(2, bytes([1, 0, 0])), ""),  # too short to have a serial number
        (board(1), ""),
    ],
)
def test_reads_the_boards_serial_number_where_there_is_one(table, serial):
    assert read_mainboard(table, (3, 0)).board_serial == serial


def test_a_system_of_the_first_version_has_no_uuid():
    assert read_mainboard(structure(1, bytes(4), b"Maker") + board(1, b"S1"), (2, 0)) == Mainboard("", "S1")


@pytest.mark.parametrize("cut", range(len(system() + board(1, b"S1"))))
def test_a_cut_table_tells_what_it_can_and_ends(cut):
    table = (system() + board(1, b"S1"))[:cut]
    assert read_mainboard(table, (3, 0)) in {
        Mainboard("", ""),
        Mainboard("00112233-4455-6677-8899-aabbccddeeff", ""),
    }


def test_a_structure_that_claims_no_length_ends_the_table():
    assert read_mainboard(b"\x01\x00\x00\x00\0\0" + board(1, b"S1"), (3, 0)) == Mainboard("", "")
