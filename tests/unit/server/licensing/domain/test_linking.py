"""Linking: what is shown decides who holds a license, and what its key still opens."""

import pytest

from mooring.core.refusals import (
    AlreadyLinked,
    HolderProvisional,
    LinkNotAllowed,
    NotFound,
    NotLicenseHolder,
    SignInRequired,
)
from mooring.server.licensing.domain.holder import AccountRef, Holder
from mooring.server.licensing.domain.linking import (
    Shown,
    check_holds,
    check_key_opens,
    check_may_move,
    is_holder,
    is_owner,
    linked,
    settled_by_key,
    unlinked_by,
)
from tests.support.licenses import AT, DAY, a_license

MIA = AccountRef("acc_mia", "m•••@o•••.example", "local")
TOM = AccountRef("acc_tom", "t•••@o•••.example", "local")

KEY_AND_DEVICE = Shown(key=True, device_id="dev_1")
DEVICE = Shown(key=False, device_id="dev_1")
KEY = Shown(key=True, device_id=None)
KEY_OF_UNUSED = Shown(key=True, device_id=None, in_use=False)

CONFIRMED = Holder.at_once(MIA, device_id="dev_1", at=AT)
BY_DEVICE = Holder.provisionally(MIA, device_id="dev_1", at=AT)
BY_KEY = Holder.provisionally(MIA, device_id=None, at=AT)
LATER = AT + DAY
AFTER_TRIAL = AT + 14 * DAY


def held_by(holder, **terms):
    return a_license(holder=holder, **terms)


@pytest.mark.parametrize(
    ("shown", "holder"),
    [
        (KEY_AND_DEVICE, Holder.at_once(MIA, device_id="dev_1", at=AT)),
        (KEY_OF_UNUSED, Holder.at_once(MIA, device_id=None, at=AT)),
        (DEVICE, BY_DEVICE),
        (KEY, BY_KEY),
        (Shown(key=False, device_id="dev_1", in_use=False), BY_DEVICE),
    ],
)
def test_what_is_shown_decides(shown, holder):
    assert linked(a_license(), MIA, shown, at=AT).holder == holder


@pytest.mark.parametrize("shown", [KEY_AND_DEVICE, KEY_OF_UNUSED, DEVICE, KEY])
def test_nothing_takes_the_place_of_a_confirmed_holder(shown):
    for holder, at in ((CONFIRMED, AT), (BY_DEVICE, AFTER_TRIAL)):
        with pytest.raises(AlreadyLinked) as refused:
            linked(held_by(holder), TOM, shown, at=at)
        assert refused.value.holder == MIA.masked


@pytest.mark.parametrize("holder", [BY_DEVICE, BY_KEY])
def test_only_enough_takes_the_place_of_a_holder_on_trial(holder):
    for shown in (DEVICE, KEY):
        with pytest.raises(AlreadyLinked):
            linked(held_by(holder), TOM, shown, at=LATER)
    for shown in (KEY_AND_DEVICE, KEY_OF_UNUSED):
        assert linked(held_by(holder), TOM, shown, at=LATER).holder.account == TOM


@pytest.mark.parametrize(
    ("holder", "shown", "confirms"),
    [
        (BY_DEVICE, DEVICE, False),
        (BY_DEVICE, KEY, True),
        (BY_DEVICE, KEY_AND_DEVICE, True),
        (BY_KEY, KEY, False),
        (BY_KEY, DEVICE, True),
        (BY_KEY, KEY_OF_UNUSED, True),
    ],
)
def test_the_same_account_is_confirmed_by_what_was_missing(holder, shown, confirms):
    after = linked(held_by(holder), MIA, shown, at=LATER).holder
    assert after == (holder.confirmed(at=LATER) if confirms else holder)


def test_a_confirmed_holder_who_links_again_stays_what_it_is():
    license_ = held_by(CONFIRMED)
    assert linked(license_, MIA, KEY_AND_DEVICE, at=LATER) is license_


def test_the_organizations_license_is_linked_to_nobody():
    with pytest.raises(LinkNotAllowed):
        linked(a_license(channel="volume"), MIA, KEY_AND_DEVICE, at=AT)


@pytest.mark.parametrize(
    ("holder", "account", "on_device", "refusal"),
    [
        (None, None, False, None),
        (CONFIRMED, MIA, False, None),
        (CONFIRMED, None, True, SignInRequired),
        (CONFIRMED, TOM, True, NotLicenseHolder),
        (BY_DEVICE, MIA, False, None),
        (BY_DEVICE, None, True, None),
        (BY_DEVICE, TOM, True, None),
        (BY_DEVICE, None, False, SignInRequired),
        (BY_DEVICE, TOM, False, NotLicenseHolder),
    ],
)
def test_the_holder_unlinks_and_on_trial_whoever_sits_at_the_device(holder, account, on_device, refusal):
    license_ = held_by(holder)
    if refusal is None:
        assert unlinked_by(license_, account, on_device=on_device, at=LATER).holder is None
        return
    with pytest.raises(refusal) as refused:
        unlinked_by(license_, account, on_device=on_device, at=LATER)
    if refusal is NotLicenseHolder:
        assert refused.value.holder == MIA.masked


def test_once_the_trial_is_over_nobody_at_the_device_may_refuse():
    with pytest.raises(SignInRequired):
        unlinked_by(held_by(BY_DEVICE), None, on_device=True, at=AFTER_TRIAL)


