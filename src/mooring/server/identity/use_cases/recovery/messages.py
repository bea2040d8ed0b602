"""What pages hand to the recovery use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mooring.server.identity.use_cases.accounts.messages import OpenedSession


class AddressTaken(Exception):
    """Another account has this address by now. Only who reads its mailbox is ever told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants a mail.

    Attributes:
        email: Where it shall go, as typed.
        address: The network address it is asked for from.
        language: The language of who asks.
    """

    email: str
    address: str
    language: str


class Found(NamedTuple):
    """What a link in a mail leads to."""

    email: str
    """The address that the mail went to."""
    asks: bool
    """Is more asked for than the link: the password that was chosen, or a second factor?"""
    unproven: bool = False
    """Has nobody proven so far that the address of the account is theirs?"""
    has_app: bool = False
    """Is there an authenticator that goes with what else nobody had proven?"""


class Entered(NamedTuple):
    """Somebody is signed in, and where they go on to."""

    opened: OpenedSession
    onward: str
