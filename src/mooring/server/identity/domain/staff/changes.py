"""Changes to the staff: who may make them, and the one that nobody may make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.staff.roles import Permission, Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from mooring.core.identifiers import AccountId


class NotPermitted(Exception):
    """The role of who asks does not include this, or they work here no more."""


class LastOwner(Exception):
    """Without this owner nobody could decide any more who works here."""


class NotStaff(Exception):
    """This account is not, or not any more, that of somebody who works here."""


def check_may(role: Role | None, permission: Permission) -> None:
    """Return only if somebody with ``role`` may do what ``permission`` names.

    So nobody raises themselves: whoever may change roles has the highest already.

    Raises:
        NotPermitted: They may not.
    """
    if role is None or not role.may(permission):
        raise NotPermitted


def check_owner_left(account_id: AccountId, to: Role | None, owners: Collection[AccountId]) -> None:
    """Return only if somebody owns the place when this account becomes ``to``; none: a customer.

    Raises:
        LastOwner: Nobody would, of ``owners``, who are all there are now.
    """
    if to is not Role.OWNER and set(owners) == {account_id}:
        raise LastOwner
