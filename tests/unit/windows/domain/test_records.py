"""Whatever comes back from Windows, it is read or refused, and never crashes."""

import json
import string
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.windows.domain.activation import judge
from mooring.windows.domain.records import (
    MARK,
    MOST_BYTES,
    Product,
    System,
    code_of,
    read_records,
    typed_code,
)
from mooring.windows.domain.unreadable import WindowsUnreadable
from mooring.windows.wording.document import windows_document
from mooring.windows.wording.page import windows_page
from tests.support.time_zones import far_from_utc
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


@pytest.mark.parametrize(
    "answer", [b"null", b"[1]", b"7", b"{}", b'{"a": {}}', b"[" * 200_000, b'{"a":' * 200_000, b"1" * 9000]
)
def test_what_is_no_document_is_refused(answer):
    with pytest.raises(WindowsUnreadable) as refused:
        read_records(answer)
    assert (refused.value.why, refused.value.fault) == ("no_answer", None)


WHOLE = '{"products": [{"Name": "Edition Fran\u00e7aise"}]}'
CUT = WHOLE[:30]
OTHER = '{"products": [{"Name": "of a profile"}]}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "printed",
    [
        f"{MARK}\n{WHOLE}\n",
        f"Loading {{modules}} {{\n{MARK}\n{WHOLE}\n}} done {{",
        f"{OTHER}\n{MARK}\n{WHOLE}{OTHER}",
        f"{MARK}\n{CUT}\n{MARK}\n{WHOLE}",
        f"{MARK}\n{CUT}{WHOLE}",
        f"{MARK}\n{WHOLE}{MARK}{OTHER}",
        f"{MARK}VERBOSE: {{0}} {{ }}\r\n{WHOLE}",
        f'{{"a": {WHOLE}',
        WHOLE + WHOLE,
    ],
)
def test_the_document_is_found_whatever_is_printed_around_it(printed, encoding):
    mark = b"" if encoding == "utf-8" else "\ufeff".encode(encoding)
    assert read_records(mark + printed.encode(encoding)).products[0].name == "Edition Fran\u00e7aise"


@pytest.mark.parametrize("before", ["ascii", "utf-16", "utf-32", "cp850"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_what_others_print_may_have_an_encoding_of_its_own(before, encoding):
    printed = "{ Profile loaded }\r\n".encode(before) + f"{MARK}\n{WHOLE}".encode(encoding) + b"\xff\x00\xfe"
    assert read_records(printed).products[0].name == "Edition Fran\u00e7aise"


@pytest.mark.parametrize("printed", [MARK, f"{OTHER}{MARK}{CUT}", f"{MARK}{CUT}{MARK}", MARK * 100])
def test_behind_the_mark_nothing_else_passes_for_the_answer(printed):
    with pytest.raises(WindowsUnreadable) as refused:
        read_records(printed.encode())
    assert refused.value.why == "no_answer"


def test_a_flood_of_beginnings_is_left_after_a_few():
    begun = time.process_time()
    with pytest.raises(WindowsUnreadable):
        read_records(b'{"products":' * 300_000)
    assert time.process_time() - begun < 5


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
        ({"SubscriptionStatus": 1}, False),
        ({}, False),
        (None, False),
        ([], False),
    ],
)
def test_a_subscription_counts_while_it_is_active(service, subscribed):
    records = read_records(json.dumps({"products": [], "service": service}).encode())
    assert records.subscribed is subscribed


