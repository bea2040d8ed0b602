"""What an account holds: read as the server tells it, printed as the command line says it, or refused."""

import pytest

from mooring.client.domain.accounts.mine import (
    Candidate,
    HeldLicense,
    KnownDevice,
    MyDevice,
    MyLicense,
    Seat,
    read_answer,
    read_each,
)
from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.status import CanMove
from mooring.core.instants import parse_instant

THEN, LATER = "2026-01-02T03:04:05Z", "2026-02-02T03:04:05Z"

DEVICE = {"id": "dev_1", "name": "amber-heron", "platform": "linux", "last_seen_at": THEN}
LICENSE = {
    "id": "lic_1",
    "product": "harbor-notes",
    "product_name": "Harbor Notes",
    "edition": "pro",
    "channel": "retail",
    "last_five": "8XKQ2",
}
CAN_MOVE = {"allowed": False, "left": 0, "next_at": LATER}
MINE = {
    "license": LICENSE,
    "standing": "active",
    "seats": 3,
    "held": 1,
    "expires_at": LATER,
    "confirmed": False,
    "provisional_until": THEN,
    "can_move": CAN_MOVE,
    "devices": [{"activation": "act_1", "device": DEVICE}],
}
CANDIDATE = {
    "device": DEVICE,
    "license": LICENSE,
    "likely": True,
    "reasons": ["same_disk", "same_network"],
    "costs_move": False,
    "can_move": CAN_MOVE,
}

KNOWN = KnownDevice("dev_1", "amber-heron", "linux", parse_instant(THEN))
HELD = HeldLicense("lic_1", "harbor-notes", "Harbor Notes", "pro", "retail", "8XKQ2")
MAY_MOVE = CanMove(allowed=False, left=0, next_at=parse_instant(LATER))


def refused(read, document):
    with pytest.raises(ServerUnreachable) as caught:
        read_answer(document, read)
    assert caught.value.cause == "its answer is not what was asked for"
    return str(caught.value.__cause__)


def each_without(document):
    return [(name, {other: value for other, value in document.items() if other != name}) for name in document]


def test_a_license_is_read_whole_and_printed_as_it_was_told():
    mine = read_answer(MINE, MyLicense.read)
    assert mine == MyLicense(
        HELD,
        "active",
        3,
        1,
        parse_instant(LATER),
        confirmed=False,
        provisional_until=parse_instant(THEN),
        can_move=MAY_MOVE,
        devices=(Seat("act_1", KNOWN),),
    )
    assert mine.to_document() == MINE


def test_a_license_may_end_never_be_confirmed_and_be_used_by_nobody():
    changes = {"expires_at": None, "provisional_until": None, "confirmed": True, "devices": []}
    document = MINE | changes | {"can_move": {"allowed": True, "left": None, "next_at": None}}
    mine = read_answer(document, MyLicense.read)
    assert (mine.expires_at, mine.confirmed, mine.devices) == (None, True, ())
    assert mine.can_move == CanMove(allowed=True, left=None, next_at=None)
    assert mine.to_document() == document


def test_a_device_is_read_with_the_licenses_it_holds():
    document = {"device": DEVICE, "seats": [{"license": LICENSE}, {"license": LICENSE | {"last_five": None}}]}
    mine = read_answer(document, MyDevice.read)
    assert mine == MyDevice(KNOWN, (HELD, HELD._replace(last_five=None)))
    assert mine.to_document() == {"device": DEVICE, "licenses": [LICENSE, LICENSE | {"last_five": None}]}


def test_a_device_may_never_have_been_seen():
    document = {"device": DEVICE | {"last_seen_at": None}, "seats": []}
    assert read_answer(document, MyDevice.read).device == KNOWN._replace(last_seen_at=None)


def test_a_candidate_is_read_with_its_reasons_in_their_order():
    candidate = read_answer(CANDIDATE, Candidate.read)
    assert candidate == Candidate(
        KNOWN, HELD, likely=True, reasons=("same_disk", "same_network"), costs_move=False, can_move=MAY_MOVE
    )
    assert candidate.to_document() == CANDIDATE


def test_a_reason_that_is_no_word_is_left_out():
    document = CANDIDATE | {"reasons": ["same_disk", 7, "two words", "", None]}
    assert read_answer(document, Candidate.read).reasons == ("same_disk",)


def test_a_candidate_has_at_most_twenty_reasons():
    assert len(read_answer(CANDIDATE | {"reasons": ["x"] * 20}, Candidate.read).reasons) == 20
    assert "reasons" in refused(Candidate.read, CANDIDATE | {"reasons": ["x"] * 21})


@pytest.mark.parametrize(
    ("name", "document"),
    [pair for pair in each_without(MINE) if pair[0] not in {"expires_at", "provisional_until"}],
)
def test_a_license_without_one_of_its_members_is_none(name, document):
    assert refused(MyLicense.read, document) == f"{name} is missing or wrong"


@pytest.mark.parametrize(("name", "document"), each_without(CANDIDATE))
def test_a_candidate_without_one_of_its_members_is_none(name, document):
    assert refused(Candidate.read, document) == f"{name} is missing or wrong"


@pytest.mark.parametrize(
    ("document", "member"),
    [
        *((CANDIDATE | {"license": each}, f"license.{name}") for name, each in each_without(LICENSE)[:-1]),
        *((CANDIDATE | {"device": each}, f"device.{name}") for name, each in each_without(DEVICE)[:-1]),
        (CANDIDATE | {"can_move": {"left": 1}}, "can_move.allowed"),
        (CANDIDATE | {"can_move": CAN_MOVE | {"left": -1}}, "can_move.left"),
        (CANDIDATE | {"can_move": CAN_MOVE | {"next_at": "soon"}}, "can_move.next_at"),
        (CANDIDATE | {"device": DEVICE | {"last_seen_at": "yesterday"}}, "device.last_seen_at"),
    ],
)
def test_what_is_wrong_inside_is_named(document, member):
    assert refused(Candidate.read, document) == f"{member} is missing or wrong"


@pytest.mark.parametrize("seats", [None, {}, [1], [DEVICE], [{"license": 1}]])
def test_a_list_holds_what_it_should(seats):
    assert "seats" in refused(MyDevice.read, {"device": DEVICE, "seats": seats})


def test_each_item_of_a_list_is_read_and_what_is_wrong_in_it_named():
    document = {"licenses": [MINE, MINE | {"held": 2}]}
    assert [each.held for each in read_each(document, "licenses", MyLicense.read)] == [1, 2]
    with pytest.raises(ServerUnreachable) as caught:
        read_each({"licenses": [MINE | {"held": None}]}, "licenses", MyLicense.read)
    assert str(caught.value.__cause__) == "licenses.held is missing or wrong"


@pytest.mark.parametrize("answer", [{}, {"licenses": None}, {"licenses": [7]}])
def test_an_answer_without_its_list_is_none(answer):
    with pytest.raises(ServerUnreachable) as caught:
        read_each(answer, "licenses", MyLicense.read)
    assert str(caught.value.__cause__) == "licenses is missing or wrong"


def test_a_list_has_at_most_ten_thousand_items():
    assert read_each({"all": [{}] * 10_000}, "all", lambda _: 1) == (1,) * 10_000
    with pytest.raises(ServerUnreachable):
        read_each({"all": [{}] * 10_001}, "all", lambda _: 1)
