import pytest

from mooring.client.domain.reports.hardware import report_hardware
from tests.support.certificates import a_profile

EVERYTHING_BUT_THE_BOARD = {
    "root_disk_serial": None,
    "mac_addresses": None,
    "cpu_id": None,
    "machine_id": None,
    "root_filesystem_uuid": None,
}


def test_every_component_is_told_whether_it_could_be_read_or_not():
    profile = a_profile(system_uuid=None, cpu_id=None)
    hashes = profile.components
    assert report_hardware(profile).to_document() == {
        "hardware": profile.to_wire(),
        "components": [
            {
                "name": "board_serial",
                "group": "platform",
                "weight": 40,
                "hash": hashes["board_serial"],
            },
            {"name": "system_uuid", "group": "platform", "weight": 40, "hash": None},
            {
                "name": "root_disk_serial",
                "group": "storage",
                "weight": 20,
                "hash": hashes["root_disk_serial"],
            },
            {
                "name": "mac_addresses",
                "group": "network",
                "weight": 15,
                "hash": list(hashes["mac_addresses"]),
            },
            {"name": "cpu_id", "group": "processor", "weight": 5, "hash": None},
            {
                "name": "machine_id",
                "group": "installation",
                "weight": 20,
                "hash": hashes["machine_id"],
            },
            {
                "name": "root_filesystem_uuid",
                "group": "installation",
                "weight": 20,
                "hash": hashes["root_filesystem_uuid"],
            },
        ],
        "weight": 95,
        "strength": "strong",
    }


@pytest.mark.parametrize(
    ("missing", "weight", "strength"),
    [
        ({}, 100, "strong"),
        (EVERYTHING_BUT_THE_BOARD, 40, "weak"),
        ({**EVERYTHING_BUT_THE_BOARD, "board_serial": None, "system_uuid": None}, 0, "unreadable"),
    ],
)
def test_the_strength_says_whether_the_computer_can_be_recognized(missing, weight, strength):
    report = report_hardware(a_profile(**missing))
    assert (report.weight, report.strength) == (weight, strength)
