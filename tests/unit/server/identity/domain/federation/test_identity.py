"""An identity remembers what its provider said last."""

from datetime import timedelta

from tests.support.accounts import an_account, an_identity_of
from tests.support.certificates import AT

MINUTE = timedelta(minutes=1)


def test_remembers_when_it_was_used_and_what_is_shown_of_it():
    identity = an_identity_of(an_account())
    used = identity.used(hint="mia@new.example", at=AT + MINUTE)
    assert (used.last_used_at, used.hint) == (AT + MINUTE, "mia@new.example")
    assert used.used(hint=None, at=AT).hint == "mia@new.example"
