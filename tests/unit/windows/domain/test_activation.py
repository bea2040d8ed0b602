"""Judging what Windows said: which edition counts, and what is never guessed."""

import json

import pytest

from mooring.windows.domain import channels
from mooring.windows.domain.activation import judge
from mooring.windows.domain.channels import channel_of
from mooring.windows.domain.records import read_records
from mooring.windows.domain.unreadable import WindowsUnreadable
from tests.support.windows_answers import NOON


def judged(*products, system=None, service=None):
    document = {"products": list(products), "system": system, "service": service}
    return judge(read_records(json.dumps(document).encode()), at=NOON)


def a_product(**fields):
    return {"LicenseFamily": "Professional", "LicenseStatus": 1, "ProductKeyChannel": "Retail"} | fields


@pytest.mark.parametrize(
    ("why", "fault", "told"),
    [
        ("access_denied", 0x80070005, "HRESULT 0x80070005"),
        ("access_denied", 0x80041003, "HRESULT 0x80041003"),
        ("service_disabled", 0x80070422, "HRESULT 0x80070422"),
        ("no_answer", 0x80041010, "HRESULT 0x80041010"),
        ("no_answer", None, "no code"),
    ],
)
def test_why_licenses_were_not_told_is_kept_with_its_code(why, fault, told):
    records = read_records(json.dumps({"failures": {"products": told}}).encode())
    with pytest.raises(WindowsUnreadable) as refused:
        judge(records, at=NOON)
    assert (refused.value.why, refused.value.fault) == (why, fault)


@pytest.mark.parametrize("better", range(6))
def test_of_two_editions_the_better_status_counts(better):
    order = (1, 2, 6, 3, 4, 5, 0)
    two = [a_product(LicenseStatus=status) for status in (order[better + 1], order[better])]
    assert judged(*two).product.status == order[better]


@pytest.mark.parametrize("status", [None, 7, -1])
def test_any_status_is_better_than_none_and_none_is_claimed(status):
    none = a_product(LicenseStatus=status)
    assert judged(none, a_product(LicenseStatus=0)).product.status == 0
    assert judged(none).state == "unknown"


@pytest.mark.parametrize(
    ("sku", "family"),
    [(48, "Professional"), (101, "Core"), (4, "Enterprise"), (7, "ServerStandard"), (125, "EnterpriseS")],
)
def test_the_edition_that_runs_counts_however_it_fares(sku, family):
    others = [a_product(LicenseFamily="Another"), a_product(LicenseFamily="AndAnother")]
    mine = a_product(LicenseFamily=family, LicenseStatus=5)
    system = {"OperatingSystemSKU": sku}
    assert judged(*others, mine, system=system).product.family == family


def test_an_addon_alone_is_no_windows():
    only = judged(a_product(LicenseIsAddon=True))
    assert (only.product, only.state, only.problem) == (None, "not_activated", 0xC004F014)


@pytest.mark.parametrize(
    ("fields", "channel"),
    [
        ({"ProductKeyChannel": "OEM:DM"}, channels.OEM_DM),
        ({"ProductKeyChannel": "OEM:COA"}, channels.OEM_COA),
        ({"ProductKeyChannel": "oem:slp"}, channels.OEM_SLP),
        ({"ProductKeyChannel": "Retail:TB:Sub"}, channels.SUBSCRIPTION),
        ({"ProductKeyChannel": "Retail:TB:Eval"}, channels.EVALUATION),
        ({"ProductKeyChannel": "Volume:CSVLK"}, channels.KMS_HOST),
        ({"ProductKeyChannel": "Volume:GVLK", "Description": "RETAIL channel"}, channels.VOLUME_KMS),
        ({"ProductKeyChannel": "New:One", "Description": "OEM_SLP channel"}, channels.OEM_SLP),
        ({"ProductKeyChannel": "", "Description": "timebased_sub channel"}, channels.SUBSCRIPTION),
        ({"ProductKeyChannel": "", "LicenseFamily": "EnterpriseSEval"}, channels.EVALUATION),
        ({"ProductKeyChannel": "", "LicenseFamily": "EvalEnterprise"}, channels.UNKNOWN),
        ({"ProductKeyChannel": "", "LicenseFamily": "Core"}, channels.UNKNOWN),
    ],
)
def test_the_channel_is_that_of_the_key_else_of_the_description_else_of_the_family(fields, channel):
    assert judged(a_product(**fields)).channel == channel


@pytest.mark.parametrize(
    ("told", "channel"),
    [("Retail", "subscription"), ("OEM:DM", "subscription"), ("Volume:MAK", "volume_mak"), ("", "unknown")],
)
def test_a_subscription_stands_above_a_license_of_a_person_only(told, channel):
    records = read_records(json.dumps({"products": a_product(ProductKeyChannel=told)}).encode())
    assert channel_of(records.products[0], subscribed=True) == channel


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        ({"PartialProductKey": "3V66T"}, "digital_license"),
        ({"PartialProductKey": "3V66T", "ProductKeyChannel": "OEM:DM"}, None),
        ({"PartialProductKey": "3V66S"}, None),
        ({"LicenseStatusReason": 0x4004F401}, "digital_license"),
        ({"LicenseStatusReason": 0x4004F401, "ProductKeyChannel": "Volume:MAK"}, "product_key"),
        ({"ProductKeyChannel": "Volume:CSVLK"}, "product_key"),
        ({"ProductKeyChannel": "Volume:GVLK"}, "organization"),
        ({"Description": "VIRTUAL_MACHINE_ACTIVATION", "ProductKeyChannel": ""}, "organization"),
        ({"PartialProductKey": "3V66T", "LicenseStatus": 5}, None),
    ],
)
def test_a_digital_license_is_claimed_only_where_windows_shows_one(fields, method):
    assert judged(a_product(**fields)).method == method


def test_the_end_of_an_evaluation_counts_only_for_one():
    ends = {"EvaluationEndDate": "2026-08-01T00:00:00Z"}
    assert judged(a_product(**ends)).ends_at is None
    evaluation = judged(a_product(ProductKeyChannel="Retail:TB:Eval", **ends))
    assert evaluation.ends_at.isoformat() == "2026-08-01T00:00:00+00:00"
    sooner = judged(a_product(ProductKeyChannel="Retail:TB:Eval", GracePeriodRemaining=60, **ends))
    assert sooner.ends_at.isoformat() == "2026-06-01T13:00:00+00:00"


@pytest.mark.parametrize(
    ("channel", "kind", "linked"),
    [
        ("Retail", 1, "unknown"),
        ("OEM:SLP", 1, "unknown"),
        ("", None, "unknown"),
        ("Retail", 3, "does_not_apply"),
        ("OEM:SLP", 2, "does_not_apply"),
        ("Volume:MAK", 1, "does_not_apply"),
        ("Retail:TB:Eval", 1, "does_not_apply"),
    ],
)
def test_a_link_is_unknown_for_persons_and_does_not_apply_to_others(channel, kind, linked):
    assert judged(a_product(ProductKeyChannel=channel), system={"ProductType": kind}).linked == linked
