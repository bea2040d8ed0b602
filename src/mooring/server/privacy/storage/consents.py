"""Consents in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from mooring.core.identifiers import AccountId
from mooring.core.privacy import DEVICE_NAME, choice_named
from mooring.server.foundation.database.port import TransactionConflict, UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.storage.authorizations.renaming import rename_grants
from mooring.server.privacy.domain.consents import Consent, ConsentId, Door
from mooring.server.privacy.storage.tables import consents
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mooring.server.foundation.database.port import Row, Session, Transaction
    from mooring.server.licensing.storage.ledger import StoredLedger
    from mooring.server.licensing.storage.ledger.writing import StoredLedgerWriter

_stands = consents.c.withdrawn_at.is_(None)
_mine = consents.c.account_id == bindparam("wanted")
_standing = select(consents).where(_mine, _stands).order_by(consents.c.choice)
_STANDING = Statement(_standing)
_STANDING_LOCKED = Statement(_standing.with_for_update())
_LATEST = Statement(select(consents).where(_mine).order_by(consents.c.id.desc()).limit(bindparam("limit")))
_TO_NAMES = Statement(  # many read it at once; who withdraws it waits for them, and they for who does
    select(consents.c.id)
    .where(_mine, _stands, consents.c.choice == DEVICE_NAME, consents.c.text_version == bindparam("today"))
    .with_for_update(read=True)
)
_ADD = Statement(insert(consents))
_WITHDRAW = Statement(
    update(consents)
    .where(consents.c.id == bindparam("of_consent"))
    .values(withdrawn_at=bindparam("ended"), withdrawn_by=bindparam("ended_by"))
)


async def consent_to_names(transaction: Transaction, account_id: AccountId) -> str | None:
    """Return the account's consent that its computers go by their own names, which stands meanwhile."""
    choice = choice_named(DEVICE_NAME)
    today = None if choice is None else choice.text_version
    row = await transaction.fetch_one(_TO_NAMES, wanted=account_id, today=today)
    return None if row is None else str(row.id)


class StoredConsents:
    """Implements :class:`~mooring.server.privacy.ports.Consents`."""

    def __init__(self, ledger: StoredLedger) -> None:
        self._ledger = ledger

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredConsentReader]:
        """Open a view of what is kept."""
        async with self._ledger.reading() as reader:
            yield StoredConsentReader(reader.session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredConsentWriter]:
        """Open a transaction: kept, durably, when the block ends without an exception."""
        async with self._ledger.changing() as writer:
            yield StoredConsentWriter(writer)


class StoredConsentReader:
    """Reads."""

    _standing = _STANDING

    def __init__(self, session: Session) -> None:
        self._session = session

    async def standing(self, account_id: AccountId) -> Sequence[Consent]:
        """Return the account's consents that were not withdrawn."""
        return [_consent_of(row) for row in await self._session.fetch(self._standing, wanted=account_id)]

    async def latest(self, account_id: AccountId, *, limit: int) -> Sequence[Consent]:
        """Return up to ``limit`` of the account's consents, withdrawn or not, the newest first."""
        rows = await self._session.fetch(_LATEST, wanted=account_id, limit=limit)
        return [_consent_of(row) for row in rows]


class StoredConsentWriter(StoredConsentReader):
    """Changes within one transaction."""

    _standing = _STANDING_LOCKED

    def __init__(self, ledger: StoredLedgerWriter) -> None:
        super().__init__(ledger.transaction)
        self._ledger = ledger
        self._transaction = ledger.transaction

    @property
    def ledger(self) -> StoredLedgerWriter:
        """The ledger, in this transaction."""
        return self._ledger

    async def add(self, consent: Consent) -> None:
        """Keep a new consent, and write down that it was given."""
        try:
            await self._transaction.execute(
                _ADD,
                id=consent.id,
                account_id=consent.account_id,
                choice=consent.choice,
                text_version=consent.text_version,
                language=consent.language,
                agreed_at=consent.agreed_at,
                agreed_by=consent.agreed_by.value,
                withdrawn_at=None,
                withdrawn_by=None,
            )
        except UniqueViolation:
            raise TransactionConflict("The same was agreed to at the same moment.") from None
        await self._record("consent.given", consent, consent.agreed_by)

    async def withdraw(self, consent: Consent) -> None:
        """Keep that a consent was withdrawn, and write that down."""
        by = consent.withdrawn_by
        if by is None or consent.withdrawn_at is None:
            raise ValueError("the consent stands")
        await self._transaction.execute(
            _WITHDRAW, of_consent=consent.id, ended=consent.withdrawn_at, ended_by=by.value
        )
        await self._record("consent.withdrawn", consent, by)

    async def rename_grants(self, account_id: AccountId, old: str, new: str) -> None:
        """Show what is signed in to the account as ``old`` as ``new``."""
        await rename_grants(self._transaction, account_id, old, new)

    async def _record(self, kind: str, consent: Consent, by: Door) -> None:
        detail = {"purpose": consent.choice, "version": consent.text_version, "by": by.value}
        subjects = {"account": consent.account_id, "consent": consent.id}
        at = consent.withdrawn_at or consent.agreed_at
        actor = Actor("account", consent.account_id)
        await Recorder().append(self._transaction, Event(kind, at, actor, subjects, detail))


def _consent_of(row: Row) -> Consent:
    return Consent(
        id=ConsentId(row.id),
        account_id=AccountId(row.account_id),
        choice=row.choice,
        text_version=row.text_version,
        language=row.language,
        agreed_at=row.agreed_at,
        agreed_by=Door(row.agreed_by),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=None if row.withdrawn_by is None else Door(row.withdrawn_by),
    )
