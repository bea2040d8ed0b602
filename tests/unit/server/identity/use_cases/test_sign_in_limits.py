"""One person's sign-ins never take every place at the hashing."""

import asyncio
from contextlib import ExitStack

import pytest

from mooring.core.refusals import RateLimited
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.use_cases.accounts.limits import MOST_AT_ONCE, RETRY_AFTER, SignInLimits
from tests.support.accounts import IdentityServer
from tests.support.certificates import AT


def enter(limits, stack, number, email="mia"):
    stack.enter_context(limits.attempt(email, f"203.0.{number}.1", at=AT))


def test_ten_attempts_on_one_person_may_be_under_way_and_others_are_not_counted():
    limits = SignInLimits()
    with ExitStack() as stack:
        for number in range(MOST_AT_ONCE):
            enter(limits, stack, number)
        with pytest.raises(RateLimited) as refused:
            enter(limits, stack, MOST_AT_ONCE)
        assert refused.value.members["retry_after"] == RETRY_AFTER
        enter(limits, stack, 0, email="tom")
    with ExitStack() as stack:  # all have ended, and ten may come again
        for number in range(MOST_AT_ONCE):
            enter(limits, stack, number)


def test_an_attempt_that_failed_is_under_way_no_longer():
    limits = SignInLimits()
    for number in range(3 * MOST_AT_ONCE):
        with pytest.raises(CredentialsWrong), limits.attempt("mia", f"203.0.{number}.1", at=AT):
            raise CredentialsWrong


async def test_a_flood_from_everywhere_hashes_ten_at_a_time():
    server = IdentityServer()
    await server.person()
    work = server.passwords.work
    flood = (server.sign_in(password="wrong password", address=f"203.{n}.0.1") for n in range(200))
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert server.passwords.work == work + MOST_AT_ONCE
    assert sum(isinstance(each, RateLimited) for each in answers) == 200 - MOST_AT_ONCE
