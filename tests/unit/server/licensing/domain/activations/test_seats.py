"""Seats and moves, decided from numbers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.certificate.model import MoveAllowance
from mooring.core.refusals import MoveLimitReached, MoveNotAllowed, SeatLimitReached
from mooring.server.licensing.domain.activations.seats import (
    can_holder_move,
    can_move,
    check_lease,
    move_window_start,
    moves_matter,
    seat_released,
    seat_restored,
    take_seat,
)
from mooring.server.licensing.domain.holder import Holder
from tests.support.holders import an_account
from tests.support.licenses import AT, DAY, HOUR, a_license, a_policy


def taken(license_, times=1, moves=()):
    for _ in range(times):
        license_ = take_seat(license_, moves, returning=False).license
    return license_


def test_each_seat_is_taken_first_without_a_move():
    license_ = a_license(3)
    for held in (1, 2, 3):
        license_, is_move = take_seat(license_, (), returning=False)
        assert not is_move
        assert (license_.held, license_.takings, license_.moved) == (held, held, 0)
    with pytest.raises(SeatLimitReached) as refused:
        take_seat(license_, (), returning=False)
    assert refused.value.seats == 3


def test_a_seat_taken_again_is_a_move():
    license_, is_move = take_seat(seat_released(taken(a_license(2), 2)), (), returning=False)
    assert is_move
    assert (license_.held, license_.takings, license_.moved) == (2, 3, 1)


def test_a_seat_added_later_has_a_first_taking_of_its_own():
    license_ = taken(seat_released(taken(a_license())))
    assert license_.moved == 1
    grown = a_license(held=1, takings=2, moved=1, seats_sold=2)
    license_, is_move = take_seat(grown, (), returning=False)
    assert not is_move
    assert (license_.held, license_.takings, license_.moved) == (2, 3, 1)


def test_a_returning_computer_moves_like_any_other_where_moves_are_counted():
    gone = seat_released(taken(a_license()))
    assert take_seat(gone, (), returning=True).is_move


def test_a_tied_license_knows_its_first_devices_only():
    gone = seat_released(taken(a_license(channel="oem")))
    with pytest.raises(MoveNotAllowed):
        take_seat(gone, (), returning=False)
    license_, is_move = take_seat(gone, (), returning=True)
    assert not is_move
    assert (license_.held, license_.takings, license_.moved) == (1, 1, 0)


def test_a_full_tied_license_takes_nobody_back():
    with pytest.raises(SeatLimitReached):
        take_seat(taken(a_license(channel="oem")), (), returning=True)


def test_the_move_limit_holds_within_its_window():
    gone = a_license(policy=a_policy(moves=2), held=0, takings=3, moved=2)
    with pytest.raises(MoveLimitReached) as refused:
        take_seat(gone, (AT, AT + DAY), returning=False)
    assert refused.value.next_at == AT + 365 * DAY
    assert take_seat(gone, (AT + DAY,), returning=False).is_move


def test_the_first_taking_of_a_seat_never_waits_for_a_move():
    moved_out = a_license(2, policy=a_policy(moves=1, seats=2), held=1, takings=2, moved=1)
    license_, is_move = take_seat(moved_out, (AT,), returning=False)
    assert not is_move
    assert license_.held == 2


@pytest.mark.parametrize(
    ("moves_allowed", "made", "expected"),
    [
        (None, 9, MoveAllowance(allowed=True, left=None, next_at=None)),
        (0, 0, MoveAllowance(allowed=False, left=0, next_at=None)),
        (3, 0, MoveAllowance(allowed=True, left=3, next_at=None)),
        (3, 2, MoveAllowance(allowed=True, left=1, next_at=None)),
        (3, 3, MoveAllowance(allowed=False, left=0, next_at=AT + 30 * DAY)),
        (3, 5, MoveAllowance(allowed=False, left=0, next_at=AT + 32 * DAY)),  # the limit was lowered since
    ],
)
def test_tells_how_often_it_can_move_and_when_again(moves_allowed, made, expected):
    license_ = a_license(policy=a_policy(moves=moves_allowed, move_window_days=30))
    assert can_move(license_, [AT + day * DAY for day in range(made)]) == expected


LINKED = Holder.provisionally(an_account(), device_id=None, at=AT)
UNTIL = LINKED.provisional_until
MAY = MoveAllowance(allowed=True, left=5, next_at=None)


@pytest.mark.parametrize(
    ("holder", "at", "expected"),
    [
        (None, AT, MAY),
        (Holder.at_once(an_account(), device_id=None, at=AT), AT, MAY),
        (LINKED, AT, MAY._replace(allowed=False, next_at=UNTIL)),
        (LINKED, UNTIL - HOUR, MAY._replace(allowed=False, next_at=UNTIL)),
        (LINKED, UNTIL, MAY),
    ],
)
def test_a_license_moves_only_once_its_holder_is_confirmed(holder, at, expected):
    assert can_holder_move(a_license(held=1, takings=1, holder=holder), (), at=at) == expected


@pytest.mark.parametrize(("days", "later"), [(1, UNTIL), (300, AT + 301 * DAY)])
def test_a_holder_on_trial_who_moved_too_often_waits_for_the_later_of_both(days, later):
    policy = a_policy(moves=1, move_window_days=days)
    license_ = a_license(policy=policy, held=1, takings=2, moved=1, holder=LINKED)
    assert can_holder_move(license_, (AT + DAY,), at=AT + DAY) == MoveAllowance(
        allowed=False, left=0, next_at=later
    )


def test_no_holder_waits_for_what_never_moves():
    license_ = a_license(channel="oem", held=1, takings=1, holder=LINKED)
    assert can_holder_move(license_, (), at=AT) == MoveAllowance(allowed=False, left=0, next_at=None)


def test_a_seat_never_taken_can_be_taken_whatever_the_moves():
    license_ = a_license(policy=a_policy(moves=1, seats=2), held=1, takings=2, moved=1)
    assert can_holder_move(license_, (AT,), at=AT) == MoveAllowance(allowed=True, left=0, next_at=None)
    used_up = a_license(policy=a_policy(moves=1, seats=2), held=1, takings=3, moved=1)
    assert not can_holder_move(used_up, (AT,), at=AT).allowed


@pytest.mark.parametrize(
    ("moves_allowed", "moved", "matter"),
    [(5, 1, True), (5, 0, False), (None, 1, False), (0, 1, False)],
)
def test_moves_are_looked_up_only_where_they_decide_something(moves_allowed, moved, matter):
    assert moves_matter(a_license(policy=a_policy(moves=moves_allowed), moved=moved)) is matter


def test_moves_count_as_far_back_as_the_window_reaches():
    license_ = a_license(policy=a_policy(move_window_days=30))
    assert move_window_start(license_, at=AT) == AT - 30 * DAY


def test_a_restored_seat_counts_as_nothing_but_is_a_seat():
    gone = seat_released(taken(a_license()))
    license_ = seat_restored(gone)
    assert (license_.held, license_.takings, license_.moved) == (1, 1, 0)
    with pytest.raises(SeatLimitReached) as refused:
        seat_restored(license_)
    assert refused.value.seats == 1


def test_leases_have_their_own_limit():
    license_ = a_license(1, channel="volume", held=1)
    check_lease(license_, 4)
    with pytest.raises(SeatLimitReached) as refused:
        check_lease(license_, 5)
    assert (refused.value.seats, refused.value.members["leases"]) == (5, 5)


@given(st.integers(1, 5), st.lists(st.sampled_from(["take", "release"]), max_size=60))
def test_never_more_seats_are_held_than_there_are(seats, steps):
    license_ = a_license(seats, channel="volume")
    held = 0
    for step in steps:
        if step == "release" and held:
            license_, held = seat_released(license_), held - 1
        elif step == "take" and held < seats:
            license_, held = taken(license_), held + 1
        elif step == "take":
            with pytest.raises(SeatLimitReached):
                taken(license_)
        assert license_.held == held <= seats
        assert license_.takings - license_.moved <= seats
