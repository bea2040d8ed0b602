"""Who else can tell who a person is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.federation.attempt import Attempt
    from mooring.server.identity.domain.federation.logout_token import LoggedOut
    from mooring.server.identity.domain.federation.person import Person


class Answered(NamedTuple):
    """What a browser brought back from a provider that agreed."""

    code: str
    issuer: str | None
    """Who says that it answers (RFC 9207), where it says so."""


class Provider(Protocol):
    """One place where people have accounts already."""

    @property
    def name(self) -> str:
        """The name by which addresses and the record know it, such as ``microsoft``."""
        ...

    @property
    def label(self) -> str:
        """What people call it, such as ``Microsoft``."""
        ...

    @property
    def tells_when(self) -> bool:
        """Whether it can tell when a person last proved who they are, by what is known of it so far.

        Coming back from one that cannot is no fresh proof, where the account has another.
        """
        ...

    def may_issue_as(self, issuer: str) -> bool:
        """Tell, without asking it, whether it may speak by this name; it can turn out that it does not."""
        ...

    async def address(self, attempt: Attempt, *, again: bool) -> str:
        """Return where the browser goes to sign in; with ``again`` even who is signed in there does so anew.

        Raises:
            ProviderUnavailable: it cannot be reached now.
        """
        ...

    async def logged_out(self, token: str, *, at: datetime) -> LoggedOut:
        """Return what ended there, by a logout token that it is said to have sent.

        Raises:
            ProviderUnavailable: it cannot be reached now.
            TokenRefused: it is not to be believed, or the provider sends none.
        """
        ...

    async def person(self, answered: Answered, attempt: Attempt, *, at: datetime) -> Person:
        """Return who signed in there.

        Raises:
            ProviderUnavailable: it cannot be reached now, or answers nonsense.
            ProviderDeclined: it does not take the code.
            TokenRefused: what it says is not to be believed.
        """
        ...
