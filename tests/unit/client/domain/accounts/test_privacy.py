"""What an account chose, as a server tells it: whole and well formed, or nothing of it is believed."""

from datetime import UTC, datetime

import pytest

from mooring.client.domain.accounts.mine import read_answer
from mooring.client.domain.accounts.privacy import NOBODY, Consent, PrivacyChoice, PrivacyChoices
from mooring.client.domain.errors import ServerUnreachable

AT, LATER = datetime(2026, 3, 1, 14, 5, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
CHOICE = {
    "name": "device_name",
    "kind": "data",
    "agreed": True,
    "agreed_at": "2026-03-01T14:05:00Z",
    "text": "Programs may send it.",
    "text_version": 3,
    "asked": False,
}
CONSENT = {
    "name": "device_name",
    "agreed_at": "2026-03-01T14:05:00Z",
    "withdrawn_at": "2026-03-02T00:00:00Z",
    "text_version": 3,
    "by": "site",
}
ANSWER = {"choices": [CHOICE], "not_asked": ["usage"], "history": [CONSENT]}


def read(**changes):
    return read_answer(ANSWER | changes, PrivacyChoices.read)


def test_everything_is_read():
    assert read() == PrivacyChoices(
        signed_in=True,
        choices=(PrivacyChoice("device_name", "data", True, AT, "Programs may send it.", 3, False),),
        not_asked=("usage",),
        history=(Consent("device_name", AT, LATER, 3, "site"),),
    )


def test_everything_is_written_as_it_was_read():
    assert read().to_document() == {"signed_in": True, **ANSWER}


def test_what_does_not_stand_has_no_date():
    off = CHOICE | {"agreed": False, "agreed_at": None}
    standing = CONSENT | {"withdrawn_at": None}
    chosen = read(choices=[off], history=[standing])
    assert (chosen.choices[0].agreed, chosen.choices[0].agreed_at) == (False, None)
    assert chosen.history[0].withdrawn_at is None
    document = chosen.to_document()
    assert document["choices"][0]["agreed_at"] is None
    assert document["history"][0]["withdrawn_at"] is None


def test_a_choice_is_asked_for_unless_it_is_said_otherwise():
    silent = {name: value for name, value in CHOICE.items() if name != "asked"}
    assert read(choices=[silent]).choices[0].asked is True
    assert read(choices=[CHOICE | {"asked": True}]).choices[0].asked is True
    assert PrivacyChoice("a", "data", False, None, "b", 1).asked is True


def test_nobody_has_chosen_nothing():
    assert PrivacyChoices(signed_in=False) == NOBODY
    assert NOBODY.to_document() == {"signed_in": False, "choices": [], "not_asked": [], "history": []}
    assert (NOBODY.agreed, NOBODY.named("device_name")) == ((), None)


def test_what_is_agreed_to_is_named():
    other = CHOICE | {"name": "usage", "agreed": False}
    chosen = read(choices=[other, CHOICE])
    assert chosen.agreed == ("device_name",)
    assert chosen.named("device_name") is chosen.choices[1]
    assert chosen.named("usage") is chosen.choices[0]
    assert chosen.named("country") is None


def test_a_text_may_be_long_and_no_longer():
    assert len(read(choices=[CHOICE | {"text": "x" * 1000}]).choices[0].text) == 1000
    with pytest.raises(ServerUnreachable):
        read(choices=[CHOICE | {"text": "x" * 1001}])


def test_names_that_could_not_be_one_are_left_out():
    assert read(not_asked=["usage", "of you", 7, "", None, "größe"]).not_asked == ("usage",)
    assert len(read(not_asked=["usage"] * 100).not_asked) == 100


@pytest.mark.parametrize(
    "change",
    [
        {"choices": None},
        {"choices": {}},
        {"choices": [1]},
        {"not_asked": None},
        {"not_asked": ["usage"] * 101},
        {"history": None},
        {"history": ["device_name"]},
        *({"choices": [CHOICE | {name: []}]} for name in CHOICE),
        *({"history": [CONSENT | {name: []}]} for name in CONSENT),
        *(
            {"choices": [CHOICE | {name: None}]}
            for name in ("name", "kind", "agreed", "text", "text_version")
        ),
        *({"choices": [CHOICE | {"name": name}]} for name in ("a b", "a;b", "größe")),
        {"history": [CONSENT | {"name": "a;b"}]},
        *({"history": [CONSENT | {name: None}]} for name in ("name", "text_version", "by")),
    ],
)
def test_an_answer_that_says_something_else_is_none(change):
    with pytest.raises(ServerUnreachable, match="its answer is not what was asked for"):
        read(**change)
