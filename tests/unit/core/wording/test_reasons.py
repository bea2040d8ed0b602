"""Reasons: the whole catalogue, row by row, and the document that tells of one."""

from datetime import UTC, datetime
from itertools import chain

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from mooring.core import refusals
from mooring.core.refusals import Refusal
from mooring.core.wording.details import GROUP_NAMES
from mooring.core.wording.next_steps import NEXT_STEPS
from mooring.core.wording.reasons import REASONS, UNKNOWN_REASON, reason_document
from tests.support.translations import compile_language

# Stable: programs, tests and other people's clients rely on each line.
CATALOGUE = {
    "key_malformed": (422, "check_key"),
    "key_unknown": (404, "check_key"),
    "key_wrong_product": (409, "check_key"),
    "key_wrong_edition": (409, "switch_edition"),
    "license_suspended": (403, "contact_publisher"),
    "license_revoked": (403, "contact_publisher"),
    "license_expired": (403, "renew_license"),
    "trial_already_used": (409, "buy"),
    "trial_not_offered": (404, "buy"),
    "storage_unwritable": (None, "make_writable"),
    "seat_limit_reached": (409, "free_a_device"),
    "move_not_allowed": (409, "contact_publisher"),
    "move_limit_reached": (409, "contact_publisher"),
    "move_pending": (409, "wait"),
    "hardware_changed": (409, "troubleshoot"),
    "no_digital_license": (404, "type_key_or_sign_in"),
    "device_unknown": (404, "activate"),
    "possible_clone": (409, "say_which_is_yours"),
    "certificate_invalid": (422, "activate"),
    "certificate_expired": (403, "go_online"),
    "clock_wrong": (409, "set_clock"),
    "sign_in_required": (401, "sign_in"),
    "sign_in_declined": (None, "sign_in"),
    "sign_in_timed_out": (None, "sign_in"),
    "browser_unavailable": (None, "sign_in_with_code"),
    "not_device_admin": (403, "run_as_administrator"),
    "not_license_holder": (403, "ask_holder"),
    "already_linked": (409, "ask_holder"),
    "handover_pending": (409, "undo_handover"),
    "consent_required": (403, "look_and_agree"),
    "pc_limit_reached": (409, "forget_a_pc"),
    "holder_provisional": (409, "type_key"),
    "link_not_allowed": (409, "ask_organization"),
    "edition_mismatch": (409, "choose_license"),
    "offline_code_invalid": (422, "check_code"),
    "hardware_unreadable": (422, "use_lease_or_sign_in"),
    "device_proof_invalid": (401, "update_program"),
    "invalid_request": (422, "correct_request"),
    "not_found": (404, "correct_request"),
    "payload_too_large": (413, "correct_request"),
    "idempotency_conflict": (422, "correct_request"),
    "insufficient_scope": (403, "correct_request"),
    "rate_limited": (429, "wait"),
    "service_unavailable": (503, "retry"),
}

URLS = {
    "buy": "https://example.com/buy",
    "renew": "https://example.com/renew",
    "support": "https://example.com/support",
    "account": "https://example.com/account",
    "privacy": "https://example.com/privacy",
}

NEXT_MOVE = datetime(2026, 3, 1, 12, tzinfo=UTC)

