"""Limits: guessing and floods end, honest devices never notice."""

import pytest

from mooring.core.refusals import RateLimited
from mooring.server.web.http.limits import Buckets, Limits, network_of


def test_gives_as_many_tries_as_the_bucket_holds_and_then_says_how_long_to_wait():
    buckets = Buckets("tries", capacity=3, window=30)
    assert [buckets.take("a", 100.0) and buckets.level("a", 100.0).left for _ in range(4)] == [2, 1, 0, None]
    assert buckets.level("a", 100.0).wait == 10
    assert buckets.level("a", 106.5).wait == 4
    assert buckets.take("a", 109.9) is None
    assert buckets.take("a", 110.0) is not None
    assert buckets.take("a", 110.0) is None


def test_refills_to_its_capacity_and_no_further():
    buckets = Buckets("tries", capacity=3, window=30)
    for _ in range(3):
        buckets.take("a", 0.0)
    assert buckets.level("a", 30.0).left == 3
    assert buckets.level("a", 9000.0).left == 3


def test_a_refused_try_costs_nothing():
    buckets = Buckets("tries", capacity=1, window=10)
    buckets.take("a", 0.0)
    for _ in range(50):
        assert buckets.take("a", 5.0) is None
    assert buckets.take("a", 10.0) is not None


def test_one_name_does_not_pay_for_another():
    buckets = Buckets("tries", capacity=1, window=10)
    assert buckets.take("a", 0.0) is not None
    assert buckets.take("b", 0.0) is not None


def test_says_its_policy_and_what_is_left_in_headers():
    buckets = Buckets("tries", capacity=2, window=60)
    assert buckets.take("a", 0.0).headers() == [
        (b"ratelimit-policy", b'"tries";q=2;w=60'),
        (b"ratelimit", b'"tries";r=1;t=0'),
    ]
    assert buckets.take("a", 0.0).headers()[1] == (b"ratelimit", b'"tries";r=0;t=30')


def test_remembers_no_more_names_than_it_may_and_forgets_the_fullest_first():
    buckets = Buckets("tries", capacity=10, window=100, most=8)
    for _ in range(10):
        buckets.take("guesser", 0.0)
    for number in range(500):
        buckets.take(f"honest {number}", 0.0)
        assert len(buckets) <= 8
    assert buckets.take("guesser", 0.0) is None


def test_forgets_full_buckets_before_any_other():
    buckets = Buckets("tries", capacity=2, window=10, most=3)
    buckets.take("early", 0.0)
    buckets.take("late", 9.0)
    buckets.take("later", 9.0)
    buckets.take("new", 9.5)
    assert len(buckets) == 3
    assert buckets.level("late", 9.5).left == 1


def test_an_installation_is_held_down_only_when_it_asks_without_end():
    limits = Limits(seconds=lambda: 50.0)
    for _ in range(600):
        limits.admit("thumbprint")
    with pytest.raises(RateLimited) as refused:
        limits.admit("thumbprint")
    assert refused.value.retry_after == 1
    limits.admit("another thumbprint")


def test_an_address_may_try_thirty_unknown_keys_then_one_a_minute():
    now = 0.0
    limits = Limits(seconds=lambda: now)
    for _ in range(30):
        limits.count_unknown_key("192.0.2.1", "harbor-notes")
    with pytest.raises(RateLimited) as refused:
        limits.count_unknown_key("192.0.2.1", "harbor-notes")
    assert refused.value.retry_after == 60
    limits.count_unknown_key("192.0.2.2", "harbor-notes")
    now = 60.0
    limits.count_unknown_key("192.0.2.1", "harbor-notes")


def test_many_addresses_together_cannot_guess_at_one_product_without_end():
    limits = Limits(seconds=lambda: 0.0)
    for number in range(600):
        limits.count_unknown_key(f"198.51.{number // 250}.{number % 250}", "harbor-notes")
    with pytest.raises(RateLimited) as refused:
        limits.count_unknown_key("203.0.113.1", "harbor-notes")
    assert refused.value.retry_after == 1
    limits.count_unknown_key("203.0.113.1", "another-product")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
    ],
)
def test_counts_by_what_one_subscriber_is_given(address: str, network: str):
    assert network_of(address) == network
