"""What pages hand to the federation use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.server.identity.domain.credentials.half_session import HalfSession
    from mooring.server.identity.domain.federation.identity import Identity
    from mooring.server.identity.ports.accounts import SignedIn
    from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession

PURPOSE = "sign-in-at-provider"
"""For what the text is sealed that a browser carries meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Somebody is on their way to a provider: ``address`` is where, ``carried`` what their browser keeps."""

    label: str
    address: str = field(repr=False)
    carried: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Somebody came back from a provider, with parameters that anybody may have made up.

    Attributes:
        provider: To whose address they came.
        carried: What their browser kept; none where it kept nothing, or not long enough.
        code: What the provider gives for a token.
        state: Must be that of the sign-in that this browser began.
        issuer: Who says that it answers.
        error: Why the provider did not agree.
        arrival: Where the person is, and with what.
        session: Who is signed in here already.
    """

    provider: str
    carried: str | None = field(repr=False)
    code: str | None = field(repr=False)
    state: str | None = field(repr=False)
    issuer: str | None
    error: str | None
    arrival: Arrival
    session: SignedIn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Somebody is signed in (``opened``, wholly or half), or added an identity (``linked``).

    They go on to ``onward``.
    """

    onward: str
    opened: OpenedSession | HalfSession | None = None
    linked: Identity | None = None
