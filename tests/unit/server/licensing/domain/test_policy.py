"""Terms: what an operator may change, and how far."""

import pytest

from mooring.core.hardware.matching import Tolerance
from mooring.server.licensing.domain.channels import DEFAULTS, Channel
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.domain.policy import LONGEST_OFFLINE_DAYS, terms_for
from mooring.server.licensing.domain.signing import OUTLIVES_SIGNING_BY

BOUNDS = [
    ("seats", 1, 1_000_000),
    ("lease_seats", 0, 1_000_000),
    ("lease_hours", 1, 720),
    ("moves", 0, 1_000_000),
    ("move_window_days", 1, 3650),
    ("offline_days", 1, 400),
    ("valid_days", 1, 36_500),
    ("payment_grace_days", 0, 365),
]


def test_takes_what_is_not_given_from_the_channel():
    assert terms_for("oem", {}) is not None
    assert terms_for("oem", {}) == DEFAULTS[Channel.OEM]


def test_puts_changes_over_the_channels_terms():
    terms = terms_for("retail", {"seats": 3, "moves": None, "valid_days": 10, "tolerance": "strict"})
    assert (terms.seats, terms.moves, terms.valid_days) == (3, None, 10)
    assert terms.tolerance is Tolerance.STRICT
    assert terms.offline_days == 30


@pytest.mark.parametrize(("name", "lowest", "highest"), BOUNDS)
def test_takes_a_value_up_to_its_bounds_and_no_further(name, lowest, highest):
    for value in (lowest, highest):
        assert getattr(terms_for("retail", {name: value}), name) == value
    for value in (lowest - 1, highest + 1, "3"):
        with pytest.raises(ValueRefused) as refused:
            terms_for("retail", {name: value})
        assert refused.value.detail == f"{value} cannot be used for {name.replace('_', ' ')}."
        assert refused.value.next_step == f"Give a whole number from {lowest} to {highest}."


@pytest.mark.parametrize("name", [name for name, _, _ in BOUNDS if name not in {"moves", "valid_days"}])
def test_only_moves_and_the_term_may_be_without_limit(name):
    with pytest.raises(ValueRefused):
        terms_for("retail", {name: None})


def test_names_the_channels_when_one_is_unknown():
    with pytest.raises(ValueRefused) as refused:
        terms_for("wholesale", {})
    assert refused.value.detail == "“wholesale” is not a channel."
    assert refused.value.next_step == "Choose one of: retail, oem, volume, subscription, trial."


def test_names_the_tolerances_when_one_is_unknown():
    with pytest.raises(ValueRefused) as refused:
        terms_for("retail", {"tolerance": "loose"})
    assert refused.value.detail == "“loose” is not a tolerance."
    assert refused.value.next_step == "Choose one of: strict, standard, lenient."


def test_never_lets_a_certificate_outlive_the_statement_of_its_key():
    assert OUTLIVES_SIGNING_BY.days >= LONGEST_OFFLINE_DAYS
