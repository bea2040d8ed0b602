"""Nobody takes every place at the hashing, nobody guesses on, and nobody locks an owner out."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.storage.argon_passwords import AT_ONCE, WAITING
from mooring.server.identity.use_cases.accounts.limits import (
    BY_BROWSER,
    BY_BROWSERS,
    BY_PERSON,
    BY_PERSON_AND_PLACE,
    BY_PERSON_AND_SITE,
    BY_PLACE,
    BY_SITE,
    NEW_BY_PLACE,
    NEW_BY_SITE,
    OF_A_BROWSER,
    OF_A_PERSON,
    OF_A_PLACE,
    OF_A_SITE,
    OF_BROWSERS,
    OF_STRANGERS,
    RETRY_AFTER,
    RIGHT,
    SignInLimits,
)
from tests.support.accounts import EMAIL, HERE, PASSWORD
from tests.support.budgets import left, spend
from tests.support.certificates import AT
from tests.support.identity_server import IdentityServer

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
MIA, TOM = "mia@outlook.example", "tom@outlook.example"
BROWSER = "a-browser-of-mia"


@pytest.fixture
def budgets():
    return MemoryBudgets()


@pytest.fixture
def limits(budgets):
    return SignInLimits(budgets)


async def wrong(limits, email=MIA, address=HERE, *, browser=None, at=AT):
    """Guess wrong."""
    with pytest.raises(CredentialsWrong):
        async with limits.attempt(email, address, browser=browser, at=at):
            raise CredentialsWrong


async def refused_by(attempt):
    """Return the name of the budget, or the cap, that refuses the attempt, and for how long."""
    with pytest.raises(RateLimited) as refused:
        async with attempt:
            raise AssertionError("it was let in")
    return refused.value.level.policy, refused.value.retry_after


# What is under way


@pytest.mark.parametrize(
    ("most", "policy", "person", "address"),
    [
        (OF_A_PERSON, "attempts-on-person", "mia", "10.{0}.0.1"),
        (OF_A_PLACE, "attempts-of-place", "person {0}", "203.0.113.7"),
        (OF_A_PLACE, "attempts-of-place", "person {0}", "2001:db8:1:2::{0}"),
        (OF_A_SITE, "attempts-of-site", "person {0}", "203.0.113.{0}"),
        (OF_A_SITE, "attempts-of-site", "person {0}", "2001:db8:1:{0}::1"),
    ],
)
async def test_of_one_person_place_or_site_only_so_many_are_under_way(limits, most, policy, person, address):
    def attempt(number):
        return limits.attempt(person.format(number), address.format(number), at=AT)

    async with AsyncExitStack() as stack:
        for number in range(most):
            await stack.enter_async_context(attempt(number))
        assert await refused_by(attempt(most)) == (policy, RETRY_AFTER)
        await stack.enter_async_context(limits.attempt("tom", "192.0.2.1", at=AT))
    async with AsyncExitStack() as stack:  # all have ended, and as many may come again
        for number in range(most):
            await stack.enter_async_context(attempt(number))


async def test_one_place_takes_few_of_the_places_at_the_hashing_and_strangers_never_all():
    places = AT_ONCE + WAITING
    assert places + 2 >= 3 * OF_A_PLACE
    assert OF_A_SITE < OF_STRANGERS < places - OF_A_BROWSER


async def test_strangers_leave_places_for_browsers_that_are_known(limits):
    async with AsyncExitStack() as stack:
        for number in range(OF_STRANGERS):
            await stack.enter_async_context(limits.attempt(f"person {number}", f"10.0.{number}.1", at=AT))
        with pytest.raises(ServiceUnavailable) as refused:
            await stack.enter_async_context(limits.attempt(MIA, HERE, at=AT))
        assert refused.value.retry_after == RETRY_AFTER
        await stack.enter_async_context(limits.attempt(MIA, HERE, browser=BROWSER, at=AT))
    async with limits.attempt(MIA, HERE, at=AT):
        pass


async def test_a_known_browser_has_three_under_way_and_many_of_them_no_more_than_a_place(limits):
    async with AsyncExitStack() as stack:
        for _ in range(OF_A_BROWSER):
            await stack.enter_async_context(limits.attempt(MIA, HERE, browser=BROWSER, at=AT))
        again = limits.attempt(MIA, HERE, browser=BROWSER, at=AT)
        assert await refused_by(again) == ("attempts-of-known-browser", RETRY_AFTER)
        for number in range(OF_A_PLACE - OF_A_BROWSER):
            await stack.enter_async_context(limits.attempt(f"p{number}", HERE, browser=f"b{number}", at=AT))
        another = limits.attempt(TOM, HERE, browser="one more", at=AT)
        assert await refused_by(another) == ("known-attempts-of-place", RETRY_AFTER)
        for number in range(OF_A_SITE - OF_A_PLACE):
            near = limits.attempt(f"n{number}", f"203.0.113.{100 + number}", browser=f"n{number}", at=AT)
            await stack.enter_async_context(near)
        near = limits.attempt(TOM, "203.0.113.99", browser="one more", at=AT)
        assert await refused_by(near) == ("known-attempts-of-site", RETRY_AFTER)


async def test_a_thief_whom_many_browsers_are_known_of_leaves_places_at_the_hashing_to_owners(limits):
    async with AsyncExitStack() as stack:
        for number in range(OF_BROWSERS):
            attempt = limits.attempt(MIA, f"10.{number}.0.1", browser=f"b{number}", at=AT)
            await stack.enter_async_context(attempt)
        one_more = limits.attempt(MIA, HERE, browser="one more", at=AT)
        assert await refused_by(one_more) == ("known-attempts-on-person", RETRY_AFTER)
        await stack.enter_async_context(limits.attempt(TOM, HERE, browser="toms", at=AT))
    async with limits.attempt(MIA, HERE, browser="one more", at=AT):
        pass
    assert OF_A_BROWSER < OF_BROWSERS <= AT_ONCE + WAITING - OF_STRANGERS


async def test_an_attempt_that_failed_is_under_way_no_longer(limits):
    for number in range(3 * OF_A_PERSON):
        await wrong(limits, address=f"203.{number}.0.1")


async def test_a_flood_from_everywhere_hashes_ten_at_a_time():
    server = IdentityServer()
    await server.person()
    work = server.passwords.work
    flood = (server.sign_in(password="wrong password", address=f"203.{n}.0.1") for n in range(200))
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert server.passwords.work == work + OF_A_PERSON
    assert sum(isinstance(each, RateLimited) for each in answers) == 200 - OF_A_PERSON


async def test_several_own_accounts_at_one_address_hash_twelve_at_a_time_though_every_password_is_right():
    server = IdentityServer()
    for number in range(40):
        await server.sign_up(f"own{number}@post.example")
    work = server.passwords.work
    flood = (server.sign_in(f"own{number % 40}@post.example") for number in range(200))
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert server.passwords.work == work + OF_A_PLACE
    assert sum(isinstance(each, RateLimited) for each in answers) == 200 - OF_A_PLACE
    assert (await server.sign_in("own0@post.example")).account


# What was guessed


@pytest.mark.parametrize(
    ("budget", "person", "address", "elsewhere"),
    [
        (BY_PERSON_AND_PLACE, MIA, "203.0.113.7", "203.0.113.8"),
        (BY_PERSON_AND_PLACE, MIA, "2001:db8:1:2::{0:x}", "2001:db8:1:3::1"),
        (BY_PERSON_AND_SITE, MIA, "203.0.113.{0}", "203.0.114.1"),
        (BY_PERSON_AND_SITE, MIA, "2001:db8:1:{0:x}::1", "2001:db8:2:1::1"),
        (BY_PLACE, "person {0}", "203.0.113.7", "203.0.113.8"),
        (BY_SITE, "person {0}", "203.0.113.{1}", "203.0.114.1"),
        (BY_SITE, "person {0}", "2001:db8:1:{0:x}::1", "2001:db8:2:1::1"),
    ],
)
async def test_wrong_passwords_spend_a_budget_and_elsewhere_is_another(
    limits, budget, person, address, elsewhere
):
    for number in range(budget.capacity):
        await wrong(limits, person.format(number), address.format(number, number % 256))
    spent = limits.attempt(person.format("next"), address.format(200, 7), at=AT)
    wait = -(-budget.window // budget.capacity)
    assert await refused_by(spent) == (budget.policy, wait)
    await wrong(limits, person.format("next"), elsewhere)
    await wrong(limits, person.format("next"), address.format(200, 7), at=AT + wait * SECOND)


async def test_from_everywhere_one_person_is_guessed_at_a_hundred_times_an_hour(limits):
    for number in range(BY_PERSON.capacity):
        await wrong(limits, address=f"10.0.{number}.1")
    assert await refused_by(limits.attempt(MIA, HERE, at=AT)) == (BY_PERSON.policy, 36)
    await wrong(limits, TOM)


async def test_a_right_password_costs_only_its_share_of_sixty_an_hour(budgets, limits):
    for number in range(RIGHT.capacity):
        async with limits.attempt(MIA, f"10.0.{number % 3}.1", at=AT):
            pass
    assert await refused_by(limits.attempt(MIA, HERE, at=AT)) == (RIGHT.policy, 60)
    assert await refused_by(limits.attempt(MIA, HERE, browser=BROWSER, at=AT)) == (RIGHT.policy, 60)
    for budget, name in (
        (BY_PERSON_AND_PLACE, f"{MIA} 10.0.0.1"),
        (BY_PERSON_AND_SITE, f"{MIA} 10.0.0.0/24"),
        (BY_PERSON, MIA),
        (BY_PLACE, "10.0.0.1"),
        (BY_SITE, "10.0.0.0/24"),
        (BY_BROWSER, BROWSER),
        (BY_BROWSERS, MIA),
    ):
        assert await left(budgets, budget, name) == budget.capacity
    async with limits.attempt(MIA, HERE, at=AT + 60 * SECOND):
        pass


async def test_a_wrong_password_costs_nothing_of_the_right_ones(budgets, limits):
    await wrong(limits)
    assert await left(budgets, RIGHT, MIA) == RIGHT.capacity
    assert await left(budgets, BY_PERSON, MIA) == BY_PERSON.capacity - 1


async def test_a_failure_that_is_no_guess_costs_nothing(budgets, limits):
    with pytest.raises(ServiceUnavailable):
        async with limits.attempt(MIA, HERE, at=AT):
            raise ServiceUnavailable(retry_after=1)
    assert await left(budgets, RIGHT, MIA) == RIGHT.capacity
    assert await left(budgets, BY_PERSON, MIA) == BY_PERSON.capacity


# Known browsers


async def test_strangers_spend_nothing_of_a_known_browser(budgets, limits):
    await spend(budgets, BY_PERSON, MIA)
    await spend(budgets, BY_PERSON_AND_PLACE, f"{MIA} {HERE}")
    await spend(budgets, BY_PERSON_AND_SITE, f"{MIA} 203.0.113.0/24")
    await spend(budgets, BY_PLACE, HERE)
    await spend(budgets, BY_SITE, "203.0.113.0/24")
    async with limits.attempt(MIA, HERE, browser=BROWSER, at=AT):
        pass


async def test_a_known_browser_guesses_ten_times_and_that_costs_no_stranger(budgets, limits):
    for _ in range(BY_BROWSER.capacity):
        await wrong(limits, browser=BROWSER)
    assert await refused_by(limits.attempt(MIA, HERE, browser=BROWSER, at=AT)) == (BY_BROWSER.policy, 90)
    assert await left(budgets, BY_PERSON, MIA) == BY_PERSON.capacity
    await wrong(limits, browser="another browser of mia")


async def test_many_known_browsers_guess_no_more_often_together(limits):
    for number in range(BY_BROWSERS.capacity):
        await wrong(limits, address=f"10.0.{number}.1", browser=f"browser {number // 9}")
    one_more = limits.attempt(MIA, HERE, browser="one more", at=AT)
    assert await refused_by(one_more) == (BY_BROWSERS.policy, 90)
    await wrong(limits, TOM, browser="toms")
    await wrong(limits, browser="one more", at=AT + 90 * SECOND)


@pytest.mark.parametrize("door", ["sign_in", "sign_up"])
async def test_a_browser_that_was_known_before_the_password_was_changed_is_a_strangers(door):
    server = IdentityServer()
    made = await server.sign_up()
    enter = getattr(server, door)
    async with server.store.accounts.changing() as writer:
        await writer.save_password(made.account.id, f"old:{PASSWORD}", at=AT + SECOND)
    await spend(server.budgets, BY_PERSON, EMAIL)
    with pytest.raises(RateLimited):
        await enter(known_browser=made.known_browser, at=AT + SECOND)
    async with server.store.accounts.changing() as writer:
        await writer.save_password(made.account.id, f"old:{PASSWORD}", at=AT)
    opened = await enter(known_browser=made.known_browser, at=AT + SECOND)
    assert opened.account == made.account


async def test_nobody_locks_the_owner_out_of_a_browser_she_signed_in_with():
    server = IdentityServer()
    made = await server.sign_up()
    await spend(server.budgets, BY_PERSON, EMAIL)
    with pytest.raises(RateLimited):
        await server.sign_in(address=HERE)
    opened = await server.sign_in(address=HERE, known_browser=made.known_browser)
    assert opened.account == made.account
    again = await server.sign_in(address="192.0.2.1", known_browser=opened.known_browser)
    assert again.account == made.account


async def test_a_browser_known_to_another_person_is_a_strangers():
    server = IdentityServer()
    await server.sign_up()
    toms = await server.sign_up(TOM)
    await spend(server.budgets, BY_PERSON, EMAIL)
    with pytest.raises(RateLimited):
        await server.sign_in(known_browser=toms.known_browser)
    with pytest.raises(RateLimited):
        await server.sign_up(known_browser=toms.known_browser)


async def test_signing_up_again_in_a_known_browser_is_signing_in():
    server = IdentityServer()
    made = await server.sign_up()
    await spend(server.budgets, BY_PERSON, EMAIL)
    with pytest.raises(RateLimited):
        await server.sign_up()
    assert not (await server.sign_up(known_browser=made.known_browser)).created


# New accounts


async def test_a_school_makes_two_thousand_accounts_an_hour_and_no_more():
    server = IdentityServer()
    await spend(server.budgets, NEW_BY_PLACE, HERE, NEW_BY_PLACE.capacity - 1)
    await server.sign_up()
    with pytest.raises(RateLimited) as refused:
        await server.sign_up("one.more@post.example")
    assert (refused.value.level.policy, refused.value.retry_after) == (NEW_BY_PLACE.policy, 2)
    await server.sign_in()
    await server.sign_up("one.more@post.example", address="198.51.100.9")
    await server.sign_up("two.more@post.example", at=AT + 2 * SECOND)


async def test_who_owns_many_networks_makes_no_more_accounts_for_it():
    server = IdentityServer()
    await spend(server.budgets, NEW_BY_SITE, "2001:db8:1::/48")
    for address in ("2001:db8:1:2::1", "2001:db8:1:ffff::1"):
        with pytest.raises(RateLimited):
            await server.sign_up(address=address)
    await server.sign_up(address="2001:db8:2::1")


async def test_a_place_that_made_too_many_is_refused_whether_or_not_there_is_an_account():
    server = IdentityServer()
    await server.sign_up()
    work = server.passwords.work
    await spend(server.budgets, NEW_BY_PLACE, HERE)
    refusals = []
    for email in (EMAIL, "nobody@post.example"):
        with pytest.raises(RateLimited) as refused:
            await server.sign_up(email)
        refusals.append((refused.value.level, refused.value.members))
    assert refusals[0] == refusals[1]
    assert server.passwords.work == work


async def test_an_address_that_has_an_account_costs_no_new_one():
    server = IdentityServer()
    await server.sign_up()
    assert await left(server.budgets, NEW_BY_PLACE, HERE) == NEW_BY_PLACE.capacity - 1
    assert await left(server.budgets, NEW_BY_SITE, "203.0.113.0/24") == NEW_BY_SITE.capacity - 1
    await server.sign_up()
    with pytest.raises(CredentialsWrong):
        await server.sign_up(password="another password")
    answers = await asyncio.gather(*(server.sign_up("new@post.example", PASSWORD) for _ in range(2)))
    assert sorted(answer.created for answer in answers) == [False, True]
    assert await left(server.budgets, NEW_BY_PLACE, HERE) == NEW_BY_PLACE.capacity - 2
    assert await left(server.budgets, NEW_BY_SITE, "203.0.113.0/24") == NEW_BY_SITE.capacity - 2
