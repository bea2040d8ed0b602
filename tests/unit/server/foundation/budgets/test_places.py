"""Places: what one subscriber is given, and what one organization."""

import pytest

from mooring.server.foundation.budgets.places import network_of, site_of


@pytest.mark.parametrize(
    ("address", "network", "site"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.255", "203.0.113.0/24"),
        ("203.0.114.0", "203.0.114.0", "203.0.114.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64", "2001:db8:1::/48"),
        ("2001:db8:2:3::1", "2001:db8:2:3::/64", "2001:db8:2::/48"),
        ("somewhere", "somewhere", "somewhere"),
    ],
)
def test_counts_by_what_one_subscriber_and_one_organization_are_given(address, network, site):
    assert (network_of(address), site_of(address)) == (network, site)
