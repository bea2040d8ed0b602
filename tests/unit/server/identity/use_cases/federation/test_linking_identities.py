"""Several identities on one account: added after a fresh sign-in, and the last way in stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.federation.refusals import AnswerNotOurs
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.ports.identities import IdentityTaken
from tests.support.accounts import EMAIL
from tests.support.certificates import AT
from tests.support.federation import EVE, MIA, FederationServer, signed_in
from tests.support.identity_server import IdentityServer

SECOND = timedelta(seconds=1)
MIA_AT_B = replace(MIA, issuer="https://b.example", subject="42", hint="octomia")


@pytest.fixture
def server():
    return FederationServer()


@pytest.fixture
def local(server):
    return IdentityServer(server.store)


async def test_an_identity_is_added_to_the_account_that_is_signed_in(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    assert (linked.account_id, linked.provider, linked.subject) == (mia.account.id, "b", "42")
    opened = await server.sign_in(MIA_AT_B, "b")
    assert opened.account.id == mia.account.id
    assert (opened.account.provider, opened.account.shown) == ("b", "octomia")
    assert [(shown.label, shown.identity.id) for shown in await server.list(mia.account.id)] == [
        ("Provider B", linked.id)
    ]


async def test_the_person_is_told_of_an_added_and_a_removed_identity(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    await server.unlink(linked.id, signed_in(mia), at=AT)
    told = [(mail.kind, mail.to, dict(mail.values)) for mail in server.store.mails]
    assert told == [
        ("identity_added", EMAIL, {"provider": "Provider B"}),
        ("identity_removed", EMAIL, {"provider": "Provider B"}),
    ]
    detail = {"identity": linked.id, "provider": "b"}
    assert await server.events("identity.added") == [("identity.added", mia.account.id, detail)]
    assert await server.events("identity.removed") == [("identity.removed", mia.account.id, detail)]


async def test_who_has_no_address_is_sent_no_mail(server):
    mia = await server.sign_in()
    await server.link(mia, MIA_AT_B)
    assert server.store.mails == []
    assert len(await server.events("identity.added")) == 1


async def test_adding_needs_a_fresh_sign_in(server, local):
    mia = await local.sign_up()
    await server.begin("b", links=mia.session, at=AT + FRESH - SECOND)
    with pytest.raises(NotFresh):
        await server.begin("b", links=mia.session, at=AT + FRESH)


async def test_only_the_session_that_began_it_can_add_an_identity(server, local):
    mia, noah = await local.sign_up(), await local.sign_up("noah@post.example")
    for session in (None, signed_in(noah)):
        begun, attempt = await server.begin("b", links=mia.session)
        with pytest.raises(AnswerNotOurs):
            await server.finish(begun, attempt, session=session)
    assert list(await server.identities(mia.account.id)) == []
    assert list(await server.identities(noah.account.id)) == []


async def test_an_identity_that_opens_another_account_stays_there(server, local):
    eve = await server.sign_in(EVE)
    mia = await local.sign_up()
    with pytest.raises(IdentityTaken):
        await server.link(mia, EVE, "a")
    assert [each.account_id for each in await server.identities(eve.account.id)] == [eve.account.id]
    assert list(await server.identities(mia.account.id)) == []


async def test_adding_what_is_there_already_changes_nothing(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    assert await server.link(mia, MIA_AT_B) == linked
    assert len(await server.events("identity.added")) == 1


async def test_a_removed_identity_opens_the_account_no_more(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    elsewhere = await server.sign_in(MIA_AT_B, "b")
    assert await server.unlink(linked.id, signed_in(mia), at=AT) == linked
    assert await local.find_session(elsewhere.token, at=AT) is None
    assert await local.find_session(mia.token, at=AT) is not None
    assert (await server.sign_in(MIA_AT_B, "b")).account.id != mia.account.id


async def test_the_session_that_removes_its_own_identity_goes_on(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    elsewhere = await server.sign_in(replace(MIA_AT_B, proved_at=AT), "b")
    await server.unlink(linked.id, signed_in(elsewhere), at=AT)
    found = await local.find_session(elsewhere.token, at=AT)
    assert (found.account.provider, found.session.identity_id) == ("local", None)


async def test_the_last_way_in_is_not_removed(server):
    mia = await server.sign_in()
    (identity,) = await server.identities(mia.account.id)
    with pytest.raises(LastWayIn):
        await server.unlink(identity.id, signed_in(mia), at=AT)
    second = await server.link(mia, MIA_AT_B)
    await server.unlink(identity.id, signed_in(mia), at=AT)
    with pytest.raises(LastWayIn):
        await server.unlink(second.id, signed_in(mia), at=AT)


async def test_removing_needs_a_fresh_sign_in(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    with pytest.raises(NotFresh):
        await server.unlink(linked.id, signed_in(mia), at=AT + FRESH)
    assert await server.unlink(linked.id, signed_in(mia), at=AT + FRESH - SECOND) == linked


async def test_nobody_removes_another_persons_identity(server, local):
    mia, noah = await local.sign_up(), await local.sign_up("noah@post.example")
    linked = await server.link(mia, MIA_AT_B)
    for identity in (linked.id, "idn_other"):
        with pytest.raises(NotFound):
            await server.unlink(identity, signed_in(noah), at=AT)
    assert list(await server.identities(mia.account.id)) == [linked]


async def test_an_identity_is_listed_and_removed_when_its_provider_is_configured_no_more(server, local):
    mia = await local.sign_up()
    linked = await server.link(mia, MIA_AT_B)
    del server.providers["b"]
    assert [shown.label for shown in await server.list(mia.account.id)] == ["b"]
    assert await server.unlink(linked.id, signed_in(mia), at=AT) == linked


async def test_a_session_that_ends_at_the_provider_ends_here(server, local):
    mia = await server.sign_in()
    other_browser = await server.sign_in(replace(MIA, provider_session="other"))
    assert await server.sign_out_by_provider("https://a.example", "sid", at=AT) == 1
    assert await local.find_session(mia.token, at=AT) is None
    assert await local.find_session(other_browser.token, at=AT) is not None
    detail = {"session": mia.session.id, "by": "provider"}
    assert await server.events("account.signed_out") == [("account.signed_out", mia.account.id, detail)]


@pytest.mark.parametrize(
    ("issuer", "session"),
    [
        ("https://b.example", "sid"),
        ("https://a.example", "unknown"),
        ("https://a.example", ""),
        ("https://a.example", None),
        (None, "sid"),
        ("https://a.example", "x" * 256),
    ],
)
async def test_another_session_or_issuer_ends_nothing(server, local, issuer, session):
    mia = await server.sign_in()
    before = server.store.transactions
    assert await server.sign_out_by_provider(issuer, session, at=AT) == 0
    assert server.store.transactions == before  # anybody may ask: it costs no write
    assert await local.find_session(mia.token, at=AT) is not None


async def test_nobody_who_is_no_provider_of_ours_is_even_looked_for(server, local, monkeypatch):
    mia = await server.sign_in()

    def reading():
        raise AssertionError("the store was asked")

    with monkeypatch.context() as patched:
        patched.setattr(server.store, "reading", reading)
        assert await server.sign_out_by_provider("https://c.example", "sid", at=AT) == 0
    del server.providers["a"]
    assert await server.sign_out_by_provider("https://a.example", "sid", at=AT) == 0
    assert await local.find_session(mia.token, at=AT) is not None
