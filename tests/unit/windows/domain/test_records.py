"""Whatever comes back from Windows, it is read or refused, and never crashes."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.windows.domain.activation import judge
from mooring.windows.domain.records import MOST_BYTES, code_of, read_records
from mooring.windows.domain.unreadable import WindowsUnreadable
from mooring.windows.wording.document import windows_document
from mooring.windows.wording.page import windows_page
from tests.support.windows_answers import ANSWERS, NOON, answer

FIELDS = (
    "Name",
    "Description",
    "ProductKeyChannel",
    "LicenseFamily",
    "PartialProductKey",
    "LicenseStatus",
    "LicenseStatusReason",
    "GracePeriodRemaining",
    "EvaluationEndDate",
    "LicenseIsAddon",
    "Caption",
    "Version",
    "BuildNumber",
    "ProductType",
    "OperatingSystemSKU",
    "MUILanguages",
    "SubscriptionType",
    "SubscriptionStatus",
    "value",
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["/Date(99999999999999)/", "99991231235959.000000-999", "OEM:DM", "0xC004F034", "1e9"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)
RECORD = st.dictionaries(st.sampled_from(FIELDS), VALUES)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "products": st.lists(RECORD, max_size=3) | RECORD | VALUES,
        "service": RECORD | VALUES,
        "system": RECORD | VALUES,
        "failures": st.dictionaries(st.sampled_from(["products", "system"]), VALUES) | VALUES,
    },
)


def answered(document):
    """Return the document about what Windows says, or why there is none; anything else is a fault."""
    try:
        windows = judge(read_records(document), at=NOON)
    except WindowsUnreadable:
        return None
    made = windows_document(windows, windows_page(windows, at=NOON))
    assert json.loads(json.dumps(made)) == made
    return made


@given(st.binary())
def test_no_bytes_crash_it(document):
    answered(document)


@given(DOCUMENT)
def test_no_document_crashes_it_and_none_makes_it_claim_a_link(document):
    made = answered(json.dumps(document).encode())
    if made is not None:
        assert made["linked"] is None
        assert made["link"] in {"unknown", "does_not_apply"}
        assert made["last_five"] is None or len(made["last_five"]) == 5


@given(st.sampled_from(sorted(ANSWERS)), st.data())
def test_no_damage_to_an_answer_crashes_it(name, data):
    whole = bytearray(answer(name))
    for _ in range(data.draw(st.integers(0, 4))):
        if whole:
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    answered(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_a_key_that_is_longer_than_its_end_is_never_kept():
    key = "-".join([string.ascii_uppercase[:5]] * 5)
    records = read_records(json.dumps({"products": [{"PartialProductKey": key}]}).encode())
    assert records.products[0].last_five is None
    assert key not in repr(records)


def test_what_a_terminal_would_obey_is_taken_out_of_names():
    record = {"Name": "Windows\x1b]0;gone\x07 Pro\nmore"}
    records = read_records(json.dumps({"products": record}).encode())
    assert records.products[0].name == "Windows ]0;gone  Pro more"


@pytest.mark.parametrize("answer", [b"null", b"[1]", b"7", b"[" * 200_000, b'{"a":' * 200_000, b"1" * 9000])
def test_what_is_no_document_is_refused(answer):
    with pytest.raises(WindowsUnreadable) as refused:
        read_records(answer)
    assert (refused.value.why, refused.value.fault) == ("no_answer", None)


def test_an_answer_without_end_is_refused_before_it_is_read():
    document = b'{"products": []}'
    assert read_records(document + b" " * (MOST_BYTES - len(document))).products == ()
    with pytest.raises(WindowsUnreadable):
        read_records(document + b" " * (MOST_BYTES + 1 - len(document)))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x1_0000_0000, None),
        (-(2**31), 0x80000000),
        (-(2**31) - 1, None),
        ("0xC004F034", 0xC004F034),
        ("-1073418187", 0xC004F035),
        (True, None),
        (1.0, None),
        ("C004F034", None),
    ],
)
def test_a_code_is_32_bits_however_it_is_written(value, code):
    assert code_of(value) == code


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("/Date(1785542400000)/", "2026-08-01T00:00:00+00:00"),
        ("2026-08-01T02:00:00.1234567+02:00", "2026-08-01T00:00:00+00:00"),
        ("2026-08-01T00:00:00", "2026-08-01T00:00:00+00:00"),
        ("20260801020000.000000+120", "2026-08-01T00:00:00+00:00"),
        ({"value": "/Date(1785542400000)/", "DisplayHint": 2}, "2026-08-01T00:00:00+00:00"),
        ("16010101000000.000000+000", None),
        ("/Date(9999999999999999)/", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_either_powershell_and_cim_write_it(written, instant):
    records = read_records(json.dumps({"products": {"EvaluationEndDate": written}}).encode())
    ends_at = records.products[0].evaluation_ends_at
    assert (ends_at.isoformat() if ends_at else None) == instant


@pytest.mark.parametrize(
    ("service", "subscribed"),
    [
        ({"SubscriptionType": 2, "SubscriptionStatus": 1}, True),
        ([{"SubscriptionType": 1, "SubscriptionStatus": 1}], True),
        ({"SubscriptionType": 120, "SubscriptionStatus": 1}, False),
        ({"SubscriptionType": 2, "SubscriptionStatus": 100}, False),
        ({}, False),
        (None, False),
        ([], False),
    ],
)
def test_a_subscription_counts_while_it_is_active(service, subscribed):
    records = read_records(json.dumps({"products": [], "service": service}).encode())
    assert records.subscribed is subscribed
