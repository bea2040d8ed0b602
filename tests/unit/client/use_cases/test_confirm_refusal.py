"""Which status lists take an activation away, and which are not even asked for."""

import pytest

from mooring.client.domain.deadline import Deadline
from mooring.client.domain.stored_state import StoredState
from mooring.client.use_cases.confirm_refusal import FetchStatusList
from mooring.core.certificate.model import StatusReference
from mooring.testing import FakeClock
from tests.support.certificates import AT, SECOND, a_certificate_text, a_status_token, a_trust

HELD = StoredState(certificate=a_certificate_text(), high_water=AT)
REVOKED = bytes([0] * 7 + [1] + [0] * 8)


class Answering:
    """A network that knows one answer, and what it was asked for."""

    def __init__(self, answer=""):
        self.answer = answer
        self.asked = []

    def get(self, path, *, deadline):
        self.asked.append(path)
        return self.answer


def confirmed(state, network):
    fetch = FetchStatusList(a_trust(), network=network, clock=FakeClock(AT))
    return fetch(state, deadline=Deadline(15.0, lambda: 0.0))


def test_a_signed_list_that_takes_the_certificate_back_is_kept():
    network = Answering(a_status_token(REVOKED))
    assert confirmed(HELD, network) == HELD._replace(status_list=network.answer)
    assert network.asked == ["/v1/status-lists/1"]


def test_a_list_that_speaks_for_the_certificate_replaces_one_that_spoke_against_it():
    held = HELD._replace(status_list=a_status_token(REVOKED))
    assert confirmed(held, Answering(a_status_token())) == HELD
    assert confirmed(HELD, Answering(a_status_token())) is HELD


@pytest.mark.parametrize("answer", ["", "forged", a_status_token(REVOKED, issued_at=AT - SECOND)])
def test_a_list_that_proves_nothing_changes_nothing(answer):
    assert confirmed(HELD, Answering(answer)) is HELD


@pytest.mark.parametrize(("age", "given_back"), [(0, True), (1, False)])
def test_an_older_list_than_the_one_held_gives_nothing_back(age, given_back):
    held = HELD._replace(status_list=a_status_token(REVOKED, issued_at=AT + 60 * SECOND))
    replayed = Answering(a_status_token(issued_at=AT + (60 - age) * SECOND))
    assert confirmed(held, replayed) == (HELD if given_back else held)


def test_what_is_not_genuine_has_no_list_to_ask_for():
    network = Answering(a_status_token(REVOKED))
    for state in (StoredState(), StoredState(certificate="forged")):
        assert confirmed(state, network) is state
    assert network.asked == []


def test_a_list_that_is_not_where_lists_are_is_not_asked_for():
    elsewhere = StatusReference(idx=7, uri="https://licenses.example.com/lists/1")
    state = HELD._replace(certificate=a_certificate_text(status_list=elsewhere))
    network = Answering(a_status_token(REVOKED, uri=elsewhere.uri))
    assert confirmed(state, network) is state
    assert network.asked == []
