"""An addressee: somebody of whom only an e-mail address is known, not whether they have an account."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId


@dataclass(frozen=True, slots=True)
class Addressee:
    """An address, as identity knows addresses.

    Attributes:
        text: As it was typed: where mail goes.
        key: The form by which it is compared.
        masked: What others may see of it.
    """

    text: str = field(repr=False)
    key: str = field(repr=False)
    masked: str


class Person(NamedTuple):
    """Who is behind an account, as far as licensing needs to know."""

    account: AccountId
    email: str | None
    """Where mail reaches them; none: nowhere."""
    proven: Addressee | None
    """The address of which they showed to read the mailbox; none so far."""
    language: str


class MeantForAnother(Exception):
    """What a link leads to is meant for another account than the one that is signed in."""


def may_take(person: Person, to: Addressee, *, owner: AccountId | None, by_link: bool) -> bool:
    """Return whether ``person`` may take what is meant for ``to``.

    Whoever proved the address here may. Whoever has the link from the mail may, too, for they read that
    mailbox: but not where the address is an account's own (``owner``). A link that was passed on, or read
    over somebody's shoulder, is then worth nothing to others.

    Raises:
        MeantForAnother: The link is good, but for the account that proved the address.
    """
    if person.proven is not None and person.proven.key == to.key:
        return True
    if not by_link:
        return False
    if owner is not None and owner != person.account:
        raise MeantForAnother
    return True


def new_link() -> str:
    """Return what the link in a mail carries: 256 random bits."""
    return secrets.token_urlsafe(32)


LONGEST_LINK = 64
"""Nothing longer is looked for."""