EXACT = [
    (
        refusals.KeyMalformed(4, 2, "RKFGK-R3FVD-YNF97-79FNY-DVFQK"),
        "Character 2 of group 4 looks wrong. Please compare it with your original.",
    ),
    (
        refusals.KeyMalformed(group=4),
        (
            "Something in group 4 of the key looks wrong. Please compare that group with your original "
            "and type the key again."
        ),
    ),
    (
        refusals.KeyWrongProduct("Tide Tables"),
        "This key belongs to Tide Tables. Please use it there, or type the key that came with this program.",
    ),
    (
        refusals.KeyWrongEdition("pro"),
        "This key is for the edition pro, which is not the one installed. Switch to pro to use it.",
    ),
    (
        refusals.LicenseExpired(NEXT_MOVE),
        "The term of this license ended on 2026-03-01. Renew it to go on where you left off.",
    ),
    (
        refusals.StorageUnwritable("/srv/data"),
        (
            "This program may not write the folder /srv/data, so its activation lasts only until the "
            "program ends. Make the folder writable, then activate again."
        ),
    ),
    (
        refusals.SeatLimitReached(1, devices=[{"id": "dev_1", "name": "amber-heron"}]),
        "amber-heron uses the one seat of this license. Free that seat to go on here.",
    ),
    (
        refusals.SeatLimitReached(2, devices=[{"id": "dev_1", "name": "amber-heron"}, {"name": "Kitchen"}]),
        "All 2 seats of this license are taken by amber-heron, Kitchen. Free one to go on here.",
    ),
    (
        refusals.SeatLimitReached(1, devices=[]),
        "Another device uses the one seat of this license. Sign in to see it and free the seat.",
    ),
    (
        refusals.SeatLimitReached(1),
        "Another device uses the one seat of this license. Sign in to see it and free the seat.",
    ),
    (
        refusals.SeatLimitReached(3),
        "Other devices use all 3 seats of this license. Sign in to see them and free one.",
    ),
    (
        refusals.SeatLimitReached(0, leases=0),
        (
            "This license has room for 0 containers or builds at once, and none is free. Activate on the "
            "computer itself, or ask the publisher for leases."
        ),
    ),
    (
        refusals.SeatLimitReached(1, leases=1),
        (
            "This license has room for 1 container or build at once, and it is taken. Try again when that "
            "has ended, or activate on the computer itself."
        ),
    ),
    (
        refusals.MoveLimitReached(NEXT_MOVE),
        (
            "This license has used up its moves for now. It can move again from 2026-03-01; if you need "
            "it sooner, ask the publisher to approve one more."
        ),
    ),
    (
        refusals.MovePending(NEXT_MOVE),
        (
            "The publisher was asked on 2026-03-01 to approve this move. Please try again when they have "
            "answered."
        ),
    ),
    (
        refusals.HardwareChanged(["network", "platform"]),
        (
            "This computer no longer matches its activation. What differs: mainboard, network adapter. If "
            "you changed hardware recently, the troubleshooter brings your license back."
        ),
    ),
    (
        refusals.CertificateExpired(NEXT_MOVE),
        (
            "The time without a connection to the activation service was over on 2026-03-01. Go online "
            "for a moment, or activate offline."
        ),
    ),
    (
        refusals.NotLicenseHolder("m•••@o•••.example"),
        "This license belongs to the account m•••@o•••.example. Ask its holder, or the publisher.",
    ),
    (
        refusals.AlreadyLinked("m•••@o•••.example"),
        "This license is already linked to the account m•••@o•••.example. Ask its holder, or the publisher.",
    ),
    (
        refusals.HolderProvisional(NEXT_MOVE),
        (
            "You linked this license without its key, so it cannot be moved and its devices cannot be freed "
            "before 2026-03-01. Link it again with the key to confirm that at once."
        ),
    ),
    (
        refusals.OfflineCodeInvalid(7),
        (
            "Group 7 of the confirmation code looks wrong. Please compare it with the original and type it "
            "again."
        ),
    ),
    (
        refusals.InvalidRequest("hardware"),
        "The member hardware of the request is missing or not as it must be.",
    ),
    (
        refusals.RateLimited(1),
        "There were too many tries in a short time. Please try again in 1 second.",
    ),
    (
        refusals.RateLimited(30),
        "There were too many tries in a short time. Please try again in 30 seconds.",
    ),
]


def classes() -> list[type[Refusal]]:
    return Refusal.__subclasses__()


def test_the_catalogue_is_the_stable_one():
    assert {code: (row.status, row.next_action) for code, row in REASONS.items()} == CATALOGUE


def test_every_refusal_has_its_row_and_every_row_its_refusal():
    codes = [refusal.code for refusal in classes()]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(REASONS)


def test_every_row_is_filed_under_its_own_code():
    for code, row in REASONS.items():
        assert row.code == code


def test_a_refusal_is_named_for_its_code():
    for refusal in classes():
        words = refusal.code.split("_")
        assert refusal.__name__ == "".join(word.capitalize() for word in words)


