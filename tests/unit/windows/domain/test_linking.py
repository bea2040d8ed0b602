"""Linking is refused where it makes no sense, with the reason."""

import pytest

from mooring.windows.domain.activation import judge
from mooring.windows.domain.linking import PAGES, why_not_linked
from mooring.windows.domain.records import read_records
from tests.support.windows_answers import NOON, answer


def windows(name):
    return judge(read_records(answer(name)), at=NOON)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("retail/digital_license.json", None),
        ("retail/own_key.json", None),
        ("retail/windows_10_owner_checks_terms.json", None),
        ("oem/firmware_key.json", None),
        ("oem/label.json", None),
        ("damaged/system_not_told.json", None),
        ("retail/notification_no_license.json", "windows_not_activated"),
        ("retail/first_grace.json", "windows_not_activated"),
        ("damaged/status_missing.json", "windows_not_activated"),
        ("shapes/no_key_installed.json", "windows_not_activated"),
        ("volume/kms_licensed.json", "windows_of_an_organization"),
        ("volume/kms_unreachable.json", "windows_of_an_organization"),
        ("volume/mak.json", "windows_of_an_organization"),
        ("limited/evaluation.json", "windows_evaluation"),
        ("limited/subscription.json", "windows_on_subscription"),
        ("server/retail_is_not_linked_either.json", "windows_server"),
        ("server/domain_controller_is_kms_host.json", "windows_server"),
        ("server/evaluation.json", "windows_server"),
        ("wine/wine_8.json", "windows_too_old"),
    ],
)
def test_only_an_activated_license_of_a_person_is_linked(name, why):
    assert why_not_linked(windows(name)) == why


@pytest.mark.parametrize(("build", "why"), [(14392, "windows_too_old"), (14393, None), (None, None)])
def test_linking_came_with_windows_10_version_1607(build, why):
    ten = windows("retail/own_key.json")
    assert why_not_linked(ten._replace(system=ten.system._replace(build=build))) == why


def test_a_server_is_known_by_its_edition_where_its_kind_is_not_told():
    server = windows("server/retail_is_not_linked_either.json")
    assert why_not_linked(server._replace(system=server.system._replace(kind=None))) == "windows_server"


@pytest.mark.parametrize(("build", "eleven"), [(21999, False), (22000, True), (None, False)])
def test_windows_11_begins_with_build_22000(build, eleven):
    pc = windows("retail/own_key.json")
    assert pc._replace(system=pc.system._replace(build=build)).is_windows_11 is eleven


def test_the_pages_come_in_their_order():
    assert [page.address for page in PAGES] == ["ms-settings:yourinfo", "ms-settings:activation"]
