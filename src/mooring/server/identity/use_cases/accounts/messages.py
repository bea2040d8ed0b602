"""What pages hand to the account use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mooring.server.identity.ports.accounts import SignedIn

if TYPE_CHECKING:
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session

__all__ = ["OpenedSession", "SignInAttempt", "SignedIn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """Somebody typed an address and a password, to sign up or in.

    Attributes:
        email: As typed.
        password: As typed.
        address: The network address it came from.
        old_token: The session token that came with the request: whatever it was, it is worth nothing
            afterwards, so that nobody can plant a session for another to sign in to (fixation).
        known_browser: What the browser showed to be recognized by, from an earlier sign-in.
    """

    email: str
    password: str = field(repr=False)
    address: str
    old_token: str | None = field(default=None, repr=False)
    known_browser: str | None = field(default=None, repr=False)


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
