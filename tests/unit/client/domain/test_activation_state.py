from datetime import timedelta

import pytest

from mooring.client.domain.activation_state import activation_state
from mooring.client.domain.errors import Voice
from mooring.client.domain.features import feature_name, features_of, only_edition
from mooring.client.domain.judgement import Judgement
from mooring.client.domain.status import Account
from mooring.core.certificate.model import Holder, MoveAllowance
from mooring.core.descriptor import EditionTerms, parse_descriptor
from mooring.core.refusals import CertificateExpired, HardwareChanged
from mooring.testing import FakeServer
from tests.support.certificates import AT, DAY, SECOND, a_certificate, a_license, a_profile

DESCRIPTOR = parse_descriptor(FakeServer().descriptor)._replace(
    editions={
        "home": EditionTerms("Home", {"notes": "Notes", "sync": "Sync"}, ("notes",)),
        "pro": EditionTerms("Pro", {"export-pdf": "PDF export", "sync": "Synchronization"}, ("view",)),
    },
    urls={"renew": "https://shop.example/renew"},
)
HOME_ONLY = DESCRIPTOR._replace(editions={"home": DESCRIPTOR.editions["home"]})


def told(certificate=None, obstacle=None, *, at=AT, descriptor=DESCRIPTOR, **facts):
    return activation_state(Judgement(certificate, obstacle), descriptor, at=at, voice=Voice(), **facts)


def test_the_document_of_an_activated_device_is_the_contracts():
    next_at = AT + 40 * DAY
    terms = a_license(
        expires_at=AT + 365 * DAY, can_move=MoveAllowance(allowed=False, left=0, next_at=next_at)
    )
    certificate = a_certificate(license=terms)
    assert told(certificate).to_document() == {
        "product": {"slug": "harbor-notes", "name": "Harbor Notes"},
        "edition": "pro",
        "state": "activated",
        "method": "digital_license",
        "linked": True,
        "holder": {"masked": "m•••@o•••.example", "provider": "microsoft"},
        "signed_in": None,
        "sentence": "Harbor Notes is activated with a digital license linked to your Microsoft account",
        "reason": None,
        "advice": [],
        "entitlements": ["export-pdf", "sync"],
        "locked": [],
        "license": {
            "id": terms.id,
            "channel": "retail",
            "last_five": "8XKQ2",
            "expires_at": "2027-01-02T03:04:05Z",
        },
        "device": {"id": certificate.device_id, "name": "amber-heron"},
        "installation": {"id": certificate.installation_id},
        "activation": {"id": certificate.activation},
        "can_move": {"allowed": False, "left": 0, "next_at": "2026-02-11T03:04:05Z"},
        "certificate": {
            "sequence": 3,
            "issued_at": "2026-01-02T03:04:05Z",
            "renew_at": "2026-01-17T03:04:05Z",
            "grace_at": "2026-01-24T15:04:05Z",
            "expires_at": "2026-02-01T03:04:05Z",
        },
    }


def test_who_is_signed_in_is_told_whether_or_not_the_device_is_activated():
    mia = Account("m•••@o•••.example", "local")
    for certificate in (None, a_certificate()):
        assert told(certificate, signed_in=mia).signed_in == mia


def test_the_document_of_a_device_that_was_never_activated_is_the_contracts():
    document = told(descriptor=HOME_ONLY).to_document()
    assert document["reason"]["code"] == "no_digital_license"
    assert {name: value for name, value in document.items() if name != "reason"} == {
        "product": {"slug": "harbor-notes", "name": "Harbor Notes"},
        "edition": "home",
        "state": "not_activated",
        "method": None,
        "linked": False,
        "holder": None,
        "signed_in": None,
        "sentence": "Harbor Notes is not activated",
        "advice": [],
        "entitlements": ["notes"],
        "locked": ["sync"],
        "license": None,
        "device": None,
        "installation": None,
        "activation": None,
        "can_move": None,
        "certificate": None,
    }


def test_the_grace_period_begins_on_its_second():
    certificate = a_certificate()
    assert told(certificate, at=certificate.grace_at - SECOND).state == "activated"
    status = told(certificate, at=certificate.grace_at)
    assert status.state == "grace"
    assert status.activated
    assert status.method == "digital_license"
    assert status.allows("sync")
    assert not status.allows("view")
    assert status.sentence == (
        "Harbor Notes is activated; it must reach the activation service before 2026-02-01"
    )


def test_what_no_longer_counts_still_tells_what_it_was():
    certificate = a_certificate()
    status = told(certificate, CertificateExpired(certificate.expires_at), at=certificate.expires_at)
    assert (status.state, status.method, status.activated) == ("not_activated", None, False)
    assert status.linked
    assert status.license.id == certificate.license.id
    assert status.entitlements == ("view",)
    assert status.locked == ("export-pdf", "sync")
    assert status.reason["code"] == "certificate_expired"
    assert status.reason["ended_at"] == "2026-02-01T03:04:05Z"


def test_the_reason_offers_the_publishers_addresses():
    voice = Voice("en", {"renew": "https://shop.example/renew", "support": "https://help.example"})
    judgement = Judgement(None, HardwareChanged(["platform"]))
    reason = activation_state(judgement, DESCRIPTOR, at=AT, voice=voice).reason
    assert reason["differs"] == ["platform"]
    assert "url" in reason["next"] or reason["next"]["action"]


