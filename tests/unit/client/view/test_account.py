"""What an account holds, by the names that people say: editions and systems, never their slugs."""

import pytest

from mooring.client.domain.accounts.mine import HeldLicense, KnownDevice, MyDevice
from mooring.client.view.account import device_facts, license_name
from mooring.testing import FakeServer


def held(product: str = "harbor-notes", edition: str = "pro") -> HeldLicense:
    return HeldLicense("lic_1", product, "Harbor Notes", edition, "retail", "TYX3D")


@pytest.fixture
def descriptor():
    return FakeServer(name="Harbor Notes").app().descriptor


def test_an_edition_has_the_name_that_the_publisher_gave_it(descriptor):
    assert license_name(held(), descriptor) == "Harbor Notes, Pro (retail, key ending in TYX3D)"


def test_an_edition_of_another_product_is_at_least_no_slug(descriptor):
    other = held("harbor-charts", "small-office")
    assert license_name(other, descriptor) == "Harbor Notes, Small office (retail, key ending in TYX3D)"
    assert "Pro (" in license_name(held("harbor-charts"), descriptor)


@pytest.mark.parametrize(
    ("platform", "name"),
    [("linux", "Linux"), ("windows", "Windows"), ("macos", "macOS"), ("freebsd", "freebsd")],
)
def test_a_system_has_its_own_name(descriptor, platform, name):
    mine = MyDevice(KnownDevice("dev_1", "amber-heron", platform, None), (held(),))
    assert device_facts(mine, descriptor, "en") == (
        ("System", name),
        ("Uses", "Harbor Notes, Pro (retail, key ending in TYX3D)"),
    )
