"""The channels' rows, as the contract gives them."""

import pytest

from mooring.core.hardware.matching import Tolerance
from mooring.server.licensing.domain.channels import DEFAULTS, METHODS, Channel, Link, Terms

ROWS = [
    ("retail", 1, 0, 5, 365, 30, None, 0, "offered", "digital_license"),
    ("oem", 1, 0, 0, 365, 90, None, 0, "offered", "digital_license"),
    ("volume", 25, 5, None, 365, 30, None, 0, "no", "organization"),
    ("subscription", 3, 1, 12, 365, 14, 365, 7, "required", "subscription"),
    ("trial", 1, 0, 0, 365, 7, 30, 0, "offered", "trial"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_starts_each_channel_from_its_row(row):
    channel, seats, lease_seats, moves, window, offline, valid, grace, link, method = row
    terms = DEFAULTS[Channel(channel)]
    assert terms == Terms(
        channel=Channel(channel),
        seats=seats,
        lease_seats=lease_seats,
        lease_hours=24,
        moves=moves,
        move_window_days=window,
        offline_days=offline,
        valid_days=valid,
        payment_grace_days=grace,
        tolerance=Tolerance.STANDARD,
        link=Link(link),
    )
    assert terms.method == method


def test_has_a_row_and_a_method_for_every_channel():
    assert set(DEFAULTS) == set(METHODS) == set(Channel)