def test_the_status_speaks_the_language_that_was_asked_for():
    status = activation_state(Judgement(None, None), DESCRIPTOR, at=AT, voice=Voice("de"))
    assert status.language == "de"


@pytest.mark.parametrize(
    ("channel", "linked", "advised"),
    [
        ("retail", False, True),
        ("trial", False, True),
        ("subscription", False, True),
        ("volume", False, False),
        ("retail", True, False),
    ],
)
def test_linking_is_advised_where_it_can_be_done(channel, linked, advised):
    status = told(a_certificate(license=a_license(channel=channel, linked=linked)))
    assert status.advice == (("link_before_hardware_change",) if advised else ())


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("can_move", [None, MoveAllowance(allowed=False, left=0)])
def test_what_never_moves_is_said_to_stay_and_no_linking_is_promised_to_help(linked, can_move):
    status = told(a_certificate(license=a_license(channel="oem", linked=linked, can_move=can_move)))
    assert status.advice == ("stays_with_this_device",)


@pytest.mark.parametrize(
    "can_move", [MoveAllowance(allowed=True), MoveAllowance(allowed=False, left=0, next_at=AT)]
)
def test_linking_is_advised_where_the_publisher_lets_even_such_a_license_move(can_move):
    for linked, advised in ((False, ("link_before_hardware_change",)), (True, ())):
        terms = a_license(channel="oem", linked=linked, can_move=can_move)
        assert told(a_certificate(license=terms)).advice == advised


def test_linking_is_not_advised_for_what_ends_by_itself():
    for channel in ("retail", "oem"):
        lease = a_certificate(license=a_license(channel=channel, linked=False, method="lease", can_move=None))
        assert told(lease).advice == ()


def test_a_holder_who_is_not_confirmed_is_told_until_they_are():
    certificate = a_certificate()
    until = certificate.issued_at + SECOND * 60
    linked = a_certificate(license=a_license(linked=True, holder=Holder("m•••", "local", until)))
    assert told(linked, at=until - SECOND).advice == ("link_unconfirmed",)
    assert told(linked, at=until).advice == ()


def test_renewing_is_advised_from_its_second():
    certificate = a_certificate()
    assert told(certificate, at=certificate.renew_at - SECOND).advice == ()
    assert told(certificate, at=certificate.renew_at).advice == ("renew_soon",)


def test_every_advice_has_its_place():
    weak = a_profile(board_serial=None, system_uuid=None, root_disk_serial=None)
    certificate = a_certificate(hardware=weak, license=a_license(linked=False))
    status = told(certificate, at=certificate.renew_at, rolled_back=True, unwritable=True)
    assert status.advice == (
        "link_before_hardware_change",
        "renew_soon",
        "weak_hardware",
        "certificate_rolled_back",
        "storage_unwritable",
    )
    assert told(rolled_back=True, unwritable=True).advice == ("storage_unwritable",)
    assert told().advice == ()
    lease = a_certificate(hardware=weak, license=a_license(linked=True, method="lease"))
    assert told(lease).advice == ()


def test_a_license_without_holder_or_moves_tells_neither():
    status = told(a_certificate(license=a_license(holder=None, can_move=None, last_five=None)))
    assert (status.holder, status.can_move, status.license.last_five) == (None, None, None)
    other = told(a_certificate(license=a_license(holder=Holder("m•••"))))
    assert other.holder == ("m•••", None)
    assert other.sentence == "Harbor Notes is activated with a digital license linked to your account"


@pytest.mark.parametrize(
    ("method", "expires_in", "sentence"),
    [
        ("trial", 12, "Harbor Notes trial: 12 days left"),
        ("subscription", 20, "Harbor Notes subscription is active until 2026-01-22"),
        ("organization", None, "Harbor Notes is activated using your organization's activation service"),
        ("product_key", None, "Harbor Notes is activated with a product key"),
    ],
)
def test_the_sentence_names_the_end_of_the_license(method, expires_in, sentence):
    ends = None if expires_in is None else AT + expires_in * DAY
    assert told(a_certificate(license=a_license(method=method, expires_at=ends))).sentence == sentence


def test_the_sentence_of_a_lease_names_the_end_of_the_certificate():
    certificate = a_certificate(
        license=a_license(method="lease", expires_at=AT + 365 * DAY), expires_at=AT + timedelta(hours=2)
    )
    assert "05:04" in told(certificate).sentence


def test_what_any_edition_gives_away_is_free_while_the_edition_is_unknown():
    assert told().edition is None
    assert told().entitlements == ("notes", "view")
    assert told().locked == ("sync", "export-pdf")
    assert features_of("pro", DESCRIPTOR) == (("view",), ("export-pdf", "sync"))
    assert features_of("unheard-of", DESCRIPTOR).free == ("notes", "view")


def test_features_are_called_as_in_their_edition():
    assert feature_name("sync", "pro", DESCRIPTOR) == "Synchronization"
    assert feature_name("sync", "home", DESCRIPTOR) == "Sync"
    assert feature_name("notes", "pro", DESCRIPTOR) == "Notes"
    assert feature_name("sync", None, DESCRIPTOR) == "Sync"
    assert feature_name("unheard-of", "pro", DESCRIPTOR) == "unheard-of"


def test_the_only_edition_is_known():
    assert only_edition(HOME_ONLY) == "home"
    assert only_edition(DESCRIPTOR) is None
