"""The ports: what the use cases need from the computer and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from mooring.client.domain.accounts.stored_account import StoredAccount
    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.reports.connection import ServerFinding
    from mooring.client.domain.stored_state import Held, StoredState
    from mooring.core.jose.keys import SigningKey

Environment = Literal["computer", "container", "ci"]


class Store(Protocol):
    """The memory of an installation. It survives a crash at any instant: old or new, never none."""

    def load(self) -> Held:
        """Return what is held now. Never raises for the environment, and writes nothing."""
        ...

    def save(self, state: StoredState) -> None:
        """Hold ``state`` from now on; in memory only, where the folder cannot be written."""
        ...

    def forget(self) -> None:
        """Drop the certificate and its copies; what protects against old issuing keys is kept."""
        ...

    def lock(self, *, seconds: float) -> AbstractContextManager[bool]:
        """Keep every other process and thread of this installation from changing the store.

        Enters with False when somebody else still had the lock after ``seconds``.
        """
        ...


class AccountStore(Protocol):
    """The sign-in of an installation: whose account acts here."""

    def load(self) -> StoredAccount | None:
        """Return the sign-in, or None. Never raises for the environment, and writes nothing."""
        ...

    def save(self, account: StoredAccount) -> None:
        """Keep ``account`` from now on; in memory only, where the folder cannot be written."""
        ...

    def forget(self) -> None:
        """Drop the sign-in."""
        ...

    def lock(self, *, seconds: float) -> AbstractContextManager[bool]:
        """Keep every other process and thread from using up the sign-in's token; it is good once.

        Enters with False when somebody else still had the lock after ``seconds``. Whoever needs the store's
        lock too takes that one first.
        """
        ...


class Listener(Protocol):
    """Waits on this computer for what a browser brings back (RFC 8252 §7.3)."""

    redirect_uri: str

    def wait(
        self,
        is_answer: Callable[[Mapping[str, str]], bool],
        *,
        seconds: float,
        cancelled: Callable[[], bool],
    ) -> Mapping[str, str] | None:
        """Return the first parameters that are the answer.

        None if there were none within ``seconds``, or until it was ``cancelled``.
        """
        ...


class Browser(Protocol):
    """The person's browser on this computer."""

    def listening(self) -> AbstractContextManager[Listener]:
        """Listen at an address of this computer alone, for the block."""
        ...

    def open(self, address: str) -> bool:
        """Open ``address``; False where there is no browser for that."""
        ...


class InstallationKeyStore(Protocol):
    """The installation's key pair: it is what a certificate is bound to."""

    def thumbprint(self) -> str | None:
        """Return the public key's thumbprint (RFC 7638), leaving the private key alone; None without one."""
        ...

    def load(self) -> SigningKey | None:
        """Return the key, or None where there is none."""
        ...

    def load_or_create(self) -> SigningKey:
        """Return the key; on first use, make one. The caller holds the store's lock."""
        ...


class Probe(Protocol):
    """What can be read from this computer's hardware."""

    def read(self) -> Mapping[str, str | list[str]]:
        """Return the raw value of each component that can be read. Never raises, starts no process."""
        ...


class DeviceFacts(NamedTuple):
    """What an activation tells about the computer, apart from its hardware.

    ``name`` is what the computer itself is called: it is told only where the account agreed to it.
    """

    platform: str
    os_version: str | None = None
    app_version: str | None = None
    environment: Environment = "computer"
    name: str | None = None

    def to_wire(self) -> dict[str, object]:
        """Return the request's ``device`` member."""
        facts = {
            "platform": self.platform,
            "os_version": self.os_version,
            "app_version": self.app_version,
            "name": self.name,
        }
        return {name: value for name, value in facts.items() if value is not None}


class System(Protocol):
    """The computer that the program runs on."""

    def facts(self) -> DeviceFacts:
        """Return what an activation tells about this computer; its ``name`` is not among it."""
        ...

    def name(self) -> str | None:
        """Return what the computer is called, to tell it where that is agreed; None if it has no name."""
        ...


class Clock(Protocol):
    """This computer's clock."""

    def now(self) -> datetime:
        """Return the local time: UTC, whole seconds."""
        ...

    def deadline(self, seconds: float) -> Deadline:
        """Return the deadline that passes in ``seconds``, whatever happens to the local time."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        ...


class Network(Protocol):
    """The publisher's activation servers, tried in turn.

    Every method answers or raises before the deadline, whatever the servers do.

    Raises:
        Refused: a server of the publisher said no, and said why.
        ServerUnreachable: no server gave a sensible answer in time.
    """

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        key: SigningKey,
        deadline: Deadline,
        token: str | None = None,
    ) -> Mapping[str, object]:
        """Send ``body``, signed by the installation's ``key``, and return the answer.

        With an access ``token`` it is sent for the account as well.
        """
        ...

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        key: SigningKey,
        deadline: Deadline,
        token: str | None = None,
        language: str | None = None,
    ) -> Mapping[str, object]:
        """Send any other request, signed, and return the answer; nothing where it has no content.

        Only with a ``language`` the server is told in which one the person reads.
        """
        ...

    def submit(
        self, path: str, form: Mapping[str, str], *, key: SigningKey, deadline: Deadline
    ) -> Mapping[str, object]:
        """Send a ``form`` of OAuth, with a proof of ``key``, and return the answer.

        Raises:
            OAuthRefused: the server said no in the protocol's words.
        """
        ...

    def delete(self, path: str, *, key: SigningKey, deadline: Deadline) -> None:
        """Ask for ``path`` to be gone, signed by the installation's ``key``."""
        ...

    def get(self, path: str, *, deadline: Deadline) -> str:
        """Return the text at ``path``."""
        ...

    def examine(self, *, deadline: Deadline) -> tuple[ServerFinding, ...]:
        """Try each server step by step and return what was found. Never raises."""
        ...
