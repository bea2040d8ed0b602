"""Epochs: how new signing keys take the place of old ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.licensing.domain.signing import SigningKeyRecord, next_epoch, rotation_is_due
from tests.support.catalogs import AT

SECOND = timedelta(seconds=1)
YEAR = timedelta(days=365)


def a_key(use="certificate", *, epoch=1, min_epoch=1, current=True, not_before=AT, sign_until=AT + YEAR):
    return SigningKeyRecord(
        kid=f"{use}-{epoch}",
        use=use,
        sealed_private_key=b"",
        statement="stated",
        epoch=epoch,
        min_epoch=min_epoch,
        not_before=not_before,
        sign_until=sign_until,
        current=current,
        created_at=AT,
    )


def test_the_first_epoch_signs_for_a_year_and_is_believed_400_days_longer():
    epoch = next_epoch([], compromised=False, at=AT)
    assert (epoch.number, epoch.min_epoch) == (1, 1)
    assert (epoch.not_before, epoch.sign_until, epoch.expires_at) == (
        AT,
        AT + YEAR,
        AT + YEAR + timedelta(days=400),
    )


def test_a_rotation_counts_on_from_every_epoch_there_is_also_a_requested_one():
    keys = [a_key(epoch=2, min_epoch=2), a_key("status_list", epoch=5, min_epoch=2, current=False)]
    epoch = next_epoch(keys, compromised=False, at=AT)
    assert (epoch.number, epoch.min_epoch) == (6, 2)


def test_only_the_newest_epoch_is_believed_after_a_theft():
    epoch = next_epoch([a_key(epoch=2)], compromised=True, at=AT)
    assert (epoch.number, epoch.min_epoch) == (3, 3)


def test_an_offline_key_belongs_to_no_epoch():
    offline = replace(a_key("offline", epoch=0, min_epoch=0), not_before=None, sign_until=None)
    assert next_epoch([offline], compromised=False, at=AT)[:2] == (1, 1)
    assert not offline.signs(AT)


@pytest.mark.parametrize(
    ("at", "signs"),
    [(AT - SECOND, False), (AT, True), (AT + YEAR, True), (AT + YEAR + SECOND, False)],
)
def test_a_key_signs_from_its_first_to_its_last_instant(at, signs):
    assert a_key().signs(at) is signs


def test_a_key_that_is_not_current_or_has_no_end_signs_nothing():
    assert not a_key(current=False).signs(AT)
    assert not replace(a_key(), sign_until=None).signs(AT)


def test_stated_and_replaced_are_new_values():
    waiting = replace(a_key(), statement=None, current=False)
    stated = waiting.stated("text")
    assert (stated.statement, stated.current) == ("text", True)
    assert stated.replaced() == replace(stated, current=False)
    assert waiting.in_descriptor() == replace(waiting, current=True)
    assert waiting.statement is None


def both(**members):
    return [a_key("certificate", **members), a_key("status_list", **members)]


def test_rotation_is_due_60_days_before_a_key_stops_signing():
    last_quiet = AT + YEAR - timedelta(days=60)
    assert not rotation_is_due(both(), at=last_quiet)
    assert rotation_is_due(both(), at=last_quiet + SECOND)


def test_rotation_is_due_when_one_use_has_no_lasting_key():
    assert rotation_is_due([a_key("certificate")], at=AT)
    assert rotation_is_due([a_key("certificate"), a_key("status_list", current=False)], at=AT)
    assert rotation_is_due([], at=AT)
