"""Federation for tests: every use case on one store, with providers that say what a test wants."""

from dataclasses import replace

from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.federation.person import Person
from mooring.server.identity.ports.accounts import SignedIn
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.identity.use_cases.federation.begin_sign_in import BeginSignIn
from mooring.server.identity.use_cases.federation.finish_sign_in import FinishSignIn
from mooring.server.identity.use_cases.federation.list_identities import ListIdentities
from mooring.server.identity.use_cases.federation.messages import Callback
from mooring.server.identity.use_cases.federation.sign_out_by_provider import SignOutByProvider
from mooring.server.identity.use_cases.federation.unlink_identity import UnlinkIdentity
from tests.support.accounts import HERE, TOKEN_SECRETS
from tests.support.certificates import AT
from tests.support.identity_in_memory import FakeIdentity

MIA = Person(
    issuer="https://a.example", subject="mia", provider_session="sid", hint="mia@outlook.example", name="Mia"
)
EVE = replace(MIA, subject="eve", provider_session="eves")


def signed_in(opened):
    """Return what a page is told of who is signed in."""
    return SignedIn(opened.session, opened.account)


class FakeProvider:
    """Says that ``person`` signed in, or fails as it is told; remembers what it was asked."""

    def __init__(self, name="a", label="Provider A"):
        self.name = name
        self.label = label
        self.person_there = MIA
        self.fails_with = None
        self.tells_when = True
        self.told = None
        self.logged_out_by = []
        self.begun = []
        self.answered = []

    def may_issue_as(self, issuer):
        return issuer == f"https://{self.name}.example"

    async def address(self, attempt, *, again):
        if self.fails_with:
            raise self.fails_with
        self.begun.append((attempt, again))
        return f"https://{self.name}.example/authorize?state={attempt.state}"

    async def logged_out(self, token, *, at):
        self.logged_out_by.append(token)
        if self.fails_with:
            raise self.fails_with
        return self.told

    async def person(self, answered, attempt, *, at):
        self.answered.append((answered, attempt, at))
        if self.fails_with:
            raise self.fails_with
        return self.person_there


class FederationServer:
    """The use cases, and short ways to do with them what people do."""

    def __init__(self, store=None):
        self.store = store or FakeIdentity()
        self.providers = {"a": FakeProvider(), "b": FakeProvider("b", "Provider B")}
        sealed = ServerSealedTexts(Secrets(bytes(32)))
        self.begin_with = BeginSignIn(self.providers, sealed)
        self.finish_with = FinishSignIn(self.store.identities, self.providers, sealed, TOKEN_SECRETS)
        self.list = ListIdentities(self.store.identities, self.providers)
        self.unlink = UnlinkIdentity(self.store.identities, self.providers)
        self.sign_out_by_provider = SignOutByProvider(self.store.identities, self.providers)

    async def begin(self, provider="a", *, onward="/account", links=None, again=False, at=AT):
        """Return what the browser carries, and what the provider was told."""
        begun = await self.begin_with(
            provider,
            redirect_uri=f"https://m.example/cb/{provider}",
            onward=onward,
            links=links,
            again=again,
            at=at,
        )
        return begun, self.providers[provider].begun[-1][0]

    async def finish(self, begun, attempt, *, at=AT, **changes):
        callback = Callback(
            provider=attempt.provider,
            carried=begun.carried,
            code="a code",
            state=attempt.state,
            issuer=None,
            error=None,
            arrival=Arrival(address=HERE),
            session=None,
        )
        return await self.finish_with(replace(callback, **changes), at=at)

    async def sign_in(self, person=MIA, provider="a", *, again=False, at=AT, **changes):
        """Go the whole way, and return the opened session, or half of one."""
        self.providers[provider].person_there = person
        begun, attempt = await self.begin(provider, again=again, at=at)
        return (await self.finish(begun, attempt, at=at, **changes)).opened

    async def link(self, opened, person, provider="b", *, at=AT):
        """Add an identity to the account that is signed in."""
        self.providers[provider].person_there = person
        begun, attempt = await self.begin(provider, links=opened.session, at=at)
        return (await self.finish(begun, attempt, at=at, session=signed_in(opened))).linked

    async def events(self, kind):
        return [event for event in await self.store.events() if event[0] == kind]

    async def identities(self, account_id):
        async with self.store.identities.reading() as reader:
            return await reader.identities_of(account_id)
