"""Whose a license is that was sold to an address, and how long a link is good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.refusals import (
    AlreadyLinked,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    LinkNotAllowed,
)
from mooring.server.licensing.domain.holder import Holder
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.new_holders.addressee import Addressee
from mooring.server.licensing.domain.new_holders.purchase import ClaimLink, claimed
from tests.support.holders import an_account
from tests.support.licenses import AT, DAY, a_license

SECOND = timedelta(seconds=1)
MIA, TOM = an_account("mia"), an_account("tom")
TO = Addressee("mia@outlook.example", "mia@outlook.example", "m•••@o•••.example")


def test_who_proves_the_address_holds_for_good_what_nobody_uses():
    license_ = a_license()
    after = claimed(license_, MIA, in_use=False, at=AT)
    assert after == replace(license_, holder=Holder.at_once(MIA, device_id=None, at=AT))


def test_what_somebody_uses_is_held_for_now():
    after = claimed(a_license(), MIA, in_use=True, at=AT)
    assert after.holder == Holder.provisionally(MIA, device_id=None, at=AT)


def test_a_confirmed_holder_stays():
    license_ = a_license(holder=Holder.at_once(TOM, device_id=None, at=AT))
    with pytest.raises(AlreadyLinked):
        claimed(license_, MIA, in_use=False, at=AT)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"standing": Standing.SUSPENDED}, LicenseSuspended),
        ({"standing": Standing.REVOKED}, LicenseRevoked),
        ({"expires_at": AT}, LicenseExpired),
        ({"channel": "volume"}, LinkNotAllowed),
    ],
)
def test_what_cannot_be_used_or_linked_is_not_claimed(changes, refusal):
    with pytest.raises(refusal):
        claimed(a_license(**changes), MIA, in_use=False, at=AT)


def test_a_link_is_open_until_it_is_used_or_ends():
    link = ClaimLink(to=TO, created_at=AT, ends_at=AT + DAY)
    assert link.is_open(at=AT + DAY - SECOND)
    assert not link.is_open(at=AT + DAY)
    assert not replace(link, used_at=AT).is_open(at=AT)
