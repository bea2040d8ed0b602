"""What pages hand to the account use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mooring.server.identity.ports.accounts import SignedIn

if TYPE_CHECKING:
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session

__all__ = ["Arrival", "OpenedSession", "SignInAttempt", "SignedIn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody comes to sign in: from where, and with what their browser holds already.

    Attributes:
        address: The network address it came from.
        old_token: The session token that came with the request: whatever it was, it is worth nothing
            afterwards, so that nobody can plant a session for another to sign in to (fixation).
        known_browser: What the browser showed to be recognized by, from an earlier sign-in.
        browser: What it is, such as ``Firefox on Windows``, by its own word.
    """

    address: str
    old_token: str | None = field(default=None, repr=False)
    known_browser: str | None = field(default=None, repr=False)
    browser: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt(Arrival):
    """Somebody typed an address and a password, to sign up or in: both as typed."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """Somebody is signed in now: ``token`` goes into the cookie and is never shown again.

    ``known_browser`` is what the browser shall show from now on to be recognized by; ``created`` tells a new
    account from one that was there.
    """

    token: str = field(repr=False)
    session: Session
    account: Account
    known_browser: str = field(repr=False)
    created: bool = False
