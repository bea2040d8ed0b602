"""A certificate as claims, both ways, exactly as other people's clients read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.certificate.model import Certificate, Holder, MoveAllowance
from mooring.core.hardware.matching import Tolerance
from mooring.core.jose.members import WrongMember
from tests.support.certificates import AT, a_certificate, a_license, a_profile, an_es256_key

DAY = 86400
IAT = 1767323045


def test_has_exactly_the_claims_of_the_contract():
    claims = a_certificate().to_claims()
    hardware = claims.pop("hardware")

    assert claims == {
        "ver": 1,
        "iss": "https://licenses.example.com",
        "aud": "harbor-notes",
        "sub": "act_01kdy8e4980000000000000000",
        "iat": IAT,
        "nbf": IAT - 300,
        "renew_at": IAT + 15 * DAY,
        "grace_at": IAT + 22 * DAY + DAY // 2,
        "exp": IAT + 30 * DAY,
        "jti": "a-certificate",
        "seq": 3,
        "cnf": {"jkt": an_es256_key().public.thumbprint},
        "status": {"status_list": {"idx": 7, "uri": "https://licenses.example.com/v1/status-lists/1"}},
        "installation": "ins_01kdy8e4980000000000000000",
        "device": {"id": "dev_01kdy8e4980000000000000000", "name": "amber-heron"},
        "license": {
            "id": "lic_01kdy8e4980000000000000000",
            "edition": "pro",
            "channel": "retail",
            "method": "digital_license",
            "linked": True,
            "holder": {"masked": "m•••@o•••.example", "provider": "microsoft"},
            "last_five": "8XKQ2",
            "expires_at": None,
            "can_move": {"allowed": True, "left": 4, "next_at": None},
        },
        "entitlements": ["export-pdf", "sync"],
    }
    assert hardware == {"v": 1, "tolerance": "standard", "components": a_profile().to_wire()["components"]}


VARIANTS = [
    a_certificate(),
    a_certificate(license=a_license(holder=None, last_five=None, can_move=None, linked=False)),
    a_certificate(license=a_license(holder=Holder("m•••"), expires_at=AT)),
    a_certificate(license=a_license(can_move=MoveAllowance(allowed=False, left=0, next_at=AT))),
    a_certificate(license=a_license(holder=Holder("m•••", "google", AT))),
    a_certificate(license=a_license(can_move=MoveAllowance(allowed=True))),
    a_certificate(entitlements=(), sequence=1, tolerance=Tolerance.LENIENT),
    a_certificate(entitlements=tuple(f"e{n}" for n in range(64)), hardware=a_profile(mac_addresses=None)),
    a_certificate(entitlements=("é" * 24,)),
]


@pytest.mark.parametrize("certificate", VARIANTS)
def test_reads_what_it_wrote(certificate):
    assert Certificate.from_claims(certificate.to_claims()) == certificate


def test_a_license_without_holder_has_no_such_claim():
    claim = a_license(holder=None, can_move=None).to_claim()

    assert "holder" not in claim
    assert claim["can_move"] is None


def test_says_until_when_a_holder_may_be_refused_only_where_that_is_so():
    assert a_license(holder=Holder("m•••", "google")).to_claim()["holder"] == {
        "masked": "m•••",
        "provider": "google",
    }
    assert a_license(holder=Holder("m•••", None, AT)).to_claim()["holder"] == {
        "masked": "m•••",
        "provider": None,
        "provisional_until": "2026-01-02T03:04:05Z",
    }


def test_times_of_the_license_are_text():
    claim = a_license(expires_at=AT, can_move=MoveAllowance(allowed=True, left=None, next_at=AT)).to_claim()

    assert claim["expires_at"] == claim["can_move"]["next_at"] == "2026-01-02T03:04:05Z"


def test_an_unknown_tolerance_is_read_as_the_narrowest():
    claims = a_certificate().to_claims()
    claims["hardware"]["tolerance"] = "elastic"

    assert Certificate.from_claims(claims).tolerance is Tolerance.STRICT


def paths(value, path=()):
    for name, inner in value.items():
        yield (*path, name)
        if isinstance(inner, dict) and name != "components":
            yield from paths(inner, (*path, name))


OPTIONAL = {
    ("ver",),
    ("license", "holder"),
    ("license", "holder", "provider"),
    ("license", "last_five"),
    ("license", "expires_at"),
    ("license", "can_move"),
    ("license", "can_move", "left"),
    ("license", "can_move", "next_at"),
}
PATHS = list(paths(a_certificate().to_claims()))


def changed(path, value):
    claims = a_certificate().to_claims()
    inner = claims
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return claims


def wrong_member(claims):
    with pytest.raises(WrongMember) as caught:
        Certificate.from_claims(claims)
    return caught.value.member


@pytest.mark.parametrize("path", [path for path in PATHS if path not in OPTIONAL], ids=".".join)
def test_names_the_claim_that_is_missing(path):
    member = ".".join(path)
    below = {"cnf": "cnf", "hardware.v": "hardware", "hardware.components": "hardware"}

    assert wrong_member(changed(path, None)) == below.get(member, member)


@pytest.mark.parametrize("path", [path for path in PATHS if path != ("ver",)], ids=".".join)
@given(value=st.sampled_from(["", "x" * 3000, -1, 2**53, 1.5, [], [1], {}, "\x1b", True]))
def test_reads_a_claim_as_it_is_or_names_it(path, value):
    claims = changed(path, value)
    try:
        certificate = Certificate.from_claims(claims)
    except WrongMember as error:
        named = error.member
    else:
        named = path[0]
        assert certificate.to_claims() == claims
    assert named.split(".")[0] == path[0]


@pytest.mark.parametrize("longest", [64, 65])
def test_has_at_most_64_entitlements(longest):
    claims = {**a_certificate().to_claims(), "entitlements": ["e"] * longest}

    if longest == 64:
        assert len(Certificate.from_claims(claims).entitlements) == 64
    else:
        assert wrong_member(claims) == "entitlements"


@pytest.mark.parametrize("entitlement", ["", "é" * 24 + "x", 7, None])
def test_an_entitlement_has_1_to_48_bytes(entitlement):
    assert (
        wrong_member({**a_certificate().to_claims(), "entitlements": ["ok", entitlement]}) == "entitlements"
    )


@pytest.mark.parametrize("nbf", [IAT, IAT - 299, IAT - 301])
def test_begins_exactly_five_minutes_before_it_was_issued(nbf):
    assert wrong_member({**a_certificate().to_claims(), "nbf": nbf}) == "nbf"


def test_an_address_of_a_status_list_may_be_long():
    claims = a_certificate().to_claims()
    claims["status"]["status_list"]["uri"] = "https://" + "x" * 1992

    assert Certificate.from_claims(claims).status_list.uri == "https://" + "x" * 1992