def test_every_row_says_what_happened_in_a_title_and_in_full_sentences():
    for row in (*REASONS.values(), UNKNOWN_REASON):
        assert row.title[0].isupper()
        assert row.title[-1].isalpha()
        assert row.detail[0].isupper()
        assert row.detail.endswith(".")
        assert row.next_label == NEXT_STEPS[row.next_action].label
    titles = [row.title for row in REASONS.values()]
    assert len(set(titles)) == len(titles)


def test_every_step_is_the_next_one_of_some_reason():
    assert set(NEXT_STEPS) == {row.next_action for row in (*REASONS.values(), UNKNOWN_REASON)}


def test_every_step_leads_only_to_an_address_that_a_descriptor_has():
    assert {step.url_name for step in NEXT_STEPS.values()} <= {None, *URLS}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_document_tells_the_code_the_sentence_and_the_next_step(code):
    row = REASONS[code]
    assert reason_document(code) == {
        "code": code,
        "title": row.title,
        "detail": row.detail,
        "next": {"action": row.next_action, "label": row.next_label},
    }


@pytest.mark.parametrize(("refusal", "detail"), EXACT, ids=lambda value: str(value)[:20])
def test_the_sentence_uses_what_is_known(refusal, detail):
    document = reason_document(refusal.code, refusal.members)
    assert document["detail"] == detail
    assert {name: document[name] for name in refusal.members} == refusal.members


def test_the_next_step_carries_the_address_that_leads_to_it():
    assert reason_document("trial_already_used", urls=URLS)["next"] == {
        "action": "buy",
        "label": "Buy a product key",
        "url": "https://example.com/buy",
    }
    assert reason_document("license_expired", urls=URLS)["next"]["url"] == "https://example.com/renew"
    assert reason_document("license_revoked", urls=URLS)["next"]["url"] == "https://example.com/support"
    assert reason_document("sign_in_required", urls=URLS)["next"]["url"] == "https://example.com/account"


@pytest.mark.parametrize(
    ("code", "members", "exact"),
    [
        ("seat_limit_reached", {"devices": [{"id": "d"}]}, ("free_a_device", "Free a device")),
        ("seat_limit_reached", {"devices": []}, ("free_a_device", "Sign in and free a device")),
        ("not_found", {"device": "dev_1"}, ("choose_device", "Choose one of your devices")),
        ("not_found", {"license": "lic_1"}, ("choose_license", "Choose one of your licenses")),
        ("not_found", {"devices": ["d"]}, ("correct_request", "Correct the request")),
        ("key_unknown", {"device": "dev_1"}, ("check_key", "Check the key and type it again")),
    ],
)
def test_the_next_step_is_as_exact_as_what_is_known(code, members, exact):
    following = reason_document(code, members)["next"]
    assert (following["action"], following["label"]) == exact


def test_an_exact_step_leads_to_the_account_as_the_general_one_does():
    for code, members in (("seat_limit_reached", {"devices": ["d"]}), ("not_found", {"license": "lic_1"})):
        following = reason_document(code, members, urls=URLS)["next"]
        assert following["url"] == "https://example.com/account"


@pytest.mark.parametrize(
    ("member", "said"),
    [("device", "a device of your account"), ("license", "a license of your account for this program")],
)
def test_what_is_not_found_is_named(member, said):
    assert reason_document("not_found", {member: "xyz_1"})["detail"] == f"xyz_1 is not {said}."
    assert reason_document("not_found", {member: 1})["detail"] == "There is nothing at this address."


def test_a_document_begins_with_what_every_one_has_and_ends_with_its_own_members():
    document = reason_document("seat_limit_reached", {"devices": [], "seats": 3})
    assert list(document) == ["code", "title", "detail", "next", "devices", "seats"]


def test_no_address_is_invented():
    assert "url" not in reason_document("trial_already_used", urls={"renew": "https://example.com"})["next"]
    assert "url" not in reason_document("trial_already_used", urls={"buy": ""})["next"]
    assert "url" not in reason_document("clock_wrong", urls={**URLS, None: "https://example.com"})["next"]


def test_a_reason_of_a_newer_server_gets_a_general_sentence():
    document = reason_document("tide_too_low", {"meters": 2})
    assert document["code"] == "tide_too_low"
    assert document["title"] == "The activation service refused this"
    assert document["next"]["action"] == "contact_publisher"
    assert document["meters"] == 2


