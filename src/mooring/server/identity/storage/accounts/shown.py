"""An account as it is shown: by the identity by which its owner signed in, if they did so at a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, FromClause, func, select

from mooring.core.identifiers import AccountId
from mooring.server.identity.domain.account import LOCAL, Account
from mooring.server.identity.domain.email_address import EmailAddress
from mooring.server.identity.storage.tables import accounts, identities

if TYPE_CHECKING:
    from mooring.server.foundation.database.port import Row

_shown = identities.alias("shown")
ACCOUNT_COLUMNS = [
    *[column.label(f"account_{column.key}") for column in accounts.c],
    _shown.c.provider.label("account_shown_provider"),
    _shown.c.hint.label("account_shown_hint"),
]


def with_shown_identity(source: FromClause, signed_in_by: ColumnElement[str] | None = None) -> FromClause:
    """Return ``source``, which has accounts, with the identity as which each is shown, if there is one.

    That is the one ``signed_in_by``; else an account without an address is shown by the first that it has.
    """
    own = identities.alias("own")
    first = (
        select(func.min(own.c.id))
        .where(own.c.account_id == accounts.c.id, accounts.c.email_key.is_(None))
        .scalar_subquery()
    )
    wanted = first if signed_in_by is None else func.coalesce(signed_in_by, first)
    return source.outerjoin(_shown, _shown.c.id == wanted)


def account_of(row: Row) -> Account:
    """Return the account in a row with ``ACCOUNT_COLUMNS``."""
    return Account(
        id=AccountId(row.account_id),
        email=None if row.account_email is None else EmailAddress(row.account_email, row.account_email_key),
        created_at=row.account_created_at,
        verified_at=row.account_verified_at,
        provider=row.account_shown_provider or LOCAL,
        hint=row.account_shown_hint,
        name=row.account_name,
        language=row.account_language,
        staff_role=row.account_staff_role,
    )
