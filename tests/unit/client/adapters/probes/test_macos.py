"""The macOS probe on recorded answers of the system's calls."""

import pytest

from mooring.client.adapters.probes.macos import (
    MacosProbe,
    MacReadings,
    NetworkInterface,
    components_from,
    device_of_mount,
)

APPLE_LAPTOP = MacReadings(
    platform_serial="C02XK0AAJGH5",
    platform_uuid="5B8A1E0C-7D2F-5C43-9E1A-0F2B3C4D5E6F",
    disk_serial="0ba0123456789abc",
    volume_uuid="9F3E2D1C-0B4A-4958-8776-A5B4C3D2E1F0",
    interfaces=(
        NetworkInterface(is_built_in=True, address=bytes.fromhex("a4830e112233")),
        NetworkInterface(is_built_in=False, address=bytes.fromhex("00e04c68015b")),  # a dock
        NetworkInterface(is_built_in=True, address=b""),
    ),
    processor_brand="Apple M1 Pro",
)


def statfs(source):
    """A struct statfs of 2168 bytes that names what is mounted."""
    data = bytearray(2168)
    data[72:76] = b"apfs"
    data[88:109] = b"/System/Volumes/Data\0"
    data[1112 : 1112 + len(source)] = source
    return bytes(data)


def test_reads_a_recorded_laptop():
    assert MacosProbe(lambda: APPLE_LAPTOP).read() == {
        "board_serial": "C02XK0AAJGH5",
        "system_uuid": "5B8A1E0C-7D2F-5C43-9E1A-0F2B3C4D5E6F",
        "root_disk_serial": "0ba0123456789abc",
        "mac_addresses": ["a4:83:0e:11:22:33"],
        "cpu_id": "Apple M1 Pro",
        "root_filesystem_uuid": "9F3E2D1C-0B4A-4958-8776-A5B4C3D2E1F0",
    }


def test_names_an_intel_processor_as_linux_does():
    readings = MacReadings(
        processor_vendor="GenuineIntel",
        processor_family=6,
        processor_model=158,
        processor_stepping=0,
        processor_brand="Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz",
    )
    assert components_from(readings) == {"cpu_id": "GenuineIntel/6/158/0"}
    assert components_from(readings._replace(processor_stepping=None)) == {"cpu_id": readings.processor_brand}


def test_what_no_call_answered_is_absent():
    assert components_from(MacReadings()) == {}


@pytest.mark.parametrize("lacks", [OSError, AttributeError])
def test_a_system_without_the_calls_has_no_components(lacks):
    def take_readings():
        raise lacks

    assert MacosProbe(take_readings).read() == {}


@pytest.mark.parametrize(
    ("source", "device"),
    [
        (b"/dev/disk3s5", "disk3s5"),
        (b"/dev/disk3s1s1\0junk", "disk3s1s1"),
        (b"map auto_home", ""),
        (b"//guest@server/share", ""),
        (b"", ""),
    ],
)
def test_finds_the_device_that_is_mounted(source, device):
    assert device_of_mount(statfs(source)) == device


def test_a_cut_structure_names_no_device():
    assert device_of_mount(b"") == ""
