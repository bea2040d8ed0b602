"""When a license may be offered, when an offer stands, and whose the license is then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.identifiers import is_identifier
from mooring.core.refusals import (
    HolderProvisional,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    LinkNotAllowed,
    MoveNotAllowed,
    NotFound,
)
from mooring.server.licensing.domain.holder import Holder
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.new_holders.addressee import Addressee
from mooring.server.licensing.domain.new_holders.handover import Outcome, handed_over, offer
from tests.support.holders import an_account
from tests.support.licenses import AT, DAY, a_license, a_policy

SECOND = timedelta(seconds=1)
MIA, TOM = an_account("mia"), an_account("tom")
TO = Addressee("tom@post.example", "tom@post.example", "t•••@p•••.example")


def held(**changes):
    return a_license(**{"holder": Holder.at_once(MIA, device_id=None, at=AT)} | changes)


def an_offer(license_, *, at=AT):
    return offer(license_, MIA, "mia@outlook.example", TO, language="de", at=at)


def test_an_offer_says_who_gives_what_to_whom_for_seven_days():
    license_ = held()
    made = an_offer(license_, at=AT + DAY)
    assert is_identifier(made.id, "hnd")
    assert (made.license_id, made.giver, made.giver_shown) == (license_.id, MIA.id, "mia@outlook.example")
    assert (made.to, made.language) == (TO, "de")
    assert (made.offered_at, made.ends_at) == (AT + DAY, AT + 8 * DAY)
    assert (made.ended_at, made.outcome, made.receiver) == (None, None, None)
    assert "mia@outlook" not in repr(made)
    assert "tom@post" not in repr(made)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"holder": None}, NotFound),
        ({"holder": Holder.at_once(TOM, device_id=None, at=AT)}, NotFound),
        ({"holder": Holder.provisionally(MIA, device_id=None, at=AT)}, HolderProvisional),
        ({"standing": Standing.SUSPENDED}, LicenseSuspended),
        ({"standing": Standing.REVOKED}, LicenseRevoked),
        ({"expires_at": AT}, LicenseExpired),
        ({"channel": "volume"}, LinkNotAllowed),
        ({"channel": "oem"}, MoveNotAllowed),
        ({"channel": "trial"}, MoveNotAllowed),
    ],
)
def test_only_its_confirmed_holder_offers_what_may_change_hands(changes, refusal):
    with pytest.raises(refusal):
        an_offer(held(**changes))


@pytest.mark.parametrize("changes", [{"channel": "subscription"}, {"policy": a_policy(moves=None)}, {}])
def test_what_may_move_and_be_linked_is_offered(changes):
    an_offer(held(expires_at=AT + SECOND, **changes))


def test_it_stands_for_seven_days():
    license_ = held()
    made = an_offer(license_)
    assert made.stands(license_, at=AT + 7 * DAY - SECOND)
    assert not made.stands(license_, at=AT + 7 * DAY)
    assert not made.ended(Outcome.UNDONE, at=AT).stands(license_, at=AT)


@pytest.mark.parametrize(
    "holder",
    [
        None,
        Holder.at_once(TOM, device_id=None, at=AT),
        Holder.at_once(MIA, device_id=None, at=AT + SECOND),
        Holder.provisionally(MIA, device_id=None, at=AT),
    ],
)
def test_it_falls_with_its_givers_hold_on_the_license(holder):
    license_ = held()
    made, after = an_offer(license_), replace(license_, holder=holder)
    assert not made.stands(after, at=AT)
    with pytest.raises(NotFound):
        handed_over(after, made, TOM, at=AT)


def test_the_receiver_is_holder_for_good_and_the_key_ends_and_nothing_else_changes():
    license_ = held(takings=3, moved=2, held=1, expires_at=AT + 9 * DAY)
    after = handed_over(license_, an_offer(license_), TOM, at=AT + DAY)
    holder = Holder.at_once(TOM, device_id=None, at=AT + DAY)
    assert after == replace(license_, holder=holder, last_five=None)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"standing": Standing.SUSPENDED}, LicenseSuspended),
        ({"standing": Standing.REVOKED}, LicenseRevoked),
        ({"expires_at": AT + DAY}, LicenseExpired),
        ({"offer": held(channel="oem").offer}, MoveNotAllowed),
        ({"offer": held(channel="volume").offer}, LinkNotAllowed),
    ],
)
def test_what_it_is_by_then_counts(changes, refusal):
    license_ = held()
    with pytest.raises(refusal):
        handed_over(replace(license_, **changes), an_offer(license_), TOM, at=AT + DAY)


def test_an_end_says_what_when_and_who():
    made = an_offer(held())
    ended = made.ended(Outcome.ACCEPTED, at=AT + DAY, receiver=TOM.id)
    assert (ended.outcome, ended.ended_at, ended.receiver) == (Outcome.ACCEPTED, AT + DAY, TOM.id)
    assert replace(ended, outcome=None, ended_at=None, receiver=None) == made
    assert made.ended(Outcome.DECLINED, at=AT).receiver is None