def test_a_member_never_takes_the_place_of_what_every_document_carries():
    document = reason_document("key_unknown", {"code": "x", "title": "x", "detail": "x", "next": "x"})
    assert document == reason_document("key_unknown")


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("seat_limit_reached", {"seats": "3"}),
        ("seat_limit_reached", {"seats": True}),
        ("seat_limit_reached", {"seats": 3.5}),
        ("key_malformed", {"position": 1, "suggestion": "x"}),
        ("key_wrong_product", {"product_name": ""}),
        ("key_wrong_product", {"product_name": ["Tide Tables"]}),
        ("move_limit_reached", {"next_at": "tomorrow"}),
        ("move_limit_reached", {"next_at": 1}),
        ("hardware_changed", {"differs": []}),
        ("hardware_changed", {"differs": "platform"}),
        ("hardware_changed", {"differs": ["tide", {}, None]}),
    ],
)
def test_a_member_of_another_kind_is_as_good_as_absent(code, members):
    assert reason_document(code, members)["detail"] == REASONS[code].detail


def test_a_group_is_named_alone_when_the_position_is_not_known():
    alone = reason_document("key_malformed", {"group": 4})["detail"]
    assert reason_document("key_malformed", {"group": 4, "position": "2"})["detail"] == alone


def test_the_suggested_key_is_a_member_but_never_part_of_a_sentence():
    refusal = refusals.KeyMalformed(4, 2, "RKFGK-R3FVD-YNF97-79FNY-DVFQK")
    document = reason_document(refusal.code, refusal.members)
    assert document.pop("suggestion") == "RKFGK-R3FVD-YNF97-79FNY-DVFQK"
    assert "RKFGK" not in str(document)


def test_braces_in_a_member_are_only_text():
    said = reason_document("key_wrong_product", {"product_name": "{seats} {0.__class__}"})["detail"]
    assert said.startswith("This key belongs to {seats} {0.__class__}.")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
member_names = st.sampled_from(
    sorted(set(chain.from_iterable(refusal.members for refusal, _ in EXACT)) | {"differs", "anything"})
)


@given(st.sampled_from(sorted(CATALOGUE)), st.dictionaries(member_names, json_values))
def test_any_members_make_a_document(code, members):
    document = reason_document(code, members)
    assert document["code"] == code
    assert isinstance(document["detail"], str)


def test_every_hardware_group_has_a_name_for_people():
    assert list(GROUP_NAMES) == ["platform", "storage", "network", "processor", "installation"]
    said = reason_document("hardware_changed", {"differs": tuple(GROUP_NAMES)})["detail"]
    assert "What differs: mainboard, system drive, network adapter, processor, operating system." in said


def test_a_document_is_told_in_another_language(tmp_path):
    german = Catalog(locale="de")
    german.add(REASONS["seat_limit_reached"].title, "Alle Plätze sind belegt")
    german.add(NEXT_STEPS["free_a_device"].label, "Anmelden und ein Gerät freigeben")
    german.add(
        (
            "Another device uses the one seat of this license. Sign in to see it and free the seat.",
            "Other devices use all {seats} seats of this license. Sign in to see them and free one.",
        ),
        ("Ein anderes Gerät belegt den Platz.", "Andere Geräte belegen alle {seats} Plätze."),
    )
    german.add(REASONS["hardware_changed"].detail, "Die Hardware ist eine andere.")
    german.add("mainboard", "Hauptplatine")
    compile_language(german, "de", tmp_path)
    spoken = {"language": "de", "locales": str(tmp_path)}

    assert reason_document("seat_limit_reached", {"seats": 3}, **spoken) == {
        "seats": 3,
        "code": "seat_limit_reached",
        "title": "Alle Plätze sind belegt",
        "detail": "Andere Geräte belegen alle 3 Plätze.",
        "next": {"action": "free_a_device", "label": "Anmelden und ein Gerät freigeben"},
    }
    one_seat = reason_document("seat_limit_reached", {"seats": 1}, **spoken)
    assert one_seat["detail"] == "Ein anderes Gerät belegt den Platz."
    assert reason_document("hardware_changed", **spoken)["detail"] == "Die Hardware ist eine andere."
    named = reason_document("hardware_changed", {"differs": ["platform"]}, **spoken)["detail"]
    assert "What differs: Hauptplatine." in named
