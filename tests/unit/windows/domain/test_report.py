"""What a PC tells of its Windows: codes and numbers of known shape, and nothing else."""

import json

import pytest

from mooring.windows.domain import channels
from mooring.windows.domain.activation import judge
from mooring.windows.domain.records import read_records
from mooring.windows.domain.report import STATES, WindowsReport, report_of, told_by
from tests.support.windows_answers import ANSWERS, NOON, answer

DIGITAL = WindowsReport("Professional", "retail", "activated", "3V66T", "10.0.22631", 22631, None)


def reported(name):
    return report_of(judge(read_records(answer(name)), at=NOON))


def told(**fields):
    product = {"LicenseFamily": "Professional", "LicenseStatus": 1, "ProductKeyChannel": "Retail"}
    system = {name: fields.pop(name) for name in ("Version", "BuildNumber") if name in fields}
    document = {"products": [product | fields], "system": system}
    return report_of(judge(read_records(json.dumps(document).encode()), at=NOON))


def test_tells_seven_things():
    assert reported("retail/digital_license.json") == DIGITAL
    assert DIGITAL.to_document() == {
        "edition": "Professional",
        "channel": "retail",
        "state": "activated",
        "last_five": "3V66T",
        "version": "10.0.22631",
        "build": 22631,
        "problem": None,
    }


def test_tells_the_code_of_what_is_wrong():
    assert reported("volume/kms_unreachable.json").problem == "0xC004F074"


def test_tells_the_same_in_every_language():
    names = [each for each in ANSWERS if each.startswith("languages/")]
    for name in names:
        report = reported(name)
        assert json.dumps(report.to_document(), ensure_ascii=False).isascii()
    assert len(names) > 4


@pytest.mark.parametrize("name", sorted(name for name in ANSWERS if "state" in ANSWERS[name]))
def test_what_can_be_judged_can_be_told_and_read(name):
    report = reported(name)
    assert told_by(report.to_document()) == report
    assert (report.state, report.channel) == (ANSWERS[name]["state"], ANSWERS[name]["channel"])
    assert report.state in STATES
    assert report.channel in channels.ALL


@pytest.mark.parametrize("family", ["<b>Pro</b>", "Pro fessional", "P" * 33, "", "Édition"])
def test_an_edition_of_no_known_shape_stays_on_the_pc(family):
    assert told(LicenseFamily=family).edition is None


def test_an_edition_may_have_32_characters():
    assert told(LicenseFamily="P" * 32).edition == "P" * 32


@pytest.mark.parametrize("version", ["10.0.22631 Insider", "10", "10.0.1.2", "", "1.2.3.4.5", "x"])
def test_a_version_is_numbers_and_dots(version):
    assert told(Version=version).version == (version if version in {"10", "10.0.1.2"} else None)


@pytest.mark.parametrize(("build", "kept"), [(0, 0), (10_000_000, 10_000_000), (10_000_001, None)])
def test_a_build_that_cannot_be_is_not_told(build, kept):
    assert told(BuildNumber=str(build)).build == kept


def test_where_no_key_is_installed_there_is_little_to_tell():
    report = report_of(judge(read_records(b'{"products": []}'), at=NOON))
    assert report == WindowsReport(None, "unknown", "not_activated", None, None, None, "0xC004F014")


def test_what_a_later_program_says_reads_as_unknown():
    report = told_by({"state": "frozen", "channel": "leased"})
    assert report == WindowsReport(None, "unknown", "unknown", None, None, None, None)


def test_what_is_of_another_kind_reads_as_nothing():
    members = dict.fromkeys(("edition", "last_five", "version", "problem"), 7) | {"build": "x"}
    assert told_by(members | {"state": 1, "channel": []}) == told_by({})
