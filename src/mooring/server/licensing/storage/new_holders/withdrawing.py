"""Withdrawing: the offers of an account that its owner takes back end with that, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.new_holders.handover import Outcome
from mooring.server.licensing.storage.new_holders.addresses import StoredAddresses
from mooring.server.licensing.storage.tables import handovers, licenses, products
from mooring.server.record.outbox.mail import Mail
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.database.port import Row, Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.record.outbox.writing import Outbox

_is_theirs = (handovers.c.giver == bindparam("by_account"), handovers.c.ended_at.is_(None))
_LOCK = Statement(
    select(licenses.c.id)
    .where(licenses.c.id.in_(select(handovers.c.license_id).where(*_is_theirs)))
    .order_by(licenses.c.id)
    .with_for_update(key_share=True)
)
_OPEN = Statement(
    select(handovers, products.c.name.label("product"))
    .join(licenses, licenses.c.id == handovers.c.license_id)
    .join(products, products.c.id == licenses.c.product_id)
    .where(*_is_theirs, handovers.c.ends_at > bindparam("at"))
    .order_by(handovers.c.id)
)
_END = Statement(
    update(handovers)
    .where(handovers.c.id == bindparam("of_handover"))
    .values(ended_at=bindparam("ended"), outcome=Outcome.UNDONE.value)
)


class OfferWithdrawal:
    """Implements :class:`~mooring.server.identity.ports.recovery.Withdrawal`."""

    def __init__(self, secrets: Secrets, outbox: Outbox) -> None:
        self._addresses = StoredAddresses(secrets)
        self._outbox = outbox

    async def __call__(
        self, transaction: Transaction, account_id: AccountId, *, at: datetime
    ) -> Sequence[tuple[str, str]]:
        """End what the account offers; return of each the product and to whom, who is told by mail."""
        await transaction.fetch(_LOCK, by_account=account_id)  # who accepts just now is waited for
        return [
            await self._end(transaction, row, account_id, at=at)
            for row in await transaction.fetch(_OPEN, by_account=account_id, at=at)
        ]

    async def _end(
        self, transaction: Transaction, row: Row, account_id: AccountId, *, at: datetime
    ) -> tuple[str, str]:
        await transaction.execute(_END, of_handover=row.id, ended=at)
        subjects = {"license": row.license_id, "account": account_id}
        event = Event("handover.undone", at, Actor("account", account_id), subjects)
        await Recorder().append(transaction, event)
        to, others = self._addresses.unseal(row.sealed_names, row.id)
        values = {"license": row.product, "from": others["giver"]}
        await self._outbox.send(transaction, Mail("handover_undone", to.text, row.language, values), at=at)
        return row.product, to.text