@pytest.mark.parametrize(
    ("holder", "account", "key_typed", "owner"),
    [
        (None, None, True, True),
        (None, MIA, False, False),
        (CONFIRMED, MIA, False, True),
        (CONFIRMED, None, True, False),
        (CONFIRMED, TOM, True, False),
        (BY_DEVICE, MIA, False, False),
        (BY_DEVICE, None, True, True),
    ],
)
def test_the_owner_is_the_confirmed_holder_or_before_whoever_types_the_key(holder, account, key_typed, owner):
    assert is_owner(held_by(holder), account, key_typed=key_typed, at=LATER) is owner


@pytest.mark.parametrize(
    ("holder", "channel", "account", "refusal"),
    [
        (None, "retail", None, None),
        (None, "subscription", None, SignInRequired),
        (None, "subscription", TOM, None),
        (CONFIRMED, "retail", None, SignInRequired),
        (CONFIRMED, "retail", TOM, NotLicenseHolder),
        (CONFIRMED, "retail", MIA, None),
        (BY_DEVICE, "retail", None, None),
        (BY_DEVICE, "retail", TOM, None),
        (BY_DEVICE, "subscription", TOM, None),
        (BY_DEVICE, "subscription", None, SignInRequired),
    ],
)
def test_the_key_opens_something_new_only_for_a_confirmed_holder(holder, channel, account, refusal):
    license_ = held_by(holder, channel=channel)
    if refusal is None:
        check_key_opens(license_, account, at=LATER)
        return
    with pytest.raises(refusal):
        check_key_opens(license_, account, at=LATER)


FOR_GOOD = Holder.at_once(TOM, device_id="dev_2", at=LATER)
ON_TRIAL = Holder.provisionally(TOM, device_id="dev_2", at=LATER)


@pytest.mark.parametrize(
    ("holder", "channel", "account", "opened", "after"),
    [
        (None, "retail", None, True, None),
        (None, "retail", TOM, True, None),
        (None, "subscription", TOM, True, FOR_GOOD),
        (None, "subscription", TOM, False, ON_TRIAL),
        (CONFIRMED, "retail", TOM, True, CONFIRMED),
        (CONFIRMED, "subscription", TOM, True, CONFIRMED),
        (CONFIRMED, "retail", MIA, True, CONFIRMED),
        (BY_DEVICE, "retail", None, True, None),
        (BY_DEVICE, "retail", TOM, True, None),
        (BY_DEVICE, "subscription", TOM, True, FOR_GOOD),
        (BY_DEVICE, "subscription", TOM, False, ON_TRIAL),
        (BY_KEY, "retail", None, False, None),
        (BY_KEY, "retail", TOM, False, None),
        (BY_KEY, "retail", MIA, False, BY_KEY.confirmed(at=LATER)),
        (BY_KEY, "subscription", MIA, False, BY_KEY.confirmed(at=LATER)),
    ],
)
def test_typing_the_key_settles_whose_the_license_is(holder, channel, account, opened, after):
    license_ = held_by(holder, channel=channel)
    settled = settled_by_key(license_, account, device_id="dev_2", opened=opened, at=LATER)
    assert settled.license.holder == after


@pytest.mark.parametrize("opened", [True, False])
@pytest.mark.parametrize(("channel", "after"), [("retail", None), ("subscription", BY_DEVICE)])
def test_the_key_confirms_nobody_who_only_is_signed_in_where_it_is_typed(channel, after, opened):
    license_ = held_by(BY_DEVICE, channel=channel)
    settled = settled_by_key(license_, MIA, device_id="dev_1", opened=opened, at=LATER)
    assert (settled.license.holder, settled.key_vouches) == (after, False)


@pytest.mark.parametrize(
    ("holder", "account", "vouches"),
    [
        (None, None, True),
        (None, TOM, True),
        (CONFIRMED, MIA, True),
        (BY_KEY, MIA, True),
        (BY_KEY, TOM, False),
        (BY_DEVICE, None, False),
        (BY_DEVICE, TOM, False),
    ],
)
def test_a_key_that_ended_a_claim_vouches_for_nobody_who_links_next(holder, account, vouches):
    settled = settled_by_key(held_by(holder), account, device_id="dev_2", opened=True, at=LATER)
    assert settled.key_vouches is vouches


def test_a_trial_that_is_over_is_settled_already():
    license_ = held_by(BY_DEVICE)
    settled = settled_by_key(license_, None, device_id="dev_2", opened=True, at=AFTER_TRIAL)
    assert settled == (license_, True)


def test_only_the_confirmed_holder_may_move():
    check_may_move(held_by(CONFIRMED), MIA, at=AT)
    check_may_move(held_by(BY_DEVICE), MIA, at=AFTER_TRIAL)
    with pytest.raises(HolderProvisional) as refused:
        check_may_move(held_by(BY_DEVICE), MIA, at=LATER)
    assert refused.value.until == AFTER_TRIAL
    for holder in (None, CONFIRMED):
        with pytest.raises(NotFound):
            check_may_move(held_by(holder), TOM, at=AT)


def test_tells_who_holds_it():
    assert check_holds(held_by(BY_KEY), MIA) is BY_KEY
    assert is_holder(held_by(BY_KEY), MIA)
    assert not is_holder(held_by(BY_KEY), TOM)
    assert not is_holder(held_by(BY_KEY), None)
    assert not is_holder(held_by(None), MIA)
