"""Mia and Tom at one server with everything that a server can have, and the table of all its routes."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from mooring.server.bootstrap.people import build_federation
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.record.outbox.writing import Outbox
from mooring.server.web.api.routes import api_routes
from mooring.server.web.http.dispatcher import Route
from mooring.server.web.http.limits import Limits
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper
from mooring.server.web.http.proofs.nonces import Nonces
from mooring.server.web.http.proofs.seen import RememberedProofs
from mooring.server.web.oauth.back_channel import BackChannel
from mooring.server.web.oauth.endpoints import OAuthEndpoints
from mooring.server.web.pages.routes import page_routes
from mooring.server.web.pages.visiting.cookies import CookieNames
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.site import ADDRESSES
from mooring.server.web.watch.metrics import Metrics
from tests.support.held_licenses import HeldLicenses
from tests.support.mailboxes import a_door_with_mail
from tests.support.postgresql import a_postgresql
from tests.support.servers import Server
from tests.support.sign_in_providers import GitHubMock, a_github_mock
from tests.support.two_accounts.keyrings import a_keyring
from tests.support.two_accounts.people import Person, World


class Routes(NamedTuple):
    """Everything that the server answers."""

    api: tuple[Route, ...]
    pages: tuple[PageRoute, ...]
    names: set[str]


@pytest.fixture
async def routes(tmp_path: Path) -> Routes:
    """Every route that a server has, by the tables that it serves from."""
    door, mailboxes = a_door_with_mail(tmp_path)
    services, secrets = door.services, mailboxes.secrets
    identities = StoredIdentities(services.database, Outbox(secrets))
    sealed, tokens = ServerSealedTexts(secrets), ServerTokenSecrets(secrets)
    api = api_routes(services, Limits(MemoryBudgets()), Metrics())
    federation = build_federation(services.settings, identities, sealed, tokens, services.budgets)
    endpoints = OAuthEndpoints(services.identity, trusted_proxies=(), introspection_token=None)
    oauth = (*endpoints.routes(), *BackChannel(federation).routes())
    pages = page_routes(
        services.identity,
        doorkeeper=Doorkeeper(services.addresses, Nonces(b"a key"), RememberedProofs()),
        cookies=CookieNames.of(services.addresses[0]),
        product_name=services.product_name,
        holders=HeldLicenses().services(),
        limits=Limits(MemoryBudgets()),
        federation=federation,
        addresses=services.addresses,
    )
    await door.close()
    names = {f"{route.method} {route.path}" for route in (*api, *oauth, *pages)}
    return Routes(api, pages, names | {f"GET {address}" for address in ADDRESSES})


@pytest.fixture(scope="module")
def github() -> Iterator[GitHubMock]:
    with a_github_mock() as github:
        yield github


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, github: GitHubMock
) -> Iterator[Server]:
    """A running server with a provider, and a name, which passkeys need; alone or with workers."""
    workers, environ = getattr(request, "param", 1), {}
    with ExitStack() as stack:
        if workers > 1:
            url = stack.enter_context(a_postgresql())
            environ["MOORING_DATABASE_URL"] = url.render_as_string(hide_password=False)
        environ |= github.settings()
        server = Server(tmp_path_factory.mktemp("server"), workers=workers, **environ)
        server.address = server.environ["MOORING_PUBLIC_URL"] = f"http://localhost:{server.port}"
        server.found("Harbor Notes", "--edition", "pro")
        stack.callback(server.start().stop)
        yield server


@pytest.fixture
async def world(server: Server, github: GitHubMock) -> World:
    github.person |= {"id": github.person["id"] + 1}  # each Mia has an account of her own there
    keys = server.mint(4, edition="pro")
    mia = await Person(server, "mia", 41_000).settle(keys[:2])
    tom = await Person(server, "tom", 42_000).settle(keys[2:])
    return World(server, mia, tom, await a_keyring(server, mia))
