"""The documents that travel to an offline root key and back."""

from datetime import timedelta

import pytest

from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.domain.signing import next_epoch
from mooring.server.licensing.domain.statement_request import (
    StatedKey,
    StatementRequest,
    read_statements,
    statements_document,
)
from tests.support.catalogs import AT

REQUEST = StatementRequest(
    "https://a.example",
    next_epoch([], compromised=False, at=AT),
    (StatedKey("certificate", {"x": "1"}), StatedKey("status_list", {"x": "2"})),
)


def a_document(**changes):
    return {**REQUEST.to_document(), **changes}


def test_comes_back_from_its_file_as_it_was():
    assert StatementRequest.from_document(a_document()) == REQUEST


def test_says_its_times_so_that_the_offline_clock_does_not_matter():
    assert a_document()["not_before"] == "2026-03-04T05:06:07Z"
    assert a_document()["sign_until"] == "2027-03-04T05:06:07Z"


@pytest.mark.parametrize(
    "document",
    [
        [],
        "text",
        None,
        {},
        a_document(mooring_statement_request=2),
        a_document(epoch="x"),
        a_document(not_before="today"),
        a_document(keys=[]),
        a_document(keys=[{"use": "certificate", "jwk": {}}]),
        a_document(keys=[*a_document()["keys"], {"use": "offline", "jwk": {}}]),
        a_document(keys=[{"use": "certificate", "jwk": "x"}, {"use": "status_list", "jwk": {}}]),
    ],
)
def test_refuses_what_is_no_request(document):
    with pytest.raises(ValueRefused) as refused:
        StatementRequest.from_document(document)
    assert refused.value.detail == "This is not a request for key statements."
    assert refused.value.next_step == "Give the file that `mooring admin signing-key request` wrote."


@pytest.mark.parametrize("name", ["sign_until", "expires_at"])
def test_refuses_a_request_for_more_time_than_keys_are_given(name):
    epoch = REQUEST.epoch._replace(**{name: getattr(REQUEST.epoch, name) + timedelta(seconds=1)})
    with pytest.raises(ValueRefused) as refused:
        StatementRequest.from_document(REQUEST._replace(epoch=epoch).to_document())
    assert refused.value.detail == "The request asks for more time than keys are given."
    assert refused.value.next_step == "Make a new request."


def test_statements_come_back_from_their_file():
    statements = {"certificate": "a.b.c", "status_list": "d.e.f"}
    document = statements_document("https://a.example", statements)
    assert document["issuer"] == "https://a.example"
    assert read_statements(document) == statements


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"mooring_statements": 2}, {"mooring_statements": 1, "statements": {"certificate": "x"}}],
)
def test_refuses_a_file_without_statements(document):
    with pytest.raises(ValueRefused) as refused:
        read_statements(document)
    assert refused.value.detail == "This file holds no key statements."
    assert refused.value.next_step == "Give the file that `mooring admin signing-key sign` wrote."
