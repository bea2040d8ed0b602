"""Signing in at a provider: who comes is found by who they are there, and by nothing else."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.foundation.database.port import TransactionConflict
from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.federation.attempt import LASTS, LONGEST_ONWARD
from mooring.server.identity.domain.federation.refusals import (
    AnswerNotOurs,
    ProviderDeclined,
    ProviderUnavailable,
    ProviderUnknown,
    TokenRefused,
)
from mooring.server.identity.ports.providers import Answered
from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
from mooring.server.identity.use_cases.federation.messages import PURPOSE
from tests.support.accounts import EMAIL, HERE
from tests.support.certificates import AT, DAY
from tests.support.federation import EVE, MIA, FederationServer
from tests.support.identity_server import IdentityServer

SECOND = timedelta(seconds=1)


@pytest.fixture
def server():
    return FederationServer()


async def test_who_comes_first_has_a_new_account_without_an_address(server):
    opened = await server.sign_in()
    account = opened.account
    assert opened.created
    assert (account.email, account.verified_at, account.name) == (None, None, "Mia")
    assert (account.provider, account.masked, account.shown) == ("a", "A", "mia@outlook.example")
    assert (opened.session.method, opened.session.provider_session) == ("federated:a", "sid")
    assert (opened.session.created_at, opened.session.place) == (AT, HERE)
    (identity,) = await server.identities(account.id)
    assert (identity.provider, identity.issuer, identity.subject) == ("a", "https://a.example", "mia")
    assert opened.session.identity_id == identity.id
    assert await server.events("account.created") == [("account.created", account.id, {"provider": "a"})]


async def test_who_comes_again_has_the_same_account(server):
    first = await server.sign_in()
    later = await server.sign_in(replace(MIA, hint="mia@new.example", name="Mia M."), at=AT + DAY)
    assert later.account.id == first.account.id
    assert not later.created
    assert later.account.shown == "mia@new.example"
    assert later.session.id != first.session.id
    (identity,) = await server.identities(first.account.id)
    assert (identity.linked_at, identity.last_used_at) == (AT, AT + DAY)


async def test_a_forged_address_leads_to_a_separate_account(server):
    mia, eve = await server.sign_in(MIA), await server.sign_in(EVE)
    assert eve.account.id != mia.account.id
    assert eve.created


async def test_the_address_of_a_local_account_joins_nobody_to_it(server):
    local = IdentityServer(server.store)
    mia = await local.person(EMAIL)
    opened = await server.sign_in(replace(MIA, hint=EMAIL))
    assert opened.account.id != mia
    assert list(await server.identities(mia)) == []


async def test_the_same_subject_at_another_issuer_is_another_person(server):
    mia = await server.sign_in(MIA)
    other = await server.sign_in(replace(MIA, issuer="https://b.example"), "b")
    assert other.account.id != mia.account.id


async def test_two_clicks_at_once_make_one_account(server):
    one, other = [await server.begin() for _ in range(2)]
    both = await asyncio.gather(server.finish(*one), server.finish(*other))
    assert both[0].opened.account.id == both[1].opened.account.id
    assert len(await server.events("account.created")) == 1


async def test_who_became_known_in_this_very_moment_is_signed_in(server, monkeypatch):
    known = await server.sign_in()
    missed = []

    async def find(view, issuer, subject):  # the first time as a transaction that began too early
        if not missed:
            missed.append(subject)
            return None
        return await find_at_once(view, issuer, subject)

    async with server.store.reading() as view:
        find_at_once = type(view).identity
        monkeypatch.setattr(type(view), "identity", find)
    assert (await server.sign_in()).account.id == known.account.id


async def test_is_fresh_from_when_the_provider_says_that_the_person_proved_who_they_are(server):
    assert (await server.sign_in()).session.is_fresh(at=AT)
    long_ago = await server.sign_in(replace(MIA, proved_at=AT - timedelta(hours=8)))
    assert not long_ago.session.is_fresh(at=AT)
    assert long_ago.session.is_live(at=AT)


async def test_a_second_factor_is_asked_only_of_who_works_here(server):
    mia = (await server.sign_in()).account
    await server.store.protect(mia)
    assert isinstance(await server.sign_in(), OpenedSession)
    await server.store.appoint(mia, "support")
    half = await server.sign_in(at=AT + DAY)
    (identity,) = await server.identities(mia.id)
    assert half == HalfSession(
        account_id=mia.id,
        at=AT + DAY,
        method="federated:a",
        identity_id=identity.id,
        provider_session="sid",
    )


async def test_who_works_here_and_has_no_second_factor_is_let_in_only_to_set_one_up(server):
    mia = (await server.sign_in()).account
    await server.store.appoint(mia, "owner")
    half = await server.sign_in()
    assert isinstance(half, HalfSession)
    assert half.account_id == mia.id


async def test_the_provider_is_asked_with_what_this_browser_began(server):
    begun, attempt = await server.begin(onward="/device", again=True)
    finished = await server.finish(begun, attempt, issuer="https://a.example")
    assert begun.address == f"https://a.example/authorize?state={attempt.state}"
    assert begun.label == "Provider A"
    assert server.providers["a"].begun == [(attempt, True)]
    assert server.providers["a"].answered == [(Answered("a code", "https://a.example"), attempt, AT)]
    assert finished.onward == "/device"


async def test_a_way_onward_that_is_too_long_is_forgotten(server):
    longest = "/" + "x" * (LONGEST_ONWARD - 1)
    assert (await server.finish(*await server.begin(onward=longest))).onward == longest
    assert (await server.finish(*await server.begin(onward=longest + "x"))).onward == "/"


async def test_what_the_browser_carries_tells_it_nothing(server):
    begun, attempt = await server.begin()
    for secret in (attempt.state, attempt.nonce, attempt.verifier):
        assert secret not in begun.carried
    assert attempt.state not in repr(begun)
    assert len(begun.carried) < 3800


async def test_a_session_that_was_there_before_is_worth_nothing_afterwards(server):
    first = await server.sign_in()
    begun, attempt = await server.begin()
    await server.finish(begun, attempt, arrival=Arrival(address=HERE, old_token=first.token))
    local = IdentityServer(server.store)
    assert await local.find_session(first.token, at=AT) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"carried": None},
        {"carried": ""},
        {"carried": "AAAA"},
        {"carried": "not base64 ✓"},
        {"state": None},
        {"state": "a stranger's"},
        {"provider": "b"},  # mix-up: another provider answers
    ],
)
async def test_takes_no_answer_to_what_this_browser_did_not_begin(server, changes):
    begun, attempt = await server.begin()
    with pytest.raises(AnswerNotOurs):
        await server.finish(begun, attempt, **changes)
    assert server.providers["a"].answered == server.providers["b"].answered == []


async def test_takes_no_answer_to_what_another_browser_began(server):
    mine, _ = await server.begin()
    _, theirs = await server.begin()
    with pytest.raises(AnswerNotOurs):
        await server.finish(mine, theirs)


@pytest.mark.parametrize("members", [slice(0, -1), slice(0, None)])
async def test_what_another_edition_of_the_server_sealed_is_no_attempt(server, members):
    begun, attempt = await server.begin()
    sealed = server.begin_with._sealed
    written = json.loads(sealed.unseal(begun.carried, PURPOSE))
    carried = sealed.seal(
        json.dumps([*written[members], *(["more"] if members.stop is None else [])]), PURPOSE
    )
    with pytest.raises(AnswerNotOurs):
        await server.finish(begun, attempt, carried=carried)


async def test_takes_no_answer_after_ten_minutes(server):
    begun, attempt = await server.begin()
    assert await server.finish(begun, attempt, at=AT + LASTS - SECOND)
    with pytest.raises(AnswerNotOurs):
        await server.finish(begun, attempt, at=AT + LASTS)


async def test_what_was_sealed_for_something_else_is_no_attempt(server):
    begun, attempt = await server.begin()
    sealed = server.begin_with._sealed
    other = sealed.seal(sealed.unseal(begun.carried, "sign-in-at-provider"), "another purpose")
    with pytest.raises(AnswerNotOurs):
        await server.finish(begun, attempt, carried=other)


async def test_says_when_the_provider_or_the_person_says_no(server):
    begun, attempt = await server.begin()
    with pytest.raises(ProviderDeclined) as declined:
        await server.finish(begun, attempt, error="access_denied")
    assert declined.value.error == "access_denied"


async def test_a_strangers_error_is_not_believed_either(server):
    begun, attempt = await server.begin()
    with pytest.raises(AnswerNotOurs):
        await server.finish(begun, attempt, error="access_denied", state="a stranger's")


@pytest.mark.parametrize("code", [None, "", "x" * 4097])
async def test_an_answer_without_a_code_is_none(server, code):
    begun, attempt = await server.begin()
    with pytest.raises(ProviderDeclined):
        await server.finish(begun, attempt, code=code)
    assert server.providers["a"].answered == []


@pytest.mark.parametrize("failure", [TokenRefused("nonce"), ProviderUnavailable("away")])
async def test_nobody_is_signed_in_where_the_provider_is_not_believed_or_away(server, failure):
    begun, attempt = await server.begin()
    server.providers["a"].fails_with = failure
    with pytest.raises(type(failure)):
        await server.finish(begun, attempt)
    assert await server.store.events() == []


async def test_an_unknown_provider_is_told(server):
    with pytest.raises(ProviderUnknown):
        await server.begin_with("c", redirect_uri="https://m.example/cb/c", onward="/", at=AT)
    begun, attempt = await server.begin()
    with pytest.raises(ProviderUnknown):
        await server.finish(begun, attempt, provider="c")


@pytest.mark.parametrize("added", [False, True])
async def test_what_meets_another_shows_the_code_to_the_provider_no_second_time(server, monkeypatch, added):
    """A provider takes each code once: asked again it would turn away who is in."""
    opened = await server.sign_in()
    asked, changing, met = server.providers["b"].answered, server.store.changing, []

    def meeting():
        met.append(1)
        if len(met) <= 2:
            raise TransactionConflict("met another")
        return changing()

    monkeypatch.setattr(server.store, "changing", meeting)
    if added:
        assert (await server.link(opened, EVE)).subject == "eve"
    else:
        assert (await server.sign_in(EVE, "b")).created
    assert (len(asked), len(met)) == (1, 3)
