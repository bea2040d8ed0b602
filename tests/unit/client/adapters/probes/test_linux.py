"""The Linux probe on recorded computers, and on the one that runs the test."""

import time
from pathlib import Path

import pytest

from mooring.client.adapters.probes.linux import LinuxProbe, processor
from mooring.client.adapters.probes.linux_disks import Mount, parse_mounts
from mooring.core.hardware.hashing import hash_components

RECORDINGS = Path(__file__).parent / "recordings"


def replay(recording, folder):
    """Lay out the files of a recording below ``folder``: ``=`` text, ``:`` bytes, ``->`` a link."""
    for line in (RECORDINGS / f"{recording}.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        path, kind, value = (*line.split(" ", 2), "")[:3]
        file = folder / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        if kind == "->":
            file.symlink_to(value)
            if path.startswith("/sys/"):  # a folder of which no file may have been recorded
                file.resolve().mkdir(parents=True, exist_ok=True)
        elif kind == ":":
            file.write_bytes(bytes.fromhex(value))
        else:
            file.write_bytes(value.encode().decode("unicode_escape").encode())
    return LinuxProbe(str(folder))


def test_reads_an_encrypted_laptop_through_its_layers(tmp_path):
    assert replay("linux_laptop_encrypted", tmp_path).read() == {
        "board_serial": "L1HF8CD00QP",
        "system_uuid": "4c4c4544-0058-4b10-8032-b7c04f513133",
        "root_disk_serial": "S4EWNX0R509137",
        "mac_addresses": ["f8:b1:56:2a:90:1c", "3c:f0:11:7b:6d:02"],  # not the docks', not Docker's
        "cpu_id": "GenuineIntel/6/158/10",
        "machine_id": "3d1219c7c4c5404aaa1f6d2a48adfda4",
        "root_filesystem_uuid": "0f6a2f2e-9c1b-4d7a-8c55-1f0c2f9be111",
    }


def test_reads_a_desktop_as_an_ordinary_user_without_udev(tmp_path):
    assert replay("linux_desktop_sata", tmp_path).read() == {
        "root_disk_serial": "2Q1D0X7CG4B",
        "cpu_id": "AuthenticAMD/25/33/0",
        "machine_id": "8d1f00c2b9264a53a1f3a0f0a1f1b0aa",
        "root_filesystem_uuid": "b5a2b9a1-0c1e-4f3b-9a53-b2f0b1d6c001",
    }  # its one adapter shows an address that somebody set


def test_reads_a_server_with_a_mirror_and_bonded_adapters(tmp_path):
    assert replay("linux_btrfs_raid", tmp_path).read() == {
        "root_disk_serial": "ZA40KQW7",  # of two disks always the same one
        "mac_addresses": ["3c:ec:ef:00:10:01", "3c:ec:ef:00:10:02"],
        "cpu_id": "POWER9 (architected), altivec supported",
        "machine_id": "2a6f5b0c1d7e4f90b1c2d3e4f5061728",
        "root_filesystem_uuid": "f7c2d1ae-52a1-4c5c-9c52-4a47bb6b2f10",
    }


def test_reads_a_board_without_bios_whose_root_is_made_from_an_image(tmp_path):
    assert replay("linux_arm_board", tmp_path).read() == {
        "board_serial": "10000000a3f2b7c1",
        "root_disk_serial": "0x7a3c1f09",
        "mac_addresses": ["dc:a6:32:4f:11:0e"],
        "cpu_id": "0x41/8/0x0/0xd08/3",
        "machine_id": "91c7e0fd3a0b4c55a7a6f0d1e2b3c4d5",
        "root_filesystem_uuid": "6a1e5a0c-77b8-4b0c-8d0e-3f6e0a1b2c3d",
    }


def test_a_default_virtual_machine_is_weak(tmp_path):
    raw = replay("linux_virtual_machine", tmp_path).read()
    assert raw == {
        "root_disk_serial": "overlayblk",
        "mac_addresses": ["02:fc:00:00:00:01"],
        "cpu_id": "AuthenticAMD/26/2/1",
        "machine_id": "3d1219c7c4c5404aaa1f6d2a48adfda4",
    }
    profile = hash_components(raw, b"salt")
    assert set(profile.components) == {"cpu_id", "machine_id"}
    assert profile.is_weak


def test_a_container_does_not_pass_for_its_host(tmp_path):
    assert replay("linux_container", tmp_path).read() == {"cpu_id": "GenuineIntel/6/85/7"}


def test_what_may_not_be_read_is_absent(tmp_path):
    probe = replay("linux_laptop_encrypted", tmp_path)
    everything = probe.read()
    for name in ("board_serial", "product_uuid"):
        # A folder in the file's place: reading it fails for root too, which runs this test in places.
        file = tmp_path / "sys/class/dmi/id" / name
        file.unlink()
        file.mkdir()
    seen = probe.read()
    assert set(everything) - set(seen) == {"board_serial", "system_uuid"}
    assert all(seen[name] == everything[name] for name in seen)


def test_a_system_that_tells_nothing_has_no_components(tmp_path):
    assert LinuxProbe(str(tmp_path)).read() == {}


def test_a_ring_of_devices_ends(tmp_path):
    block = tmp_path / "sys/class/block/dm-0"
    (block / "slaves/dm-0").mkdir(parents=True)
    (tmp_path / "sys/dev/block").mkdir(parents=True)
    (tmp_path / "sys/dev/block/253:0").symlink_to("../../class/block/dm-0")
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mountinfo").write_text("1 1 253:0 / / rw - ext4 /dev/dm-0 rw\n")
    assert LinuxProbe(str(tmp_path)).read() == {}


def test_of_two_mounts_on_one_point_the_later_is_seen():
    lines = "1 1 0:2 / / rw - rootfs rootfs rw\nnonsense\n\n27 1 8:2 / / rw shared:1 - xfs /dev/root rw\n"
    assert parse_mounts(lines) == [
        Mount("0:2", "/", "rootfs", "rootfs"),
        Mount("8:2", "/", "xfs", "/dev/root"),
    ]


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("uarch\t: sifive,u74-mc\n", "sifive,u74-mc"),
        ("vendor_id : GenuineIntel\n", "GenuineIntel///"),
        ("Hardware : BCM2835\n", ""),
        ("", ""),
    ],
)
def test_names_other_processors_as_far_as_they_tell(cpuinfo, expected):
    assert processor(cpuinfo) == expected


def test_reads_this_computer_fast_and_always_the_same():
    probe = LinuxProbe()
    first = probe.read()
    times = []
    for _ in range(5):
        start = time.thread_time()  # other programs may take their time: it is not the probe's
        assert probe.read() == first
        times.append(time.thread_time() - start)
    assert min(times) < 0.005
