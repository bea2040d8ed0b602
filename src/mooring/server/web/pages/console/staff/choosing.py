"""Choosing a role in a form, and what becomes of who may choose none any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mooring.server.identity.domain.staff.changes import NotPermitted
from mooring.server.identity.domain.staff.roles import Role
from mooring.server.web.pages.console.words import permissions_of, role_name
from mooring.server.web.pages.visiting.door import Hidden
from mooring.server.web.pages.visiting.visit import Visit


class Choice(NamedTuple):
    """A role that can be chosen."""

    value: str
    name: str
    may: list[str]


def choices(visit: Visit) -> list[Choice]:
    """Return the roles, from the one that may do most."""
    return [
        Choice(role.value, role_name(visit, role), [said for said, may in permissions_of(visit, role) if may])
        for role in Role
    ]


@contextmanager
def deciding() -> Iterator[None]:
    """Let the block be as nothing where who decides lost that right since their request came."""
    try:
        yield
    except NotPermitted:
        raise Hidden from None
