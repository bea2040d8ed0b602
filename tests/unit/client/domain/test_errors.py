import pytest

from mooring.client.domain.errors import (
    FeatureNotLicensed,
    InvalidCertificate,
    MooringError,
    NotActivated,
    Refused,
    ServerUnreachable,
    Voice,
)
from mooring.core.wording.reasons import reason_document

SHOP = {"buy": "https://shop.example", "support": "https://help.example", "renew": "https://renew.example"}


def test_a_refusal_tells_the_reason_of_the_catalogue():
    refused = Refused("seat_limit_reached", {"seats": 3})
    assert refused.to_document() == {
        "seats": 3,
        "code": "seat_limit_reached",
        "title": "All seats are taken",
        "detail": "Other devices use all 3 seats of this license. Sign in to see them and free one.",
        "next": {"action": "free_a_device", "label": "Sign in and free a device"},
    }
    assert refused.code == "seat_limit_reached"
    assert refused.members == {"seats": 3}
    assert refused.title == "All seats are taken"
    assert refused.detail == (
        "Other devices use all 3 seats of this license. Sign in to see them and free one."
    )
    assert refused.next == {"action": "free_a_device", "label": "Sign in and free a device"}
    assert str(refused) == f"{refused.detail} Sign in and free a device."
    assert refused.args == ("seat_limit_reached",)


def test_the_words_of_a_known_reason_are_never_the_servers():
    fallback = {"title": "Pay", "detail": "Pay here.", "next": {"action": "pay", "label": "Pay"}}
    refused = Refused("seat_limit_reached", {"seats": 3}, fallback=fallback)
    assert refused.to_document() == Refused("seat_limit_reached", {"seats": 3}).to_document()


def test_an_unknown_reason_is_told_in_the_servers_words():
    fallback = {
        "code": "other",
        "title": "Closed",
        "detail": "The shop is closed.",
        "next": {"action": "wait", "label": "Wait"},
    }
    refused = Refused("shop_closed", {"until": "noon"}, fallback=fallback)
    assert refused.to_document() == {**fallback, "until": "noon", "code": "shop_closed"}
    assert str(refused) == "The shop is closed. Wait."


@pytest.mark.parametrize("step", ["wait", {}, {"action": "wait"}, {"action": 1, "label": "Wait"}])
def test_a_servers_next_step_that_is_not_whole_gives_way_to_a_general_one(step):
    refused = Refused("shop_closed", fallback={"title": "Closed", "detail": "Closed today.", "next": step})
    assert refused.next == reason_document("shop_closed")["next"]
    assert str(refused).startswith("Closed today. ")


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://harbor.example/pay", True),
        ("http://127.0.0.1:8000/pay", True),
        ("mailto:help@harbor.example", True),
        ("http://harbor.example/pay", False),
        ("file:///c:/windows/notepad.exe", False),
        ("ms-settings:activation", False),
        ("javascript:alert(1)", False),
        ("https://harbor.example/\x1b[2J", False),
        (7, False),
    ],
)
def test_a_servers_next_step_leads_to_a_page_or_a_mailbox_and_starts_no_program(url, opens):
    step = {"action": "pay", "label": "Pay", "url": url}
    refused = Refused("shop_closed", fallback={"title": "Closed", "detail": "Closed.", "next": step})
    assert refused.next == ({"action": "pay", "label": "Pay"} | ({"url": url} if opens else {}))


@pytest.mark.parametrize(("length", "said"), [(1000, True), (1001, False)])
def test_a_server_that_says_too_much_is_not_quoted(length, said):
    refused = Refused("shop_closed", fallback={"title": "Closed", "detail": "x" * length})
    assert refused.title == "Closed"
    assert (refused.detail == "x" * length) is said


@pytest.mark.parametrize("fallback", [None, {}])
def test_an_unknown_reason_without_words_gets_general_ones(fallback):
    refused = Refused("shop_closed", fallback=fallback)
    assert refused.to_document() == reason_document("shop_closed")
    assert refused.members == {}


@pytest.mark.parametrize(
    ("members", "seconds"), [({"retry_after": 7}, 7), ({"retry_after": "7"}, None), ({}, None), (None, None)]
)
def test_the_seconds_to_wait_are_those_the_server_named(members, seconds):
    assert Refused("rate_limited", members).retry_after == seconds


def test_what_needs_an_activation_says_so():
    assert NotActivated().to_document() == reason_document("no_digital_license")


@pytest.mark.parametrize(
    ("kind", "argument", "code", "members"),
    [
        (Refused, "license_expired", "license_expired", {}),
        (ServerUnreachable, "no answer", "service_unavailable", {"cause": "no answer"}),
        (InvalidCertificate, "signature", "certificate_invalid", {"why": "signature"}),
    ],
)
def test_every_error_speaks_with_the_voice_it_was_given(kind, argument, code, members, monkeypatch):
    error = kind(argument)
    words = reason_document(code, members)
    assert error.to_document() == words | ({"detail": str(error)} if members else {})
    asked = {}

    def heard(code, members, *, language, urls):
        asked.update(code=code, members=members, language=language, urls=urls)
        return {}

    monkeypatch.setattr("mooring.core.wording.reasons.reason_document", heard)
    error.voice = Voice("tlh", SHOP)
    error.to_document()
    assert asked == {"code": code, "members": members, "language": "tlh", "urls": SHOP}


def test_a_server_that_cannot_be_reached_says_why():
    error = ServerUnreachable("the answer was not JSON", retry_after=30)
    assert (error.code, error.cause, error.retry_after) == (
        "service_unavailable",
        "the answer was not JSON",
        30,
    )
    assert str(error) == "The activation service cannot be reached: the answer was not JSON."
    assert error.args == ("the answer was not JSON",)
    assert ServerUnreachable("no answer").retry_after is None


def test_an_invalid_certificate_says_what_is_wrong_with_it():
    error = InvalidCertificate("signature")
    assert (error.code, error.why, error.args) == ("certificate_invalid", "signature", ("signature",))
    assert str(error) == "The activation service sent a certificate that is not valid here (signature)."


def test_a_feature_that_is_not_licensed_is_named_as_people_know_it():
    error = FeatureNotLicensed("export-pdf", name="PDF export", sentence="Harbor Notes is not activated")
    sentence = "PDF export is not part of this license. Harbor Notes is not activated."
    assert (error.entitlement, error.name, error.args) == ("export-pdf", "PDF export", ("export-pdf",))
    assert error.sentence == "Harbor Notes is not activated"
    assert str(error) == sentence
    assert error.to_document() == {
        "code": "feature_not_licensed",
        "title": "PDF export is not licensed",
        "detail": sentence,
        "next": {"action": "activate", "label": "Activate"},
        "entitlement": "export-pdf",
    }


def test_every_error_is_a_mooring_error_with_a_document():
    for error in (Refused, NotActivated, ServerUnreachable, InvalidCertificate, FeatureNotLicensed):
        assert issubclass(error, MooringError)
        assert error.to_document is not MooringError.to_document
    with pytest.raises(NotImplementedError):
        MooringError().to_document()
