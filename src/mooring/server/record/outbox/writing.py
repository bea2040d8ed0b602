"""Writing into the outbox: the mail is there exactly if what it tells of has happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert

from mooring.core.identifiers import new_ordered_identifier
from mooring.server.foundation.database.statement import Statement
from mooring.server.record.outbox.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.server.foundation.database.port import Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.record.outbox.mail import Mail, Value

TRIED_FOR: Final = timedelta(days=3)
"""How long a mail is tried that stays of use."""
_ADD: Final = Statement(insert(outbox))


class Outbox:
    """Takes mails; they are sent by themselves, soon after the transaction is committed."""

    def __init__(
        self,
        secrets: Secrets,
        *,
        wake: Callable[[], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Seal what mails tell with ``secrets``; tell ``wake`` that there may soon be one to send.

        ``now`` orders mails that are due in the same second: what was written first goes first, also where
        several processes write.
        """
        self._secrets = secrets
        self._now = now
        self._wake = wake

    async def send(self, transaction: Transaction, mail: Mail, *, at: datetime) -> None:
        """Write ``mail`` down as part of ``transaction``: it is sent if that is committed, and else never."""
        mail_id = new_ordered_identifier("mai", self._now())
        latest = at + TRIED_FOR
        await transaction.later(
            _ADD,
            {
                "id": mail_id,
                "kind": mail.kind,
                "language": mail.language,
                "sealed_content": sealed(self._secrets, mail_id, mail.to, mail.values),
                "created_at": at,
                "ends_at": latest if mail.good_until is None else min(mail.good_until, latest),
                "due_at": at,
                "attempts": 0,
                "claim": None,
                "sent_at": None,
                "failed_at": None,
                "why": None,
            },
        )
        if self._wake is not None:
            self._wake()


def sealed(secrets: Secrets, mail_id: str, to: str, values: Mapping[str, Value]) -> bytes:
    """Return the address and the values so that they can be read for this mail only."""
    content = {"to": to, "values": {name: _written(value) for name, value in values.items()}}
    return secrets.seal(json.dumps(content).encode(), f"mail/{mail_id}")


def unsealed(secrets: Secrets, mail_id: str, content: bytes) -> tuple[str, dict[str, Value]]:
    """Return the address and the values.

    Raises:
        SealBroken: They were not sealed for this mail, or not with these secrets.
    """
    known = json.loads(secrets.unseal(content, f"mail/{mail_id}"))
    return known["to"], {name: _read(value) for name, value in known["values"].items()}


def _written(value: Value) -> str | int | list[int]:
    return [int(value.timestamp())] if isinstance(value, datetime) else value


def _read(value: str | int | list[int]) -> Value:
    return datetime.fromtimestamp(value[0], UTC) if isinstance(value, list) else value
