"""Microsoft's rules: an issuer is a tenant, a person is an object in a tenant, and an address is nobody."""

import pytest

from mooring.server.identity.domain.federation.id_token import ProviderKey
from mooring.server.identity.domain.federation.issuers import ExactIssuer, MicrosoftIssuers, is_tenant
from mooring.server.identity.domain.federation.refusals import TokenRefused
from tests.support.id_tokens import (
    BASE,
    COMMON,
    CONTOSO,
    EVIL,
    MIAS_OBJECT,
    PERSONAL,
    TEMPLATE,
    judged,
    microsoft_claims,
)


def refusal(claims, issuers=COMMON, **how):
    with pytest.raises(TokenRefused) as refused:
        judged(claims, issuers=issuers, **how)
    return refused.value.why


def a_key(issuer):
    return ProviderKey({"kty": "RSA", "kid": "1", "issuer": issuer})


@pytest.mark.parametrize("tenant", [PERSONAL, CONTOSO])
def test_the_issuer_is_the_template_filled_with_the_tokens_own_tenant(tenant):
    assert judged(microsoft_claims(tid=tenant), issuers=COMMON).issuer == f"{BASE}/{tenant}/v2.0"


@pytest.mark.parametrize(
    "issuer",
    [
        f"{BASE}/{CONTOSO}/v2.0",  # another tenant's
        f"{BASE}/{PERSONAL}/v2.0/",
        f"{BASE}/{PERSONAL}/v1.0",
        f"{BASE}/{PERSONAL.upper()}/v2.0",
        f"https://evil.example/{PERSONAL}/v2.0",
        TEMPLATE,
        None,
        7,
    ],
)
def test_refuses_an_issuer_that_is_not_the_tokens_own_tenant(issuer):
    assert refusal(microsoft_claims() | {"iss": issuer}) == "issuer"


@pytest.mark.parametrize("tenant", [None, "", "common", "{tenantid}", PERSONAL.upper(), f"{PERSONAL}/x", 7])
def test_refuses_a_tenant_that_is_no_guid(tenant):
    claims = microsoft_claims() | {"tid": tenant, "iss": f"{BASE}/{tenant}/v2.0"}
    assert refusal({name: value for name, value in claims.items() if value is not None}) == "tenant"


def test_one_tenant_alone_may_sign_in_where_it_is_configured():
    contoso = MicrosoftIssuers(TEMPLATE, CONTOSO)
    assert judged(microsoft_claims(tid=CONTOSO), issuers=contoso).subject == f"{CONTOSO}:{MIAS_OBJECT}"
    for tenant in (PERSONAL, EVIL):
        assert refusal(microsoft_claims(tid=tenant), contoso) == "tenant"


def test_personal_accounts_alone_are_one_tenant():
    consumers = MicrosoftIssuers(TEMPLATE, PERSONAL)
    assert judged(microsoft_claims(), issuers=consumers).subject == f"{PERSONAL}:{MIAS_OBJECT}"
    assert refusal(microsoft_claims(tid=CONTOSO), consumers) == "tenant"


def test_organizations_are_all_tenants_but_the_personal_one():
    organizations = MicrosoftIssuers(TEMPLATE, "organizations")
    assert judged(microsoft_claims(tid=CONTOSO), issuers=organizations)
    assert refusal(microsoft_claims(), organizations) == "tenant"


def test_a_key_speaks_for_the_issuer_that_the_key_set_names_and_for_no_other():
    personal = a_key(f"{BASE}/{PERSONAL}/v2.0")
    assert judged(microsoft_claims(), issuers=COMMON, key=personal)
    assert refusal(microsoft_claims(tid=CONTOSO), key=personal) == "key_issuer"
    elsewhere = a_key("https://login.microsoftonline.us/{tenantid}/v2.0")
    assert refusal(microsoft_claims(tid=CONTOSO), key=elsewhere) == "key_issuer"


@pytest.mark.parametrize("issuer", [TEMPLATE, None])
def test_a_key_whose_issuer_is_the_template_or_unnamed_speaks_for_every_tenant(issuer):
    assert judged(microsoft_claims(tid=CONTOSO), issuers=COMMON, key=a_key(issuer))


def test_the_person_is_tenant_and_object_and_the_subject_is_kept_beside():
    person = judged(microsoft_claims(tid=CONTOSO), issuers=COMMON)
    assert (person.subject, person.provider_sub) == (f"{CONTOSO}:{MIAS_OBJECT}", "pairwise")


@pytest.mark.parametrize("changes", [{"oid": None}, {"oid": "mia@a.example"}, {"oid": 7}, {"sub": None}])
def test_refuses_a_token_without_a_person(changes):
    assert refusal(microsoft_claims(**changes)) == "subject"


def test_who_has_another_persons_address_is_another_person():
    mia = judged(microsoft_claims(email="mia@a.example"), issuers=COMMON)
    eve = judged(microsoft_claims(tid=EVIL, email="mia@a.example"), issuers=COMMON)
    assert (mia.issuer, mia.subject) != (eve.issuer, eve.subject)


def test_the_name_to_sign_in_with_is_shown_before_the_address_that_anybody_can_write():
    told = microsoft_claims(tid=EVIL, preferred_username="eve@evil.example", email="mia@a.example")
    assert judged(told, issuers=COMMON).hint == "eve@evil.example"
    assert judged(told | {"preferred_username": ""}, issuers=COMMON).hint == "mia@a.example"


@pytest.mark.parametrize(
    ("issuer", "tenant", "may"),
    [
        (f"{BASE}/{CONTOSO}/v2.0", "common", True),
        (f"{BASE}/{CONTOSO}/v2.0", PERSONAL, False),
        (f"{BASE}/{PERSONAL}/v2.0", "organizations", False),
        (f"{BASE}/common/v2.0", "common", False),
        (f"https://evil.example/{CONTOSO}/v2.0", "common", False),
        ("", "common", False),
    ],
)
def test_an_answer_can_be_of_the_tenants_that_may_sign_in(issuer, tenant, may):
    assert MicrosoftIssuers(TEMPLATE, tenant).may_answer(issuer) is may


def test_of_one_issuer_only_that_may_answer():
    assert ExactIssuer("https://a.example").may_answer("https://a.example")
    assert not ExactIssuer("https://a.example").may_answer("https://a.example/")


def test_a_tenant_is_known_by_its_guid():
    assert is_tenant(CONTOSO)
    assert not is_tenant("contoso.com")
    assert not is_tenant(CONTOSO + "0")
