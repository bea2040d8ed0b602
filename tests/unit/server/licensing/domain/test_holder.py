"""Holders: confirmed at once, after 14 days, or by what is shown; and what they may know until then."""

from datetime import timedelta

from mooring.server.licensing.domain.holder import AccountRef, Holder
from tests.support.licenses import AT, DAY

SECOND = timedelta(seconds=1)
MIA = AccountRef("acc_mia", "m•••@o•••.example", "local")


def test_a_holder_at_once_is_confirmed_from_the_start():
    holder = Holder.at_once(MIA, device_id="dev_1", at=AT)
    assert holder == Holder(MIA, AT, AT, None, "dev_1")
    assert holder.is_confirmed(at=AT)
    assert holder.open_until(at=AT) is None
    assert holder.may_see("dev_2", at=AT)


def test_a_holder_on_trial_is_confirmed_after_14_days_to_the_second():
    holder = Holder.provisionally(MIA, device_id="dev_1", at=AT)
    end = AT + 14 * DAY
    assert holder == Holder(MIA, AT, None, end, "dev_1")
    assert (holder.is_confirmed(at=end - SECOND), holder.is_confirmed(at=end)) == (False, True)
    assert (holder.open_until(at=end - SECOND), holder.open_until(at=end)) == (end, None)


def test_a_holder_on_trial_only_knows_its_own_device():
    holder = Holder.provisionally(MIA, device_id="dev_1", at=AT)
    assert holder.may_see("dev_1", at=AT)
    assert not holder.may_see("dev_2", at=AT)
    assert holder.may_see("dev_2", at=AT + 14 * DAY)
    assert not Holder.provisionally(MIA, device_id=None, at=AT).may_see("dev_1", at=AT)


def test_confirming_keeps_since_when_and_where():
    holder = Holder.provisionally(MIA, device_id="dev_1", at=AT).confirmed(at=AT + DAY)
    assert holder == Holder(MIA, AT, AT + DAY, None, "dev_1")
    assert holder.is_confirmed(at=AT + DAY)
