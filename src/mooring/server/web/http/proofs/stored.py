"""The proofs already used, in the database: for all processes and machines that share it.

While one batch is being written the next gathers, so that a busy server writes hundreds with one statement.
Nobody waits for the disk: what is written here becomes durable before anything that is done by its request,
since the database's log keeps the order. See ``docs/decisions/0013``.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ARRAY, BigInteger, LargeBinary, bindparam, delete, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import insert

from mooring.core.proof.verify import VerifiedProof
from mooring.core.refusals import DeviceProofInvalid
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import Database, DatabaseUnavailable, OutcomeUnknown
from mooring.server.foundation.database.statement import Statement
from mooring.server.web.http.proofs.nonces import NONCE_STEP
from mooring.server.web.http.proofs.seen import RememberedProofs, name_of
from mooring.server.web.http.tables import seen_proofs

MOST_AT_ONCE: Final = 500
"""Proofs in one statement."""
STEPS_KEPT: Final = 5
"""Time steps for which a proof is kept: its nonce is accepted for three, and clocks may differ by two."""
MOST_FORGOTTEN_AT_ONCE: Final = 10_000
"""Rows removed by one statement, so that none takes long."""

_given = (
    func.unnest(bindparam("steps", type_=ARRAY(BigInteger)), bindparam("names", type_=ARRAY(LargeBinary)))
    .table_valued("step", "name", name="given")
    .render_derived()
)
_without_waiting = (  # for the disk; true until the end of this statement's own transaction
    select(func.set_config("synchronous_commit", "off", true())).scalar_subquery()
)
_USE = Statement(
    insert(seen_proofs)
    .from_select(["step", "name"], select(_given.c.step, _given.c.name).where(_without_waiting.is_not(None)))
    .on_conflict_do_nothing()
    .returning(seen_proofs.c.step, seen_proofs.c.name)
)
_old = (
    select(seen_proofs.c.step, seen_proofs.c.name)
    .where(seen_proofs.c.step <= bindparam("until"))
    .limit(bindparam("most", type_=BigInteger))
)
_FORGET = Statement(delete(seen_proofs).where(tuple_(seen_proofs.c.step, seen_proofs.c.name).in_(_old)))


class _Waiting(NamedTuple):
    """A proof that waits to be written."""

    row: tuple[int, bytes]
    is_new: asyncio.Future[bool]


class StoredProofs:
    """Remembers together with others the proofs of what changes something, and the rest by itself.

    What only reads does no more when it is repeated: that costs the database nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of_reads = RememberedProofs()
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def use(self, proof: VerifiedProof, step: int, *, changes: bool) -> None:
        """Mark ``proof`` as used; see the promise."""
        if not changes:
            await self._of_reads.use(proof, step)
            return
        waiting = _Waiting((step, name_of(proof)), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if not await waiting.is_new:
            raise DeviceProofInvalid(why="replayed")

    async def forget_old(self, *, at: datetime) -> int:
        """Forget the proofs whose nonce nobody accepts any more, and return how many there were."""
        until = int(at.timestamp() // NONCE_STEP) - STEPS_KEPT
        forgotten = 0
        while True:
            async with self._database.transaction(durable=False) as transaction:
                some = await transaction.execute(_FORGET, until=until, most=MOST_FORGOTTEN_AT_ONCE)
            forgotten += some
            if some < MOST_FORGOTTEN_AT_ONCE:
                return forgotten

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:MOST_AT_ONCE]
                del self._waiting[:MOST_AT_ONCE]
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: Sequence[_Waiting]) -> None:
        """Write ``batch``, and tell each whether it is new."""
        try:
            new, in_doubt = await through_conflicts(lambda: self._insert(batch))
        except BaseException as error:
            for waiting in batch:
                _fail(waiting, error)
            if not isinstance(error, Exception):
                raise
            return
        for waiting in batch:
            is_new = waiting.row in new
            new.discard(waiting.row)  # the same proof twice in one batch is good once
            if in_doubt and not is_new:
                _fail(waiting, DatabaseUnavailable("It is not known whether the proof was used before."))
            elif not waiting.is_new.done():
                waiting.is_new.set_result(is_new)

    async def _insert(self, batch: Sequence[_Waiting]) -> tuple[set[tuple[int, bytes]], bool]:
        """Return which were new, and whether the others may only have been written by ourselves, just now."""
        try:
            return await self._use(batch), False
        except OutcomeUnknown:
            return await self._use(batch), True

    async def _use(self, batch: Sequence[_Waiting]) -> set[tuple[int, bytes]]:
        # In one order everywhere: else two servers that are shown the same would wait for each other's rows.
        steps, names = zip(*sorted(waiting.row for waiting in batch), strict=True)
        rows = await self._database.at_once(_USE, steps=list(steps), names=list(names))
        return {(row.step, bytes(row.name)) for row in rows}


def _fail(waiting: _Waiting, error: BaseException) -> None:
    if not waiting.is_new.done():
        waiting.is_new.set_exception(error)
