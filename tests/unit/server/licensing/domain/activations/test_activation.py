"""An activation and its installations: who holds a place, who may take it back, who makes room."""

from datetime import timedelta

import pytest

from mooring.core.refusals import DeviceUnknown, NoDigitalLicense
from mooring.server.licensing.domain.activations.activation import (
    Kind,
    Line,
    ReleaseReason,
    room_for_one_more,
)
from tests.support.licenses import AT, DAY, HOUR, a_device, a_license, an_activation, an_installation

SECOND = timedelta(seconds=1)


@pytest.fixture
def seat():
    return an_activation(a_license(), a_device())


def test_a_seat_is_held_until_it_is_released(seat):
    assert seat.is_live(at=AT + 9999 * DAY)
    assert not seat.released(ReleaseReason.FREED, takings=1, at=AT).is_live(at=AT)


def test_a_lease_ends_by_itself():
    lease = an_activation(a_license(), a_device(), kind=Kind.LEASE, ends_at=AT + HOUR)
    assert lease.is_live(at=AT + HOUR - SECOND)
    assert not lease.is_live(at=AT + HOUR)


def test_releasing_says_why_and_when(seat):
    released = seat.released(ReleaseReason.MOVED, takings=4, at=AT + HOUR)
    assert (released.release_reason, released.released_at) == ("moved", AT + HOUR)
    assert released.takings_at_release == 4


def test_returning_forgets_the_release(seat):
    returned = seat.released(ReleaseReason.DEACTIVATED, takings=4, at=AT).returned(method="trial", taking=5)
    assert returned == an_activation(
        a_license(id=seat.license_id), a_device(id=seat.device_id), id=seat.id, method="trial", taking=5
    )


def test_a_deactivation_is_undone_within_24_hours(seat):
    released = seat.released(ReleaseReason.DEACTIVATED, takings=3, at=AT)
    assert released.may_be_undone(takings=3, at=AT)
    assert released.may_be_undone(takings=3, at=AT + 24 * HOUR - SECOND)
    assert not released.may_be_undone(takings=3, at=AT + 24 * HOUR)


def test_nothing_is_undone_once_another_took_a_seat(seat):
    assert not seat.released(ReleaseReason.DEACTIVATED, takings=3, at=AT).may_be_undone(takings=4, at=AT)


@pytest.mark.parametrize("reason", [each for each in ReleaseReason if each != ReleaseReason.DEACTIVATED])
def test_only_a_deactivation_is_undone(seat, reason):
    assert not seat.released(reason, takings=3, at=AT).may_be_undone(takings=3, at=AT)


def test_what_was_not_released_is_not_undone(seat):
    assert not seat.may_be_undone(takings=1, at=AT)


def test_a_lease_is_not_undone():
    lease = an_activation(a_license(), a_device(), kind=Kind.LEASE, ends_at=AT + DAY)
    released = lease.released(ReleaseReason.DEACTIVATED, takings=0, at=AT)
    assert not released.may_be_undone(takings=0, at=AT)


def test_a_key_that_was_typed_here_vouches_for_24_hours(seat):
    installation = an_installation(seat, key_typed_at=AT)
    assert installation.vouches_for_key(at=AT)
    assert installation.vouches_for_key(at=AT + 24 * HOUR - SECOND)
    assert not installation.vouches_for_key(at=AT + 24 * HOUR)


def test_where_the_key_was_never_typed_nothing_vouches_for_it(seat):
    assert not an_installation(seat, key_typed_at=None).vouches_for_key(at=AT)


# Lines


@pytest.mark.parametrize(
    ("activation_changes", "installation_changes", "held"),
    [({}, {}, True), ({"released_at": AT}, {}, False), ({}, {"removed_at": AT}, False)],
)
def test_a_line_is_held_where_installation_and_activation_are(activation_changes, installation_changes, held):
    license_, device = a_license(), a_device()
    activation = an_activation(license_, device, **activation_changes)
    line = Line(an_installation(activation, **installation_changes), activation, license_, device)
    if held:
        line.check_held(at=AT)
    else:
        with pytest.raises(DeviceUnknown):
            line.check_held(at=AT)


def test_a_line_of_a_lease_is_held_until_the_lease_ends():
    license_, device = a_license(), a_device()
    lease = an_activation(license_, device, kind=Kind.LEASE, ends_at=AT + HOUR)
    line = Line(an_installation(lease), lease, license_, device)
    line.check_held(at=AT + HOUR - SECOND)
    with pytest.raises(DeviceUnknown):
        line.check_held(at=AT + HOUR)


# Room for installations


def installations(seat, *ends, issued=None):
    issued = issued or range(len(ends))
    return [
        an_installation(
            seat, jkt=f"key-{number}", certificate_ends_at=AT + end * DAY, certificate_issued_at=AT + at * DAY
        )
        for number, (end, at) in enumerate(zip(ends, issued, strict=True))
    ]


@pytest.mark.parametrize("key_typed", [True, False])
def test_there_is_room_for_three(seat, key_typed):
    two = installations(seat, 1, 2)
    removed = [an_installation(seat, removed_at=AT), an_installation(seat, removed_at=AT)]
    assert room_for_one_more(two + removed, by_owner=key_typed, at=AT) is None


@pytest.mark.parametrize("key_typed", [True, False])
def test_one_whose_certificate_ended_goes_first(seat, key_typed):
    three = installations(seat, 9, 5, 9)
    assert room_for_one_more(three, by_owner=key_typed, at=AT + 5 * DAY) is three[1]


def test_of_several_ended_ones_the_longest_unseen_goes(seat):
    three = installations(seat, 4, 5, 9, issued=(3, 2, 1))
    assert room_for_one_more(three, by_owner=False, at=AT + 5 * DAY) is three[1]


def test_a_live_one_goes_only_for_who_typed_the_key(seat):
    three = installations(seat, 9, 5, 9, issued=(3, 2, 1))
    with pytest.raises(NoDigitalLicense):
        room_for_one_more(three, by_owner=False, at=AT + 5 * DAY - SECOND)
    assert room_for_one_more(three, by_owner=True, at=AT + 5 * DAY - SECOND) is three[2]


def test_whoever_came_first_goes_among_equals(seat):
    three = installations(seat, 9, 9, 9, issued=(1, 1, 1))
    assert room_for_one_more(three, by_owner=True, at=AT) is min(three, key=lambda each: each.id)
