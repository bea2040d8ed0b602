import pytest

from mooring.client.domain.judgement import (
    Judgement,
    clock_mark,
    genuine,
    held_status_list,
    judge,
    remembering,
)
from mooring.client.domain.stored_state import NOTHING_STORED, StoredState
from mooring.core.certificate.clock import ClockMark
from tests.support.certificates import (
    AT,
    DAY,
    SECOND,
    a_certificate,
    a_certificate_text,
    a_profile,
    a_status_token,
    a_trust,
    an_es256_key,
)

JKT = an_es256_key().public.thumbprint
TEXT = a_certificate_text()
HELD = StoredState(certificate=TEXT, high_water=AT)


def judged(state=HELD, **changes):
    facts = {"jkt": JKT, "hardware": a_profile(), "at": AT}
    return judge(state, a_trust(), **{**facts, **changes})


def code_of(judgement):
    return judgement.obstacle and judgement.obstacle.code


def test_a_good_certificate_counts():
    assert judged() == Judgement(a_certificate(), None)


def test_nothing_held_is_no_license():
    judgement = judged(NOTHING_STORED)
    assert (judgement.certificate, code_of(judgement)) == (None, "no_digital_license")


@pytest.mark.parametrize("jkt", [None, "", "none", an_es256_key("another").public.thumbprint])
def test_without_its_key_it_does_not_count_and_is_still_genuine(jkt):
    judgement = judged(jkt=jkt)
    assert judgement.certificate == a_certificate()
    assert judgement.obstacle.why == "installation"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": AT + 30 * DAY}, "certificate_expired"),
        ({"at": AT + 30 * DAY - SECOND}, None),
        ({"at": AT - DAY}, None),
        ({"at": AT - DAY - SECOND}, "clock_wrong"),
        (
            {
                "hardware": a_profile(
                    board_serial="BSN99999999", system_uuid=None, root_disk_serial="S3Z8NB0K999999"
                )
            },
            "hardware_changed",
        ),
    ],
)
def test_what_keeps_it_from_counting(changes, code):
    assert code_of(judged(**changes)) == code


@pytest.mark.parametrize(("at", "code"), [(AT + 9 * DAY, None), (AT + 9 * DAY - SECOND, "clock_wrong")])
def test_time_that_was_seen_counts(at, code):
    assert code_of(judged(HELD._replace(high_water=AT + 10 * DAY), at=at)) == code


def test_without_a_mark_the_certificate_itself_is_the_floor():
    assert clock_mark(HELD._replace(high_water=None), a_certificate()) == ClockMark(
        a_certificate().activation, 3, AT, AT
    )


@pytest.mark.parametrize(("entry", "code"), [(0, None), (1, "license_revoked"), (2, "license_suspended")])
def test_the_list_that_is_held_speaks(entry, code):
    token = a_status_token(bytes([0] * 7 + [entry] + [0] * 8))
    assert code_of(judged(HELD._replace(status_list=token))) == code
    later = judged(HELD._replace(status_list=token), at=AT + 9 * DAY)  # going offline brings nothing back
    assert code_of(later) == code


@pytest.mark.parametrize("token", ["nonsense", a_status_token(uri="https://other.example/v1/status-lists/1")])
def test_a_list_that_proves_nothing_is_no_refusal(token):
    state = HELD._replace(status_list=token)
    assert held_status_list(state, a_trust()) is None
    assert code_of(judged(state)) is None


def test_a_list_without_a_certificate_says_nothing():
    assert held_status_list(StoredState(status_list=a_status_token()), a_trust()) is None
    forged = StoredState(certificate="forged", status_list=a_status_token())
    assert held_status_list(forged, a_trust()) is None


@pytest.mark.parametrize("text", ["", "forged", TEXT[:-8] + "AAAAAAAA"])
def test_what_is_not_genuine_tells_nothing(text):
    judgement = judged(HELD._replace(certificate=text))
    assert judgement.certificate is None
    assert code_of(judgement) == "certificate_invalid"
    assert genuine(HELD._replace(certificate=text), a_trust()) is None


def test_genuine_asks_neither_time_nor_key_nor_hardware():
    assert genuine(HELD, a_trust()) == a_certificate()
    assert genuine(NOTHING_STORED, a_trust()) is None


@pytest.mark.parametrize(("remembered", "given", "expected"), [(3, 0, 3), (0, 3, 3), (2, 2, 2)])
def test_the_highest_epoch_counts(remembered, given, expected):
    state = StoredState(min_epoch=remembered)
    assert remembering(a_trust(min_epoch=given), state).min_epoch == expected


@pytest.mark.parametrize(("epoch", "code"), [(2, None), (3, "certificate_invalid")])
def test_a_dead_issuing_key_is_not_believed(epoch, code):
    assert code_of(judged(HELD._replace(min_epoch=epoch))) == code
