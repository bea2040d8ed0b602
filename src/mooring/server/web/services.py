"""What the web needs from the rest of the server: its use cases, as promises that the wiring keeps."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mooring.core.hardware.profile import HardwareProfile
from mooring.core.identifiers import ActivationId
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.budgets.port import Budgets
from mooring.server.foundation.clock import Clock
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.settings import Settings
from mooring.server.foundation.turns.alone import TurnsAlone
from mooring.server.foundation.turns.port import Turns
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.use_cases.activations.messages import (
    Activated,
    ActivationRequest,
    Renewed,
    Validation,
    ValidationRequest,
)
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.proofs.nonces import Nonces
from mooring.server.web.http.proofs.seen import RememberedProofs, SeenProofs
from mooring.server.web.identity_services import IdentityServices, ProductName
from mooring.server.web.watch.metrics import Metrics


class Activate(Protocol):
    """Gives a computer a seat and a certificate."""

    async def __call__(self, request: ActivationRequest, *, at: datetime) -> Activated:
        """Return the activation, new or the same again."""
        ...


class Renew(Protocol):
    """Exchanges a certificate for a fresh one."""

    async def __call__(
        self,
        activation_id: ActivationId,
        jkt: str,
        sequence: int,
        hardware: HardwareProfile,
        app_version: str | None,
        /,
        *,
        at: datetime,
    ) -> Renewed:
        """Return the fresh certificate."""
        ...


class Deactivate(Protocol):
    """Frees a computer's seat."""

    async def __call__(
        self, activation_id: ActivationId, jkt: str, account: AccountRef | None, /, *, at: datetime
    ) -> None:
        """Free the seat, of this computer or of another that ``account`` holds; again is harmless."""
        ...


class Validate(Protocol):
    """Tells whether a key or a certificate is good."""

    async def __call__(self, request: ValidationRequest, /, *, at: datetime) -> Validation:
        """Return whether it is, and why not."""
        ...


class ReadStatusList(Protocol):
    """Signs which certificates were taken back."""

    async def __call__(self, number: int, /, *, at: datetime) -> str:
        """Return the list's token."""
        ...


class ReadPublisher(Protocol):
    """Tells who this server speaks for."""

    async def __call__(self) -> Publisher | None:
        """Return the publisher; none before it was founded."""
        ...


class Housekeeping(Protocol):
    """Removes what has ended."""

    async def __call__(self, *, at: datetime) -> int:
        """Return how much was removed."""
        ...


class Background(Protocol):
    """Does something that no request waits for."""

    async def __call__(self) -> None:
        """Go on until cancelled, and then come to an end within seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a door can ask for; ``mooring.server.bootstrap`` makes it."""

    settings: Settings
    clock: Clock
    database: Database
    addresses: tuple[str, ...]
    """The addresses of this server, without a slash at the end; the first is the one it is known by."""
    activate: Activate
    renew: Renew
    deactivate: Deactivate
    validate: Validate
    read_status_list: ReadStatusList
    read_publisher: ReadPublisher
    identity: IdentityServices
    product_name: ProductName
    form_key: bytes
    """Keys the tokens by which the pages know their own forms."""
    budgets: Budgets = field(default_factory=MemoryBudgets)
    """Where guesses are counted."""
    workers: int = 1
    """How many processes answer at this server's port, this one among them."""
    # A process that serves alone forgets the proofs it saw when it ends. With a key of its own its nonces
    # end with it, so that no proof from before a restart is accepted after it.
    nonces: Nonces = field(default_factory=lambda: Nonces(os.urandom(32)))
    seen_proofs: SeenProofs = field(default_factory=RememberedProofs)
    turns: Turns = field(default_factory=TurnsAlone)
    """What only one of all servers on the database does at a time."""
    metrics: Metrics = field(default_factory=Metrics)
    federation: FederationServices | None = None
    """Signing in with accounts elsewhere; without it people sign in here only."""
    holders: HolderServices | None = None
    """What people who signed in can ask of licensing; without it there is no account page."""
    housekeeping: tuple[Housekeeping, ...] = ()
    background: tuple[Background, ...] = ()
    """What goes on for as long as the process lives."""
