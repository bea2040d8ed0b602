"""Roles: what somebody who works here may do in the console."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class RoleUnknown(Exception):
    """There is no such role."""


class Permission(StrEnum):
    """Something that a role may include."""

    SEE = "see"
    """Look at products, customers, licenses and what happened to them."""
    HELP = "help"
    """Help customers: free their seats, send mails again, suspend and reinstate licenses."""
    CATALOG = "catalog"
    """Change products, editions and policies, and mint keys."""
    STAFF = "staff"
    """Decide who works here, and as what."""


class Role(StrEnum):
    """What somebody is who works here, from the one who may do most to the one who may do least."""

    OWNER = "owner"
    ADMIN = "admin"
    SUPPORT = "support"
    VIEWER = "viewer"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What it includes."""
        return _PERMISSIONS[self]

    def may(self, permission: Permission) -> bool:
        """Whether it includes ``permission``."""
        return permission in self.permissions


_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.ADMIN: frozenset({Permission.SEE, Permission.HELP, Permission.CATALOG}),
        Role.SUPPORT: frozenset({Permission.SEE, Permission.HELP}),
        Role.VIEWER: frozenset({Permission.SEE}),
    }
)


def parse_role(text: str) -> Role:
    """Return the role that is called ``text``.

    Raises:
        RoleUnknown: There is none.
    """
    try:
        return Role(text)
    except ValueError:
        raise RoleUnknown from None


def role_of(kept: str | None) -> Role | None:
    """Return the role that is ``kept`` of an account; none: a customer, or a role of a later release."""
    try:
        return None if kept is None else parse_role(kept)
    except RoleUnknown:  # who is not understood may do nothing
        return None