def test_each_field_is_read_from_its_own_name():
    product = {
        "Name": "a name",
        "Description": "a description",
        "ProductKeyChannel": "a channel",
        "LicenseFamily": "a family",
        "PartialProductKey": "abcd2",
        "LicenseStatus": 3,
        "LicenseStatusReason": 5,
        "GracePeriodRemaining": 1,
        "EvaluationEndDate": "2026-08-01T00:00:00Z",
        "LicenseIsAddon": True,
    }
    system = {
        "Caption": "  a \t caption ",
        "Version": "10.0.1",
        "BuildNumber": "2",
        "ProductType": 3,
        "OperatingSystemSKU": 4,
        "MUILanguages": ["de-DE", "en-US"],
    }
    records = read_records(json.dumps({"products": [product], "system": system}).encode())
    assert records.products == (
        Product(
            name="a name",
            description="a description",
            key_channel="a channel",
            family="a family",
            last_five="ABCD2",
            status=3,
            reason=5,
            minutes_left=1,
            evaluation_ends_at=datetime(2026, 8, 1, tzinfo=UTC),
            is_addon=True,
        ),
    )
    assert records.system == System("a caption", "10.0.1", 2, 3, 4, "de-DE")
    assert records.failures == {}


@pytest.mark.parametrize(
    ("minutes", "left"), [(0, None), (1, 1), (2**31 - 2, 2**31 - 2), (2**31 - 1, None), (2**32 - 1, None)]
)
def test_a_time_without_end_is_no_time_that_is_left(minutes, left):
    records = read_records(json.dumps({"products": {"GracePeriodRemaining": minutes}}).encode())
    assert records.products[0].minutes_left == left


@pytest.mark.parametrize(("told", "addon"), [(True, True), ("TRUE", True), ("false", False), (None, False)])
def test_an_addon_is_told_from_an_edition(told, addon):
    records = read_records(json.dumps({"products": {"LicenseIsAddon": told}}).encode())
    assert records.products[0].is_addon is addon


def test_a_build_that_is_not_told_is_read_from_the_version():
    records = read_records(b'{"products": [], "system": {"Version": "10.0.22631"}}')
    assert records.system.build == 22631


def test_a_text_that_breaks_a_line_within_a_value_is_read():
    assert read_records(b'{"products": {"Name": "Windows\n11"}}').products[0].name == "Windows 11"


def test_half_a_letter_at_the_end_of_utf_16_spoils_nothing():
    document = '{"products": []} '.encode("utf-16")
    assert read_records(document[:-1]).products == ()
    assert read_records(document[2:-1]).products == ()


def test_a_date_without_a_zone_is_in_utc_wherever_the_pc_stands():
    with far_from_utc():
        records = read_records(b'{"products": {"EvaluationEndDate": "2026-08-01T00:00:00"}}')
    assert records.products[0].evaluation_ends_at == datetime(2026, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("HRESULT 0x80041003,Microsoft.Management -2146233088", 0x80041003),
        ("System.Exception -2147023838", 0x80070422),
        ("-2147023838 and more", None),
        ("nothing", None),
        (7, 7),
        ("", None),
    ],
)
def test_an_error_is_kept_as_its_code(told, fault):
    assert read_records(json.dumps({"failures": {"products": told}}).encode()).failures == {"products": fault}


def test_no_products_told_is_an_error_and_none_installed_is_not():
    assert read_records(b'{"service": {}}').failures == {"products": None}
    assert read_records(b'{"products": null}').failures == {"products": None}
    assert read_records(b'{"products": []}').failures == {}


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 119, 121])
def test_every_kind_of_subscription_counts(kind):
    service = {"SubscriptionType": kind, "SubscriptionStatus": 1}
    assert read_records(json.dumps({"products": [], "service": service}).encode()).subscribed is True


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0xC004F074", 0xC004F074),
        (" 0Xc004f074\n", 0xC004F074),
        ("80070005", 0x80070005),
        ("hr=0xC004F074, 0x80070005", 0xC004F074),
        ("(0xC004F074).", 0xC004F074),
        ("-1073418124", 0xC004F074),
        ("3221549172", 0xC004F074),
        ("4294967296", None),
        ("-2147483649", None),
        ("107341812", 0x0665E7F4),
        ("00000000001", None),
        ("x0xC004F074", None),
        ("0xC004F074x", None),
        ("0x0C004F074", None),
        ("0x8007000", None),
        ("0x8007_005", None),
        ("", None),
    ],
)
def test_a_typed_code_has_eight_digits_or_is_the_number_that_scripts_show(typed, code):
    assert typed_code(typed) == code
