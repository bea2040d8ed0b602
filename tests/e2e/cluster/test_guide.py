"""The guide shows operators the settings that are tested here."""

from tests.support.cluster.settings import RULES, Place, haproxy_settings
from tests.support.documents import ROOT, blocks

GUIDE = ROOT / "docs" / "guide" / "postgresql.md"


def test_the_guide_shows_what_is_tested():
    places = [Place("one", "10.0.0.1", 5432, 8008), Place("two", "10.0.0.2", 5432, 8008)]
    assert [block.code for block in blocks(GUIDE, "yaml")] == [RULES]
    assert [block.code for block in blocks(GUIDE, "haproxy")] == [
        haproxy_settings(places, primary=5000, replicas=5001)
    ]
