"""Exchanging certificates many at a time: one read, one write and one commit for all that ask together.

While one batch is being committed the next gathers. A commit waits for the disk, and a statement for the
network, as long for thirty as for one.

On PostgreSQL nothing is locked between the read and the write: the write passes over what has changed since,
and is a transaction of its own. That takes two trips to the server instead of four, and holds no row.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ARRAY, String, any_, bindparam, select, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.activations.activation import Installation, Line
from mooring.server.licensing.domain.activations.sequence import Sequence
from mooring.server.licensing.storage.ledger.exchanging.keeping import KEEP_UNCHANGED, Keeping, columns_of
from mooring.server.licensing.storage.ledger.rows import (
    ACTIVATION_COLUMNS,
    DEVICE_COLUMNS,
    INSTALLATION_COLUMNS,
    LICENSE_COLUMNS,
    activation_of,
    device_of,
    license_under,
    purpose_of_certificate,
)
from mooring.server.licensing.storage.tables import activations, devices, installations, licenses

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from mooring.core.identifiers import ActivationId
    from mooring.server.foundation.database.port import Database, Row, Session
    from mooring.server.licensing.ports.ledger import Exchanged
    from mooring.server.licensing.ports.signing import Sealing
    from mooring.server.licensing.storage.ledger.offers import Offers

T = TypeVar("T")

MOST_AT_ONCE = 64
"""Exchanges in one transaction: a commit then hardly counts, and nobody waits long for the others."""

_CERTIFICATE = INSTALLATION_COLUMNS[4]
_COLUMNS = [
    *(column for column in INSTALLATION_COLUMNS if column is not _CERTIFICATE),
    *ACTIVATION_COLUMNS,
    *DEVICE_COLUMNS,
    *LICENSE_COLUMNS,
    licenses.c.policy_id,
]
_ACTIVATION = len(INSTALLATION_COLUMNS) - 1
_DEVICE = _ACTIVATION + len(ACTIVATION_COLUMNS)
_LICENSE = _DEVICE + len(DEVICE_COLUMNS)
_lines = select(*_COLUMNS).select_from(
    installations.join(activations, installations.c.activation_id == activations.c.id)
    .join(devices, activations.c.device_id == devices.c.id)
    .join(licenses, activations.c.license_id == licenses.c.id)
)
_LINES_IN = Statement(
    _lines.where(installations.c.activation_id.in_(bindparam("activation_ids", expanding=True)))
)
_LINES_OF_ANY = Statement(
    _lines.where(installations.c.activation_id == any_(bindparam("activation_ids", type_=ARRAY(String))))
)
_KEEP = Statement(
    update(installations)
    .where(installations.c.id == bindparam("of_installation"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "sequence",
                "certificate",
                "certificate_issued_at",
                "certificate_ends_at",
                "app_version",
            )
        }
    )
)
_free_devices = (  # who holds a device's row may wait for an installation of ours: it is seen next time
    select(devices.c.id)
    .where(devices.c.id.in_(bindparam("device_ids", expanding=True)))
    .with_for_update(skip_locked=True)
)
_SEEN = Statement(
    update(devices).where(devices.c.id.in_(_free_devices)).values(last_seen_at=bindparam("seen_at"))
)


class _Asked(NamedTuple, Generic[T]):
    """An exchange that waits for its batch."""

    activation_id: ActivationId
    jkt: str
    decide: Callable[[Line], Exchanged[T] | None]
    answer: asyncio.Future[T | None]


class _Done(NamedTuple):
    """An exchange that is decided: what is kept of it, and how its caller is answered after the commit."""

    kept: Exchanged[Any] | None
    line: Line | None
    refusal: Exception | None

    def is_among(self, kept: Container[str]) -> bool:
        """Tell whether it is one of the installations that were ``kept``."""
        return self.kept is not None and self.kept.installation.id in kept


class Exchanges:
    """Gathers exchanges and does them in batches, one batch after the other."""

    def __init__(self, database: Database, sealing: Sealing, offers: Offers) -> None:
        self._database = database
        self._sealing = sealing
        self._offers = offers
        self._waiting: list[_Asked[Any]] = []
        self._working: asyncio.Task[None] | None = None

    async def exchange(
        self, activation_id: ActivationId, jkt: str, decide: Callable[[Line], Exchanged[T] | None]
    ) -> T | None:
        """See :class:`~mooring.server.licensing.ports.ledger.Ledger`."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T | None] = loop.create_future()
        self._waiting.append(_Asked(activation_id, jkt, decide, answer))
        if self._working is None:
            self._working = loop.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                try:
                    done = await self._exchange(batch)
                except Exception as error:  # noqa: BLE001 - each of its callers gets it
                    done = [_Done(None, None, error)] * len(batch)
                for asked, result in zip(batch, done, strict=True):
                    _tell(asked.answer, result)
        finally:
            self._working = None

    async def _exchange(self, batch: list[_Asked[Any]]) -> list[_Done]:
        if self._database.dialect == "postgresql":
            return await self._exchange_at_once(batch)
        async with self._database.transaction() as transaction:
            wanted = _in_few_lengths(sorted({asked.activation_id for asked in batch}))
            rows = await transaction.fetch(_LINES_IN, activation_ids=wanted)
            done = _decided(batch, await self._lines(rows, transaction))
            kept = [each.kept.installation for each in done if each.kept is not None]
            if kept:
                await transaction.execute_many(_KEEP, [self._cells(each) for each in kept])
            seen = _seen(done)
            if seen is not None:
                await transaction.execute(_SEEN, **seen)
        return done

    async def _exchange_at_once(self, batch: list[_Asked[Any]]) -> list[_Done]:
        """Do the same without a transaction around it; what somebody else changed meanwhile is not kept."""
        async with self._database.reading() as session:
            wanted = sorted({asked.activation_id for asked in batch})
            rows = await session.fetch(_LINES_OF_ANY, activation_ids=wanted)
            done = _decided(batch, await self._lines(rows, session))
        pairs = [(each.line, each.kept.installation) for each in done if each.line and each.kept]
        if not pairs:
            return done
        keeping = [Keeping(line.installation, after, self._sealed(after)) for line, after in pairs]
        kept = {row.id for row in await self._database.at_once(KEEP_UNCHANGED, **columns_of(keeping))}
        done = [each if each.is_among(kept) else _Done(None, each.line, each.refusal) for each in done]
        seen = _seen(done)
        if seen is not None:
            await self._database.at_once(_SEEN, **seen)
        return done

    async def _lines(self, rows: Iterable[Row], session: Session) -> dict[tuple[str, str], Line]:
        lines = {}
        for row in rows:
            offer = self._offers.known(row.policy_id) or await self._offers.of(row.policy_id, session)
            id_, activation_id, jkt, sequence, *rest = row[:_ACTIVATION]
            installation = Installation(id_, activation_id, jkt, Sequence.from_document(sequence), "", *rest)
            lines[activation_id, jkt] = Line(
                installation,
                activation_of(row[_ACTIVATION:_DEVICE]),
                license_under(offer, row[_LICENSE:-1]),
                device_of(row[_DEVICE:_LICENSE]),
            )
        return lines

    def _cells(self, installation: Installation) -> dict[str, object]:
        return {
            "of_installation": installation.id,
            "new_sequence": installation.sequence.to_document(),
            "new_certificate": self._sealed(installation),
            "new_certificate_issued_at": installation.certificate_issued_at,
            "new_certificate_ends_at": installation.certificate_ends_at,
            "new_app_version": installation.app_version,
        }

    def _sealed(self, installation: Installation) -> bytes:
        return self._sealing.seal(installation.certificate.encode(), purpose_of_certificate(installation.id))


