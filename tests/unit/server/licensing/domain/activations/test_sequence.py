"""The sequence rules, one by one; and against a model that remembers every parent."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.refusals import PossibleClone
from mooring.server.licensing.domain.activations.sequence import (
    HIGHEST_NUMBER,
    MOST_RUNS,
    REMEMBERED,
    Clone,
    Issue,
    Repeat,
    Run,
    Sequence,
)
from tests.support.licenses import AT, DAY

SECOND = timedelta(seconds=1)


def after(*presented, at=AT, sequence=None):
    """Return the last decision and the sequence once these numbers were presented, one after the other."""
    sequence = sequence or Sequence.begun()
    decision = Issue(1)
    for number in presented:
        decision, sequence = sequence.presented(number, at=at)
    return decision, sequence


def test_begins_with_number_one():
    assert Sequence.begun() == Sequence(last=1, runs=(Run(1, 0),))


def test_presenting_the_last_issues_the_next():
    assert after(1) == (Issue(2), Sequence(last=2, runs=(Run(1, 0),)))
    assert after(1, 2, 3) == (Issue(4), Sequence(last=4, runs=(Run(1, 0),)))


def test_presenting_the_parent_of_the_last_repeats_it_as_often_as_asked():
    once = after(1, 2)[1]
    assert after(2, sequence=once) == (Repeat(3), once)
    assert after(2, 2, 2, sequence=once) == (Repeat(3), once)


def test_an_older_ancestor_is_a_rollback_and_leaves_the_rest_behind():
    decision, sequence = after(1, 2, 3, 4, 2)
    assert decision == Issue(6, rolled_back=True)
    assert sequence == Sequence(last=6, runs=(Run(1, 0), Run(6, 2)))
    assert [number in sequence for number in range(8)] == [
        False, True, True, False, False, False, True, False,
    ]  # fmt: skip
    assert sequence.line() == [(6, 6), (1, 2)]


def test_the_answer_to_a_rollback_may_be_lost_too():
    sequence = after(1, 2, 3, 4, 2)[1]
    assert after(2, sequence=sequence) == (Repeat(6), sequence)


def test_the_first_certificate_is_an_ancestor_like_any_other():
    assert after(1, 2, 3, 1)[0] == Issue(5, rolled_back=True)


def test_going_on_after_a_rollback_is_nothing_special():
    decision, sequence = after(1, 2, 3, 4, 2, 6)
    assert decision == Issue(7)
    assert sequence.abandoned_at == ()


def test_an_abandoned_number_is_a_rollback_once():
    decision, sequence = after(1, 2, 3, 4, 2, 5)
    assert decision == Issue(7, rolled_back=True)
    assert sequence == Sequence(last=7, runs=(Run(1, 0), Run(6, 2), Run(7, 5)), abandoned_at=(AT,))
    assert 5 in sequence
    assert 6 not in sequence


def test_an_abandoned_number_twice_is_a_possible_clone():
    before = after(1, 2, 3, 4, 2, 5)[1]
    decision, sequence = after(6, at=AT + DAY, sequence=before)
    assert decision == Clone()
    assert sequence.flagged_at == AT + DAY
    assert sequence.abandoned_at == (AT, AT + DAY)
    assert (sequence.last, sequence.runs) == (before.last, before.runs)


def test_an_abandoned_number_is_remembered_for_60_days():
    before = after(1, 2, 3, 4, 2, 5)[1]
    assert timedelta(days=60) == REMEMBERED
    assert after(6, at=AT + REMEMBERED - SECOND, sequence=before)[0] == Clone()
    decision, sequence = after(6, at=AT + REMEMBERED, sequence=before)
    assert decision == Issue(8, rolled_back=True)
    assert sequence.abandoned_at == (AT + REMEMBERED,)


def test_who_is_refused_again_and_again_stays_refused():
    sequence = after(1, 2, 3, 4, 2, 5)[1]
    for number in range(1, 5):
        decision, sequence = sequence.presented(6, at=AT + number * 50 * DAY)
        assert decision == Clone()
    assert sequence.flagged_at == AT + 50 * DAY
    assert sequence.abandoned_at == (AT + 150 * DAY, AT + 200 * DAY)


def test_of_many_abandoned_numbers_the_last_two_are_remembered():
    sequence = after(1, 2, 3, 4, 2, 5)[1]
    for day in (1, 2, 3):
        sequence = sequence.presented(6, at=AT + day * DAY)[1]
    assert sequence.abandoned_at == (AT + 2 * DAY, AT + 3 * DAY)


def test_the_line_goes_on_although_a_copy_was_noticed():
    sequence = after(1, 2, 3, 4, 2, 5, 6)[1]
    assert sequence.flagged_at == AT
    assert after(7, sequence=sequence)[0] == Issue(8)


def test_a_number_never_issued_is_adopted():
    decision, sequence = after(1, 2, 40)
    assert decision == Issue(41)
    assert sequence == Sequence(last=41, runs=(Run(1, 0),))
    assert after(40, sequence=sequence)[0] == Repeat(41)
    assert after(39, sequence=sequence)[0] == Issue(42, rolled_back=True)


@pytest.mark.parametrize("number", [-1, 0, HIGHEST_NUMBER + 1])
def test_refuses_a_number_that_no_certificate_carries(number):
    with pytest.raises(ValueError, match=r"^no certificate has this number$"):
        Sequence.begun().presented(number, at=AT)


def test_every_number_stays_an_exact_integer():
    assert Sequence.begun().presented(HIGHEST_NUMBER, at=AT)[0] == Issue(2**53 - 1)


def test_following_issues_upon_the_last_without_presenting_it():
    issue, sequence = after(1, 2)[1].followed()
    assert issue == Issue(4)
    assert after(3, sequence=sequence)[0] == Repeat(4)
    assert after(2, sequence=sequence)[0] == Issue(5, rolled_back=True)


# Settling


def test_goes_on_without_a_number_presented():
    sequence = after(1, 2)[1]
    for by_owner in (True, False):
        assert sequence.continued(by_owner=by_owner) == Sequence(last=4, runs=(Run(1, 0),))


def test_where_copies_renew_only_the_owner_goes_on_and_on_a_fresh_line():
    flagged = Sequence(last=6, runs=(Run(1, 0), Run(6, 2)), abandoned_at=(AT, AT), flagged_at=AT)
    with pytest.raises(PossibleClone):
        flagged.continued(by_owner=False)
    assert flagged.continued(by_owner=True) == Sequence(last=7, runs=(Run(1, 0), Run(7, 0)), disowned=6)


def test_a_settled_sequence_begins_a_fresh_line():
    flagged = after(1, 2, 3, 4, 2, 5, 6)[1]
    issue, sequence = flagged.settled()
    assert issue == Issue(8)
    assert sequence == Sequence(last=8, runs=(Run(1, 0), Run(8, 0)), disowned=7)
    assert after(8, sequence=sequence)[0] == Issue(9)


def test_a_disowned_number_is_a_clone_at_once_and_changes_nothing():
    sequence = after(1, 2, 3)[1].settled()[1]
    for number in (1, 2, 3, 4):
        assert sequence.presented(number, at=AT) == (Clone(), sequence)
    assert sequence.presented(5, at=AT)[0] == Issue(6)


def test_the_owners_mishaps_after_settling_are_judged_as_before():
    sequence = after(1, 2, 3)[1].settled()[1]
    assert after(5, 5, sequence=sequence)[0] == Repeat(6)
    assert after(5, 6, 7, 5, sequence=sequence)[0] == Issue(9, rolled_back=True)


# Storing


@pytest.mark.parametrize(
    ("sequence", "document"),
    [
        (Sequence.begun(), {"last": 1, "runs": [[1, 0]]}),
        (
            Sequence(9, (Run(1, 0), Run(6, 3)), (AT, AT + DAY), AT + DAY, 2),
            {
                "last": 9,
                "runs": [[1, 0], [6, 3]],
                "abandoned_at": [1767323045, 1767409445],
                "flagged_at": 1767409445,
                "disowned": 2,
            },
        ),
    ],
)
def test_is_stored_and_read_back(sequence, document):
    assert sequence.to_document() == document
    assert Sequence.from_document(document) == sequence


def test_snapshots_restored_every_night_do_not_grow_it_and_forget_nothing():
    sequence = after(*range(1, 10))[1]
    for _ in range(500):
        decision, sequence = sequence.presented(5, at=AT)
        assert decision == Issue(sequence.last, rolled_back=True)
        sequence = sequence.followed()[1].followed()[1]
    assert len(sequence.runs) == MOST_RUNS
    line = {1, 2, 3, 4, 5, sequence.last, sequence.last - 1, sequence.last - 2}
    assert {number for number in range(1, sequence.last + 1) if number in sequence} == line


def test_a_line_of_many_turns_forgets_its_oldest_in_the_customers_favor():
    sequence = after(1, 2, 3)[1]
    for _ in range(MOST_RUNS):
        sequence = sequence.presented(sequence.last - 2, at=AT)[1].followed()[1].followed()[1]
    assert len(sequence.runs) == MOST_RUNS
    assert sequence.runs[0] == Run(1, 0)
    assert all(number in sequence for number in range(1, sequence.runs[1].parent + 1))
    assert sequence.last - 3 not in sequence


def a_long_life(*, left=None, settled=False):
    """Return a sequence of as many runs as are kept, of ten numbers each; its line passes by ``left``."""
    runs = [Run(1, 0)]
    for place in range(1, MOST_RUNS):
        parent = 10 * place - 2 if place - 1 != left else 10 * place - 12
        runs.append(Run(10 * place + 1, 0 if settled and place == 1 else parent))
    return Sequence(last=10 * MOST_RUNS, runs=tuple(runs), disowned=10 if settled else 0)


@pytest.mark.parametrize("left", [1, 2, 15, MOST_RUNS - 2])
def test_a_run_off_the_line_is_forgotten_first(left):
    before = a_long_life(left=left)
    decision, sequence = before.presented(before.last - 5, at=AT)
    assert decision == Issue(before.last + 1, rolled_back=True)
    turn = Run(before.last + 1, before.last - 5)
    assert sequence.runs == (*before.runs[:left], *before.runs[left + 1 :], turn)


@pytest.mark.parametrize("settled", [False, True])
def test_the_oldest_turn_is_forgotten_when_every_other_run_is_needed(settled):
    before = a_long_life(settled=settled)
    sequence = before.presented(before.last - 5, at=AT)[1]
    assert sequence.runs == (before.runs[0], *before.runs[2:], Run(before.last + 1, before.last - 5))


# Against a model


class Model:
    """The same rules, remembering the parent of every number."""

    def __init__(self):
        self.parents = {1: 0}

    @property
    def last(self):
        return max(self.parents)

    def line(self):
        found, number = set(), self.last
        while number:
            found.add(number)
            number = self.parents[number]
        return found

    def issue(self, parent):
        self.parents[self.last + 1] = parent


@given(st.lists(st.integers(0, 30), max_size=MOST_RUNS))
def test_agrees_with_a_model_that_forgets_nothing(steps):
    model, sequence, at = Model(), Sequence.begun(), AT
    for back in steps:
        at += REMEMBERED  # so that no abandoned number is ever the second
        number = max(model.last - back, 1)
        expected_repeat = model.parents[model.last] == number
        expected_rollback = number != model.last
        decision, sequence = sequence.presented(number, at=at)
        if expected_repeat:
            assert decision == Repeat(model.last)
        else:
            model.issue(number)
            assert decision == Issue(model.last, rolled_back=expected_rollback)
        assert sequence.last == model.last
        assert {each for each in range(1, model.last + 2) if each in sequence} == model.line()
        assert Sequence.from_document(sequence.to_document()) == sequence


@given(st.lists(st.integers(0, 30), max_size=200))
def test_is_bounded_and_lenient_whatever_is_presented(steps):
    model, sequence, at = Model(), Sequence.begun(), AT
    for back in steps:
        at += REMEMBERED
        number = max(model.last - back, 1)
        decision, sequence = sequence.presented(number, at=at)
        assert decision != Clone()
        if isinstance(decision, Issue):
            model.issue(number)
        assert len(sequence.runs) <= MOST_RUNS
        assert number in sequence
        # What the current line reaches is never forgotten: at worst something abandoned is forgiven.
        assert all(each in sequence for each in model.line())
