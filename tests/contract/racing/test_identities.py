"""Races on real databases for who a person is elsewhere: one account, one identity, and one way in left."""

import asyncio
from dataclasses import replace

import pytest

from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.ports.identities import IdentityTaken
from tests.support.certificates import AT
from tests.support.databases import KINDS
from tests.support.federation import MIA, FederationServer, signed_in
from tests.support.identity_server import IdentityServer
from tests.support.identity_stores import an_identity

RACERS = 8


@pytest.fixture(params=[*KINDS, "pgbouncer"])
async def server(request, tmp_path):
    async with an_identity(request.param, tmp_path) as store:
        yield FederationServer(store)


async def test_who_comes_first_many_times_at_once_has_one_account(server):
    begun = [await server.begin() for _ in range(RACERS)]
    finished = await asyncio.gather(*(server.finish(*each) for each in begun))
    assert len({each.opened.account.id for each in finished}) == 1
    assert [each.opened.created for each in finished].count(True) == 1
    assert len(await server.events("account.created")) == 1
    assert len(await server.identities(finished[0].opened.account.id)) == 1


async def test_an_identity_that_two_people_add_at_once_opens_one_account(server):
    local = IdentityServer(server.store)
    people = [await local.sign_up(f"person{number}@a.example") for number in range(3)]
    answers = await asyncio.gather(*(server.link(each, MIA, "a") for each in people), return_exceptions=True)
    linked = [each for each in answers if not isinstance(each, IdentityTaken)]
    assert [each.subject for each in linked] == ["mia"]
    assert len(await server.events("identity.added")) == 1


async def test_of_two_ways_in_that_go_at_once_one_stays(server):
    mia = await server.sign_in(MIA)
    await server.link(mia, replace(MIA, issuer="https://b.example"), "b")
    own = await server.identities(mia.account.id)
    answers = await asyncio.gather(
        *(server.unlink(each.id, signed_in(mia), at=AT) for each in own), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in answers) == ["Identity", LastWayIn.__name__]
    assert len(await server.identities(mia.account.id)) == 1