def _seen(done: Iterable[_Done]) -> dict[str, object] | None:
    """Return which devices were seen again, and when; none where there is none."""
    seen = [(each.line, each.kept) for each in done if each.line and each.kept and each.kept.is_seen_again]
    if not seen:
        return None
    return {
        "device_ids": [line.device.id for line, _ in seen],
        "seen_at": max(kept.installation.certificate_issued_at for _, kept in seen),
    }


def _decided(batch: Iterable[_Asked[Any]], lines: dict[tuple[str, str], Line]) -> list[_Done]:
    """Decide for each. A line is given to the first who asks for it: the next must see what it has kept."""
    return [_decide(asked, lines.pop((asked.activation_id, asked.jkt), None)) for asked in batch]


def _in_few_lengths(ids: list[ActivationId]) -> list[ActivationId]:
    """Return ``ids`` with the last repeated up to a power of two: each length is a statement of its own."""
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))


def _decide(asked: _Asked[Any], line: Line | None) -> _Done:
    try:
        return _Done(None if line is None else asked.decide(line), line, None)
    except Exception as refusal:  # noqa: BLE001 - it concerns this caller alone
        return _Done(None, line, refusal)


def _tell(answer: asyncio.Future[Any], done: _Done) -> None:
    if answer.done():  # its caller has gone
        return
    if done.refusal is not None:
        answer.set_exception(done.refusal)
    else:
        answer.set_result(None if done.kept is None else done.kept.answer)
