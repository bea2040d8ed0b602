"""The web door with stand-ins behind it, for tests of the door alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import argon2

from mooring.core.refusals import NotFound
from mooring.server.bootstrap import build_identity
from mooring.server.bootstrap.people import federation_with
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.budgets.port import Budgets
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.ports.providers import Provider
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.argon_passwords import ArgonPasswords
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.licensing.use_cases.activations.messages import (
    Activated,
    ActivationRequest,
    Renewed,
    Validation,
    ValidationRequest,
)
from mooring.server.record.outbox.writing import Outbox
from mooring.server.web.app import WebApp
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.identity_services import IdentityServices
from mooring.server.web.services import Services
from tests.support.databases import an_empty_database, settings_in

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class StandIns:
    """Use cases that answer what a test tells them, and remember what they were asked.

    An answer that is an exception is raised; one that can be called is asked.
    """

    activate_answer: Any = field(
        default_factory=lambda: Activated(
            {"id": "act_01hzy8k3m5n7p9q1r3s5t7v9w1"}, "a certificate", created=True
        )
    )
    renew_answer: Any = field(
        default_factory=lambda: Renewed({"id": "act_01hzy8k3m5n7p9q1r3s5t7v9w1"}, "a fresh certificate")
    )
    deactivate_answer: Any = None
    validate_answer: Any = field(default_factory=lambda: Validation(valid=True))
    status_lists: dict[int, str] = field(default_factory=lambda: {1: "a.status.list"})
    asked: list[Any] = field(default_factory=list)

    async def activate(self, request: ActivationRequest, *, at: datetime) -> Activated:
        return await self._answer(self.activate_answer, request)

    async def renew(self, *question: object, at: datetime) -> Renewed:
        return await self._answer(self.renew_answer, question)

    async def deactivate(self, *question: object, at: datetime) -> None:
        return await self._answer(self.deactivate_answer, question)

    async def validate(self, request: ValidationRequest, *, at: datetime) -> Validation:
        return await self._answer(self.validate_answer, request)

    async def read_status_list(self, number: int, *, at: datetime) -> str:
        if number not in self.status_lists:
            raise NotFound
        return self.status_lists[number]

    async def read_publisher(self) -> None:
        return None

    async def product_name(self, slug: str) -> str | None:
        return {"harbor-notes": "Harbor Notes"}.get(slug)

    async def _answer(self, answer: Any, question: object) -> Any:
        self.asked.append(question)
        if isinstance(answer, Exception):
            raise answer
        return await answer() if callable(answer) else answer


@dataclass
class Door:
    """A web application and everything behind it."""

    app: WebApp
    stand_ins: StandIns
    clock: SetClock
    services: Services

    async def close(self) -> None:
        await self.services.database.close()


ADDRESSES = ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000")
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes in no time, as no server should."""


def an_identity(
    database: Database,
    hasher: argon2.PasswordHasher = CHEAP,
    budgets: Budgets | None = None,
    *,
    addresses: tuple[str, ...] = ADDRESSES,
    secrets: Secrets | None = None,
) -> IdentityServices:
    """Return the real use cases of identity on ``database``."""
    secrets = secrets or Secrets.generate()
    outbox = Outbox(secrets)
    return build_identity(
        StoredAccounts(database, outbox),
        StoredAuthorizations(database),
        StoredCredentials(database, secrets, outbox),
        ServerTokenSecrets(secrets),
        ServerSealedTexts(secrets),
        passwords=ArgonPasswords(hasher),
        budgets=MemoryBudgets() if budgets is None else budgets,
        addresses=addresses,
    )


def a_federation(
    database: Database, secrets: Secrets, providers: Mapping[str, Provider], budgets: Budgets
) -> FederationServices:
    """Return the real use cases of signing in elsewhere, with these ``providers``."""
    identities = StoredIdentities(database, Outbox(secrets))
    return federation_with(
        providers, identities, ServerSealedTexts(secrets), ServerTokenSecrets(secrets), budgets
    )


def a_door(
    folder: Path,
    *,
    addresses: tuple[str, ...] = ADDRESSES,
    hasher: argon2.PasswordHasher = CHEAP,
    providers: Mapping[str, Provider] | None = None,
    **environ: str,
) -> Door:
    """Return the web application over stand-ins, with its database in ``folder``. Close it at the end."""
    stand_ins = StandIns()
    clock = SetClock()
    database, budgets, secrets = an_empty_database(folder), MemoryBudgets(), Secrets.generate()
    services = Services(
        settings=settings_in(folder, **environ),
        clock=clock,
        database=database,
        addresses=addresses,
        activate=stand_ins.activate,
        renew=stand_ins.renew,
        deactivate=stand_ins.deactivate,
        validate=stand_ins.validate,
        read_status_list=stand_ins.read_status_list,
        read_publisher=stand_ins.read_publisher,
        identity=an_identity(database, hasher, budgets, addresses=addresses, secrets=secrets),
        budgets=budgets,
        product_name=stand_ins.product_name,
        form_key=b"a key of the pages' forms",
        federation=None if providers is None else a_federation(database, secrets, providers, budgets),
    )
    return Door(WebApp(services), stand_ins, clock, services)
