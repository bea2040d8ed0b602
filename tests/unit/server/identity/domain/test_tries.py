"""Budgets of tries: so many at once, refilled evenly, whatever the clock and however many names there are."""

from datetime import timedelta

import pytest

from mooring.core.refusals import RateLimited
from mooring.server.identity.domain.tries import Tries, guessing, network_of
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)


class Wrong(Exception):
    pass


def spend(tries, name="mia", *, at=AT):
    """Return how many tries ``name`` has left, and spend them."""
    count = 0
    while True:
        try:
            tries.take(name, at=at)
        except RateLimited:
            return count
        count += 1


def wait(tries, name="mia", *, at=AT):
    with pytest.raises(RateLimited) as refused:
        tries.take(name, at=at)
    return refused.value.retry_after


def test_gives_so_many_at_once_and_says_when_the_next_is():
    tries = Tries(10, 900)
    assert spend(tries) == 10
    assert wait(tries) == 90
    assert wait(tries, at=AT + 30 * SECOND) == 60


def test_refills_evenly():
    tries = Tries(10, 900)
    spend(tries)
    assert spend(tries, at=AT + 89 * SECOND) == 0
    assert spend(tries, at=AT + 90 * SECOND) == 1
    assert spend(tries, at=AT + 900 * SECOND) == 9
    assert spend(tries, at=AT + 9000 * SECOND) == 10


def test_each_name_has_its_own():
    tries = Tries(3, 60)
    spend(tries, "mia")
    assert spend(tries, "noah") == 3


def test_a_try_given_back_can_be_taken_again():
    tries = Tries(3, 60)
    spend(tries)
    tries.give_back("mia", at=AT)
    assert spend(tries) == 1


def test_what_was_given_back_whole_needs_no_memory():
    tries = Tries(3, 60)
    tries.give_back("mia", at=AT)
    tries.take("mia", at=AT)
    tries.take("mia", at=AT)
    tries.give_back("mia", at=AT)
    assert len(tries) == 1
    tries.give_back("mia", at=AT)
    assert len(tries) == 0
    assert spend(tries) == 3


def test_a_clock_set_back_locks_nobody_out_for_longer():
    tries = Tries(3, 60)
    spend(tries, at=AT + timedelta(days=365))
    assert wait(tries) == 20
    assert spend(tries, at=AT + 60 * SECOND) == 3


def test_remembers_those_who_guess_when_there_are_too_many_names():
    tries = Tries(10, 900, most=4)
    spend(tries, "thief", at=AT)
    for number in range(6):
        tries.take(f"guest {number}", at=AT)
    assert len(tries) <= 4
    assert spend(tries, "thief") == 0


def test_forgets_full_budgets_first():
    tries = Tries(10, 900, most=2)
    tries.take("mia", at=AT)
    tries.take("thief", at=AT + 900 * SECOND)
    tries.take("noah", at=AT + 900 * SECOND)
    assert len(tries) == 2
    assert spend(tries, "thief", at=AT + 900 * SECOND) == 9


def test_guessing_costs_a_try_of_each_budget():
    mine, ours = Tries(3, 60), Tries(5, 60)
    with pytest.raises(Wrong), guessing((mine, "mia"), (ours, "here"), wrong=Wrong, at=AT):
        raise Wrong
    assert (spend(mine), spend(ours, "here")) == (2, 4)


def test_a_right_answer_costs_nothing():
    mine = Tries(3, 60)
    with guessing((mine, "mia"), wrong=Wrong, at=AT):
        pass
    assert spend(mine) == 3


def test_a_failure_that_is_no_guess_costs_nothing():
    mine = Tries(3, 60)
    with pytest.raises(LookupError), guessing((mine, "mia"), wrong=Wrong, at=AT):
        raise LookupError
    assert spend(mine) == 3


def test_where_one_budget_is_empty_nothing_is_taken_and_nothing_tried():
    mine, ours = Tries(3, 60), Tries(5, 60)
    spend(ours, "here")
    tried = []
    with pytest.raises(RateLimited), guessing((mine, "mia"), (ours, "here"), wrong=Wrong, at=AT):
        tried.append(1)
    assert (tried, spend(mine)) == ([], 3)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("somewhere", "somewhere"),
    ],
)
def test_counts_by_what_one_subscriber_is_given(address, network):
    assert network_of(address) == network
