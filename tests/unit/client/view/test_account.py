"""What an account holds, by the names that people say: editions and systems, never their slugs."""

import pytest

from mooring.client.domain.accounts.mine import HeldLicense, KnownDevice, MyDevice, MyLicense
from mooring.client.domain.status import CanMove
from mooring.client.view.account import device_facts, license_facts, license_name
from mooring.testing import FakeServer


def held(product: str = "harbor-notes", edition: str = "pro") -> HeldLicense:
    return HeldLicense("lic_1", product, "Harbor Notes", edition, "retail", "TYX3D")


@pytest.fixture
def descriptor():
    return FakeServer(name="Harbor Notes").app().descriptor


def test_an_edition_has_the_name_that_the_publisher_gave_it(descriptor):
    assert license_name(held(), descriptor) == "Harbor Notes, Pro (retail, key ending in TYX3D)"


@pytest.mark.parametrize(
    ("channel", "english", "german"),
    [
        ("retail", "retail", "Einzellizenz"),
        ("oem", "OEM", "OEM-Lizenz"),
        ("volume", "volume", "Volumenlizenz"),
        ("subscription", "subscription", "Abonnement"),
        ("trial", "trial", "Testversion"),
        ("of-a-later-server", "of-a-later-server", "of-a-later-server"),
    ],
)
def test_a_channel_has_the_name_that_people_say_in_their_language(descriptor, channel, english, german):
    one = held()._replace(channel=channel)
    assert f"({english}, " in license_name(one, descriptor)
    assert f"({german}, " in license_name(one, descriptor, "de")


@pytest.mark.parametrize(
    ("standing", "shown"),
    [("active", None), ("suspended", "Gesperrt"), ("revoked", "Widerrufen"), ("new", "new")],
)
def test_a_license_that_does_not_count_says_so_in_words(standing, shown):
    mine = MyLicense(
        held(), standing, 1, 0, expires_at=None, confirmed=True, provisional_until=None, devices=(),
        can_move=CanMove(allowed=True, left=4, next_at=None),
    )  # fmt: skip
    assert dict(license_facts(mine, "de")).get("Zustand") == shown


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
