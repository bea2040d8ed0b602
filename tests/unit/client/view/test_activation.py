"""The Activation page as values: what is said, in which tone, and what is left out."""

from datetime import UTC, datetime

import pytest

from mooring.client.domain.errors import Refused, Voice
from mooring.client.domain.status import (
    Account,
    CanMove,
    CertificateTimes,
    Device,
    License,
    Product,
    Status,
)
from mooring.client.view.activation import NextStep, activation_view
from mooring.core.descriptor import parse_descriptor
from mooring.testing import FakeServer, activated_app, expired_app, grace_app, revoked_app, trial_app

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEATURES = {"export-pdf": "Export to PDF", "sync": "Sync"}
DESCRIPTOR = parse_descriptor(FakeServer(entitlements=FEATURES).descriptor)
(EDITION,) = DESCRIPTOR.editions

ACTIVATED = Status(
    at=AT,
    product=Product("harbor-notes", "Harbor Notes"),
    edition=EDITION,
    state="activated",
    method="digital_license",
    entitlements=("export-pdf", "sync"),
    license=License("lic_1", "retail", "8XKQ2", None),
    device=Device("dev_1", "amber-heron"),
    installation="ins_1",
    activation="act_1",
    can_move=CanMove(allowed=True, left=4, next_at=None),
    certificate=CertificateTimes(3, AT, AT, AT, datetime(2026, 3, 31, 12, 5, tzinfo=UTC)),
)


def facts_of(status: Status) -> dict[str, str]:
    facts = activation_view(status, DESCRIPTOR).facts
    assert len(dict(facts)) == len(facts)
    return dict(facts)


def test_an_activated_program_shows_all_that_is_known_in_the_order_of_the_page():
    view = activation_view(ACTIVATED, DESCRIPTOR)
    assert view.sentence == "Harbor Notes is activated with a digital license"
    assert view.tone == "good"
    assert view.why is view.next_step is view.adds is None
    assert view.advice == ()
    assert view.facts == (
        ("Edition", DESCRIPTOR.editions[EDITION].name),
        ("License", "retail, product key ending in 8XKQ2"),
        ("This computer", "amber-heron"),
        ("Features", "Export to PDF, Sync"),
        ("Works offline until", "2026-03-31 12:05 UTC"),
        ("Can it move", "You can safely change your mainboard or computer; 4 moves are left"),
    )


@pytest.mark.parametrize(
    ("channel", "last_five", "line"),
    [
        ("volume", "8XKQ2", "Volumenlizenz, Product Key endet auf 8XKQ2"),
        ("trial", None, "Testversion"),
        ("of-a-later-server", None, "of-a-later-server"),
    ],
)
def test_the_license_is_called_by_the_name_of_its_channel(channel, last_five, line):
    german = ACTIVATED._replace(license=License("lic_1", channel, last_five, None), language="de")
    assert line in activation_view(german, DESCRIPTOR).facts[1]


def test_the_holder_stands_masked_beside_the_sentence():
    linked = ACTIVATED._replace(linked=True, holder=Account("m•••@o•••.example", "microsoft"))
    assert facts_of(linked)["Linked to"] == "m•••@o•••.example"
    assert "Microsoft" in activation_view(linked, DESCRIPTOR).sentence


def test_a_license_that_ends_says_when():
    ending = ACTIVATED._replace(
        license=License("lic_1", "retail", "8XKQ2", datetime(2026, 12, 31, tzinfo=UTC))
    )
    assert facts_of(ending)["Ends"] == "2026-12-31"
    assert "Ends" not in facts_of(ACTIVATED)


def test_a_license_without_a_key_shows_its_channel_only():
    keyless = ACTIVATED._replace(license=License("lic_1", "trial", None, None))
    assert facts_of(keyless)["License"] == "trial"


def test_what_is_not_known_is_left_out():
    bare = Status(at=AT, product=ACTIVATED.product, edition=None, state="activated", method="product_key")
    assert activation_view(bare, DESCRIPTOR).facts == ()


def test_an_edition_and_a_feature_that_the_descriptor_does_not_know_keep_their_own_names():
    newer = ACTIVATED._replace(edition="captain", entitlements=("export-pdf", "tides"))
    assert facts_of(newer)["Edition"] == "captain"
    assert facts_of(newer)["Features"] == "Export to PDF, tides"


@pytest.mark.parametrize(
    ("move", "line"),
    [
        (CanMove(True, None, None), "You can safely change your mainboard or computer"),
        (CanMove(True, 1, None), "You can safely change your mainboard or computer; 1 move is left"),
        (CanMove(False, 0, AT), "This license can move to other hardware again from 2026-03-01"),
        (
            CanMove(False, 0, None),
            "This license belongs to this computer: it does not move to other hardware",
        ),
    ],
)
def test_it_says_before_hardware_is_changed_whether_the_license_can_move(move: CanMove, line: str):
    assert facts_of(ACTIVATED._replace(can_move=move))["Can it move"] == line


def test_a_program_that_is_not_activated_says_why_what_next_and_what_it_would_add():
    refused = Refused("seat_limit_reached", {"seats": 3})
    status = ACTIVATED._replace(
        state="not_activated", method=None, obstacle=refused, entitlements=(), locked=("export-pdf", "sync")
    )
    view = activation_view(status, DESCRIPTOR)
    assert view.sentence == "Harbor Notes is not activated"
    assert view.tone == "bad"
    assert view.why == refused.detail
    assert view.next_step == NextStep(refused.next["action"], refused.next["label"], None)
    assert view.adds == "Activation adds these features: Export to PDF, Sync"
    assert view.facts == ()


def test_the_next_step_leads_to_the_publishers_address():
    expired = Refused("license_expired")
    expired.voice = Voice("en", {"renew": "https://harbor.example/renew"})
    view = activation_view(ACTIVATED._replace(state="not_activated", obstacle=expired), DESCRIPTOR)
    assert view.next_step.action == "renew_license"
    assert view.next_step.url == "https://harbor.example/renew"


def test_advice_that_this_version_does_not_know_is_left_out():
    view = activation_view(ACTIVATED._replace(advice=("weak_hardware", "of_a_later_version")), DESCRIPTOR)
    assert len(view.advice) == 1
    assert "product key" in view.advice[0]


@pytest.mark.parametrize(
    ("ready", "tone", "facts"),
    [(activated_app, "good", True), (grace_app, "warning", True), (trial_app, "good", True),
     (expired_app, "bad", False), (revoked_app, "bad", False)],
)  # fmt: skip
def test_each_state_of_a_real_app_has_its_tone(ready, tone: str, facts: bool):
    app = ready()
    view = activation_view(app.status(), app.descriptor)
    assert view.tone == tone
    assert bool(view.facts) is facts
    assert (view.why is None) is facts


def test_an_unknown_state_of_a_later_version_is_shown_as_not_activated():
    view = activation_view(ACTIVATED._replace(state="hibernating"), DESCRIPTOR)
    assert (view.tone, view.sentence) == ("bad", "Harbor Notes is not activated")
